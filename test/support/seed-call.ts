/** Rows of a tenant and its calls, sealed as the program seals them. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { createFieldCipher } from '../../src/adapters/keys/field-cipher.ts';
import { numberContext } from '../../src/adapters/postgres/people.ts';
import type { SealedPerson } from '../../src/app/api-ports.ts';
import type { FieldCipher, RecordingRow } from '../../src/app/ports.ts';
import type { CallSid, Purpose, Role, Status, Uuid } from '../../src/core/words.ts';

export interface SeededTenant {
  readonly id: Uuid;
  readonly pseudonym: string;
  readonly cipher: FieldCipher;
}

export interface SeededParty {
  readonly role?: Role;
  /** Null: withheld. */
  readonly number?: string | null;
  readonly isErased?: boolean;
  readonly statuses?: Partial<Record<Purpose, Status>>;
  readonly recording?: Partial<Pick<RecordingRow, 'state' | 'durationMs' | 'gaps' | 'lostMs'>>;
}

export interface SeededCall {
  readonly id: Uuid;
  readonly parties: readonly {
    readonly id: Uuid;
    readonly callSid: CallSid;
    readonly recordingId: Uuid | null;
  }[];
  readonly entryIds: readonly Uuid[];
}

export async function seedTenant(sql: Sql): Promise<SeededTenant> {
  const id = randomUUID();
  const pseudonym = randomBytes(16);
  await sql`
    insert into tenant (id, name, pseudonym, data_key_wrapped, token_key_wrapped, kek_id)
    values (${id}, ${id}, ${pseudonym}, ${randomBytes(60)}, ${randomBytes(60)}, 'test')`;
  const cipher = createFieldCipher(randomBytes(32), randomBytes(32));
  return { id, pseudonym: pseudonym.toString('hex'), cipher };
}

/** The number of a person as `seedCall` sealed it. */
export function openSeededNumber(cipher: FieldCipher, person: SealedPerson): string | null {
  const { id, keyWrapped, numberSealed } = person;
  if (keyWrapped === null || numberSealed === null) return null;
  return cipher
    .open(cipher.unwrapPersonKey(keyWrapped), numberContext(id), numberSealed)
    .toString('utf8');
}

export const newCallSid = (): CallSid => `CA${randomBytes(16).toString('hex')}`;

/** One caller whose recording was granted and sealed, unless told otherwise. */
export async function seedCall(
  sql: Sql,
  tenant: SeededTenant,
  options: {
    readonly startedAt?: string;
    readonly phase?: 'ringing' | 'asking' | 'bridged' | 'ended';
    readonly lineId?: Uuid | null;
    readonly parties?: readonly SeededParty[];
  } = {},
): Promise<SeededCall> {
  const id = randomUUID();
  const startedAt = options.startedAt ?? '2026-03-01T10:00:00.000Z';
  const phase = options.phase ?? 'ended';
  const given = options.parties ?? [{ statuses: { recording: 'granted' }, recording: {} }];
  const parties = given.map((party) => ({
    ...party,
    id: randomUUID(),
    callSid: newCallSid(),
    recordingId: party.recording === undefined ? null : randomUUID(),
  }));
  const legs = parties.map(({ callSid, id: partyId, role = 'caller', statuses = {} }) => ({
    callSid,
    partyId,
    role,
    statuses,
  }));
  await sql`
    insert into call (id, tenant_id, line_id, direction, flow_name, flow_version, flow_hash, locale,
      phase, state, started_at, ended_at)
    values (${id}, ${tenant.id}, ${options.lineId ?? null}, 'inbound', 'inbound', 1, ${'ab'.repeat(32)},
      'en', ${phase}, ${sql.json({ legs } as never)}, ${startedAt}::text::timestamptz,
      ${phase === 'ended' ? startedAt : null}::text::timestamptz + interval '1 minute')`;
  const entryIds: Uuid[] = [];
  for (const party of parties) {
    const personId = await seedPerson(sql, tenant, party);
    await sql`
      insert into leg (call_sid, call_id, party_id, role, person_id)
      values (${party.callSid}, ${id}, ${party.id}, ${party.role ?? 'caller'}, ${personId})`;
    await sql`
      insert into step (call_sid, step, fingerprint, kind, reply, at)
      values (${party.callSid}, ${`secret-${randomUUID()}`}, ${randomBytes(32)}, 'started',
        ${randomBytes(20)}, ${startedAt}::text::timestamptz)`;
    const entryId = randomUUID();
    entryIds.push(entryId);
    await sql`
      insert into entry (id, tenant_id, call_id, party_id, kind, purpose, at, opening, person_id)
      values (${entryId}, ${tenant.id}, ${id}, ${party.id}, 'grant', 'recording',
        ${startedAt}::text::timestamptz + interval '3 seconds', ${randomBytes(20)}, ${personId})`;
    await seedRecording(sql, tenant, { callId: id, startedAt, party });
  }
  return { id, parties, entryIds };
}

async function seedPerson(
  sql: Sql,
  { id: tenantId, cipher }: SeededTenant,
  { number = '+4915112345678', isErased = false }: SeededParty,
): Promise<Uuid | null> {
  if (number === null) return null;
  const id = randomUUID();
  const { key, wrapped } = cipher.newPersonKey();
  const sealed = cipher.seal(key, numberContext(id), Buffer.from(number));
  const [row] = await sql`
    insert into person (id, tenant_id, token, key_wrapped, number_sealed)
    values (${id}, ${tenantId}, ${cipher.token(number)}, ${isErased ? null : wrapped},
      ${isErased ? null : sealed})
    on conflict (tenant_id, token) do update set token = excluded.token
    returning id`;
  return row?.['id'] as Uuid;
}

async function seedRecording(
  sql: Sql,
  tenant: SeededTenant,
  about: {
    readonly callId: Uuid;
    readonly startedAt: string;
    readonly party: SeededParty & {
      readonly id: Uuid;
      readonly callSid: CallSid;
      readonly recordingId: Uuid | null;
    };
  },
): Promise<void> {
  const { callId, startedAt, party } = about;
  if (party.recordingId === null) return;
  const { state = 'sealed', durationMs = 4_000, lostMs = 0, gaps = [] } = party.recording ?? {};
  const isLive = state === 'live';
  await sql`
    insert into recording (id, tenant_id, call_id, party_id, call_sid, state, started_at, duration_ms,
      lost_ms, gaps, payload_sha256, payload_bytes, vault_name)
    values (${party.recordingId}, ${tenant.id}, ${callId}, ${party.id}, ${party.callSid}, ${state},
      ${startedAt}::text::timestamptz, ${isLive ? null : durationMs}, ${lostMs},
      ${sql.json(gaps as never)}, ${isLive ? null : randomBytes(32)}, ${isLive ? null : 32_100},
      ${`test/${party.recordingId}.age`})`;
}
