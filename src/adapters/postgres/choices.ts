/** What people chose beyond one call, in Postgres. Those of a call are written with its commit. */
import type { Row, Sql, TransactionSql } from 'postgres';
import type { ChoiceStore, KeptChoice } from '../../app/choice-ports.ts';
import type { AgeBand, Choice, ChoiceChannel, ChoiceKind } from '../../core/consent/choice.ts';
import type { Purpose, Uuid } from '../../core/words.ts';
import { addEntry } from './entries.ts';

export function createChoices(sql: Sql, tenantId: Uuid): ChoiceStore {
  return {
    of: (personId) => choicesOf(sql, tenantId, personId),
    async add(choices, entries) {
      await sql.begin(async (tx) => {
        for (const entry of entries) await addEntry(tx, entry);
        for (const choice of choices) await insertChoice(tx, tenantId, choice, null);
      });
    },
    async over(at, limit) {
      const rows = await sql`
        select to_jsonb(c) as choice from choice c
        where c.tenant_id = ${tenantId} and c.kind = 'granted' and c.valid_until <= ${new Date(at)}
          and not exists (
            select from choice later
            where later.person_id = c.person_id and later.purpose = c.purpose and later.seq > c.seq
              and (later.line_id is null or later.line_id is not distinct from c.line_id))
        order by c.valid_until limit ${limit}`;
      return rows.map(({ choice }) => ({ ...choiceOf(choice), personId: choice.person_id }));
    },
    async end(grantId, choice, entry) {
      await sql.begin(async (tx) => {
        const written = await insertChoice(tx, tenantId, choice, grantId);
        if (written) await addEntry(tx, entry);
      });
    },
    async setAgeBand(personId, ageBand) {
      await sql`
        update person set age_band = ${ageBand}
        where id = ${personId} and tenant_id = ${tenantId}`;
    },
  };
}

export async function choicesOf(
  sql: Sql | TransactionSql,
  tenantId: Uuid,
  personId: Uuid,
): ReturnType<ChoiceStore['of']> {
  const [person] = await sql`
    select age_band, (
      select coalesce(array_agg(to_jsonb(c) || jsonb_build_object('superseded', exists (
        select from superseded_words s where s.purpose = c.purpose and (s.document = c.document
          or c.channel = 'email' and s.document in (
            select r.form_hash from email_request r left join email_reply p on p.request_id = r.id
            where r.person_id = c.person_id and r.purpose = c.purpose
              and (r.message_hash = c.document or p.hash = c.document)))
      )) order by c.seq), '{}') from choice c
      where c.person_id = person.id
    ) as choices
    from person where id = ${personId} and tenant_id = ${tenantId}`;
  if (person === undefined) return { choices: [], ageBand: null };
  const rows = person['choices'] as readonly Row[];
  return { choices: rows.map(choiceOf), ageBand: person['age_band'] as AgeBand | null };
}

/** @param ends the grant whose end it is; false if that was written before */
export async function insertChoice(
  tx: TransactionSql,
  tenantId: Uuid,
  choice: KeptChoice,
  ends: Uuid | null,
): Promise<boolean> {
  const { id, personId, purpose, kind, at, validUntil, scope, channel } = choice;
  const { words, document, ageBand, guardian } = choice;
  const rows = await tx`
    insert into choice (id, tenant_id, person_id, purpose, kind, at, valid_until, line_id,
      channel, words_hash, words_locale, document, age_band, guardian, ends)
    values (${id}, ${tenantId}, ${personId}, ${purpose}, ${kind}, ${new Date(at)},
      ${validUntil === null ? null : new Date(validUntil)},
      ${scope === 'tenant' ? null : scope.line}, ${channel},
      ${words === null ? null : Buffer.from(words.hash, 'hex')}, ${words?.locale ?? null},
      ${document === null ? null : Buffer.from(document, 'hex')}, ${ageBand}, ${guardian}, ${ends})
    on conflict (ends) do nothing returning id`;
  return rows.length === 1;
}

/** A row as JSON has it: bytes are `\x…`, times ISO 8601. */
function choiceOf(row: Row): Choice {
  const hex = (name: string): string | null => (row[name] as string | null)?.slice(2) ?? null;
  const hash = hex('words_hash');
  const validUntil = row['valid_until'] as string | null;
  const line = row['line_id'] as Uuid | null;
  return {
    id: row['id'] as Uuid,
    kind: row['kind'] as ChoiceKind,
    purpose: row['purpose'] as Purpose,
    at: Date.parse(row['at'] as string),
    validUntil: validUntil === null ? null : Date.parse(validUntil),
    scope: line === null ? 'tenant' : { line },
    channel: row['channel'] as ChoiceChannel,
    words: hash === null ? null : { hash, locale: row['words_locale'] as string },
    document: hex('document'),
    ageBand: row['age_band'] as AgeBand | null,
    guardian: row['guardian'] as boolean,
    ...(row['superseded'] === true && { superseded: true }),
  };
}
