/** Who was on each of a page of calls, what was recorded of them, and what they allowed. */
import type { Row, Sql } from 'postgres';
import type { SealedConversation } from '../../app/export-ports.ts';
import type { ConversationFact } from '../../core/exports/vcon.ts';
import type { Role, Uuid } from '../../core/words.ts';
import { sealedPersonOf } from './sealed-person.ts';

const instant = (value: unknown): number => (value as Date).getTime();
const instantOrNull = (value: unknown): number | null => (value === null ? null : instant(value));

/** @param calls rows with `id`, `started_at`, `ended_at` and `campaign` */
export async function conversationsOf(
  sql: Sql,
  calls: readonly Row[],
): Promise<readonly SealedConversation[]> {
  const ids = calls.map((row) => row['id'] as Uuid);
  const [legs, recordings, facts] = await Promise.all([
    sql`
      select leg.call_id, leg.party_id, leg.role, leg.started_at, leg.ended_at,
        person.id as person_id, person.key_wrapped, person.number_sealed, person.restricted_at
      from leg left join person on person.id = leg.person_id
      where leg.call_id = any (${ids}::uuid[]) order by leg.started_at, leg.call_sid`,
    sql`
      select id, call_id, party_id, started_at, duration_ms from recording
      where call_id = any (${ids}::uuid[]) and state in ('sealed', 'partial')
      order by started_at, id`,
    sql`
      select id, call_id, party_id, kind, purpose, at from entry
      where call_id = any (${ids}::uuid[]) and party_id is not null
        and kind in ('grant', 'refusal', 'withdrawal', 'expiry') order by at, id`,
  ]);
  const ofCall = (rows: readonly Row[], id: Uuid) => rows.filter((row) => row['call_id'] === id);
  return calls.map((call) => {
    const id = call['id'] as Uuid;
    return {
      id,
      startedAt: instant(call['started_at']),
      endedAt: instantOrNull(call['ended_at']),
      campaign: call['campaign'] as string | null,
      parties: partiesOf(ofCall(legs, id)),
      recordings: ofCall(recordings, id).map((row) => ({
        id: row['id'] as Uuid,
        partyId: row['party_id'] as Uuid,
        startedAt: instant(row['started_at']),
        durationMs: Number(row['duration_ms'] ?? 0),
      })),
      facts: ofCall(facts, id).map((row) => ({
        id: row['id'] as Uuid,
        partyId: row['party_id'] as Uuid,
        kind: row['kind'] as ConversationFact['kind'],
        purpose: row['purpose'] as string,
        at: instant(row['at']),
      })),
    };
  });
}

/** A party who was connected twice is one. */
function partiesOf(legs: readonly Row[]): SealedConversation['parties'] {
  const first = legs.filter(
    (row, i) => legs.findIndex((other) => other['party_id'] === row['party_id']) === i,
  );
  return first.map((row) => {
    const last = legs.findLast((other) => other['party_id'] === row['party_id']) ?? row;
    return {
      id: row['party_id'] as Uuid,
      role: row['role'] as Role,
      ...sealedPersonOf(row),
      joinedAt: instantOrNull(row['started_at']),
      leftAt: instantOrNull(last['ended_at']),
    };
  });
}
