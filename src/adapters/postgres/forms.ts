/** Forms that ask for permissions, and what was answered on them. Versions are never changed. */
import type { Row, Sql, TransactionSql } from 'postgres';
import type { KeptChoice } from '../../app/choice-ports.ts';
import type { FormStore, FormVersion, KeptSubmission } from '../../app/form-ports.ts';
import type { PreparedEntry } from '../../app/ports.ts';
import type { ConsentForm } from '../../core/consent/form.ts';
import type { Hex, Purpose, Uuid } from '../../core/words.ts';
import { insertChoice } from './choices.ts';
import { addEntry } from './entries.ts';
import { pageOf } from './page.ts';

const bytes = (hex: Hex): Buffer => Buffer.from(hex, 'hex');

export function createForms(sql: Sql, tenantId: Uuid): FormStore {
  async function addAll(
    tx: TransactionSql,
    choices: readonly KeptChoice[],
    entries: readonly PreparedEntry[],
  ) {
    for (const entry of entries) await addEntry(tx, entry);
    for (const choice of choices) await insertChoice(tx, tenantId, choice, null);
  }

  return {
    async current(name, locale) {
      const [row] = await sql`
        select * from consent_form
        where tenant_id = ${tenantId} and name = ${name} and locale = ${locale}
        order by version desc limit 1`;
      return row === undefined ? null : versionOf(row);
    },
    async list() {
      const rows = await sql`
        select distinct on (name, locale) * from consent_form where tenant_id = ${tenantId}
        order by name, locale, version desc`;
      return rows.map(versionOf);
    },
    async versions(name, locale) {
      const rows = await sql`
        select * from consent_form
        where tenant_id = ${tenantId} and name = ${name} and locale = ${locale} order by version`;
      return rows.map(versionOf);
    },
    async byHash(hash) {
      const [row] = await sql`
        select * from consent_form where tenant_id = ${tenantId} and hash = ${bytes(hash)}`;
      return row === undefined ? null : versionOf(row);
    },
    publish: ({ form, version, hash, by, at }, superseded) =>
      sql.begin(async (tx) => {
        const { name, locale } = form;
        const rows = await tx`
          insert into consent_form (tenant_id, name, locale, version, hash, body, made_by, made_at)
          values (${tenantId}, ${name}, ${locale}, ${version}, ${bytes(hash)},
            ${tx.json(form as never)}, ${by}, ${new Date(at)})
          on conflict do nothing returning version`;
        if (rows.length === 0) return false;
        await tx`
          delete from superseded_words where document in (
            select hash from consent_form
            where tenant_id = ${tenantId} and name = ${name} and locale = ${locale})`;
        for (const { document, purpose } of superseded) {
          await tx`
            insert into superseded_words (document, purpose) values (${bytes(document)}, ${purpose})`;
        }
        return true;
      }) as Promise<boolean>,
    async submit({ id, personId, formHash, at, ticked, unticked, provedAt }, choices, entries) {
      await sql.begin(async (tx) => {
        await tx`
          insert into form_submission
            (id, tenant_id, person_id, form_hash, at, ticked, unticked, proved_at)
          values (${id}, ${tenantId}, ${personId}, ${bytes(formHash)}, ${new Date(at)},
            ${[...ticked]}, ${[...unticked]}, ${provedAt === null ? null : new Date(provedAt)})`;
        await addAll(tx, choices, entries);
      });
    },
    async submission(id) {
      const [row] = await sql`
        select * from form_submission where tenant_id = ${tenantId} and id = ${id}`;
      return row === undefined ? null : submissionOf(row);
    },
    prove: (id, at, choices, entries) =>
      sql.begin(async (tx) => {
        const { count } = await tx`
          update form_submission set proved_at = ${new Date(at)}
          where tenant_id = ${tenantId} and id = ${id} and proved_at is null`;
        if (count === 0) return false;
        await addAll(tx, choices, entries);
        return true;
      }) as Promise<boolean>,
    async submissions(name, { limit, after }) {
      const place = sql`
        timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select s.*, (extract(epoch from s.at) * 1000000)::bigint::text as micros
        from form_submission s
        where s.tenant_id = ${tenantId}
          and s.form_hash in (
            select hash from consent_form where tenant_id = ${tenantId} and name = ${name})
          and ${after === null ? sql`true` : sql`(s.at < ${place} or (s.at = ${place} and s.id < ${after.id}))`}
        order by s.at desc, s.id desc limit ${limit + 1}`;
      return pageOf(rows, limit, submissionOf);
    },
  };
}

function versionOf(row: Row): FormVersion {
  return {
    form: row['body'] as ConsentForm,
    version: row['version'] as number,
    hash: (row['hash'] as Buffer).toString('hex'),
    by: row['made_by'] as string,
    at: (row['made_at'] as Date).getTime(),
  };
}

function submissionOf(row: Row): KeptSubmission {
  return {
    id: row['id'] as Uuid,
    personId: row['person_id'] as Uuid | null,
    formHash: (row['form_hash'] as Buffer).toString('hex'),
    at: (row['at'] as Date).getTime(),
    ticked: row['ticked'] as readonly Purpose[],
    unticked: row['unticked'] as readonly Purpose[],
    provedAt: (row['proved_at'] as Date | null)?.getTime() ?? null,
  };
}
