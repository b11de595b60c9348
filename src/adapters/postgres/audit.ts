/** The audit: entries of the ledger and what they are found by, many in one statement. */
import type { Row, Sql } from 'postgres';
import type { Page, PagePlace } from '../../app/api-ports.ts';
import type { AuditFilter, AuditRow, AuditStore } from '../../app/audit-ports.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { SealedOpening } from '../../app/ledger-ports.ts';
import type { Uuid } from '../../core/words.ts';
import { holdsPerson } from './export-holdings.ts';
import { createGroup } from './group.ts';

/** Fact, place in the ledger's queue and index row go in together, or none of them. */
const addRows = `
  with item as materialized (
    select id, tenant_id, kind, at, decode(opening, 'base64') as opening,
      decode(leaf, 'base64') as leaf, act, allowed, by, export_id,
      array(select decode(p, 'base64') from jsonb_array_elements_text(persons) p) as persons
    from jsonb_to_recordset($1::jsonb) as x(id uuid, tenant_id uuid, kind text, at timestamptz,
      opening text, leaf text, act text, allowed boolean, by text, export_id uuid, persons jsonb)
  ),
  entered as (
    insert into entry (id, tenant_id, kind, purpose, at, opening)
    select id, tenant_id, kind, 'oversight', at, opening from item
  ),
  queued as (
    insert into ledger_queue (entry_id, leaf) select id, leaf from item
  )
  insert into audit (id, tenant_id, at, kind, allowed, by, persons, export_id)
  select id, tenant_id, at, act, allowed, by, persons, export_id from item`;

export function createAudit(sql: Sql, tenant: Tenant): AuditStore {
  const tokenOf = (person: Uuid): Buffer => tenant.cipher.token(`person/${person}`);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

  const add = createGroup<AuditRow, null>({
    itemsMax: 128,
    inFlightMax: 2,
    keyOf: ({ entry }) => entry.id,
    run: async (rows) => {
      const items = rows.map(({ entry, kind, allowed, by, persons, exportId }) => ({
        id: entry.id,
        tenant_id: entry.tenantId,
        kind: entry.kind,
        at: new Date(entry.at).toISOString(),
        opening: base64(entry.openingSealed),
        leaf: base64(entry.leaf),
        act: kind,
        allowed,
        by,
        export_id: exportId,
        persons: persons.map((person) => base64(tokenOf(person))),
      }));
      await sql.unsafe(addRows, [sql.json(items)], { prepare: true });
      return rows.map(() => null);
    },
  });

  function matches({ person, by, kind, allowed, since, until }: AuditFilter) {
    return sql`
      a.tenant_id = ${tenant.id}
      and ${
        person === null
          ? sql`true`
          : sql`(a.persons @> array[${tokenOf(person)}::bytea]
              or (a.allowed and ${holdsPerson(sql, tenant, sql`a.export_id`, person)}))`
      }
      and ${by === null ? sql`true` : sql`a.by = ${by}`}
      and ${kind === null ? sql`true` : sql`a.kind = ${kind}`}
      and ${allowed === null ? sql`true` : sql`a.allowed = ${allowed}`}
      and ${since === null ? sql`true` : sql`a.at >= ${new Date(since)}`}
      and ${until === null ? sql`true` : sql`a.at < ${new Date(until)}`}`;
  }

  return {
    async add(row) {
      await add(row);
    },
    async list(filter, { limit, after }) {
      const place = sql`
        timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
      const rows = await sql`
        select a.id, (extract(epoch from a.at) * 1000000)::bigint::text as micros, e.opening
        from audit a join entry e on e.id = a.id
        where ${matches(filter)}
          and ${after === null ? sql`true` : sql`(a.at < ${place} or (a.at = ${place} and a.id > ${after.id}))`}
        order by a.at desc, a.id limit ${limit + 1}`;
      return pageOf(rows, limit);
    },
  };
}

/** One row more than asked for was read, to know whether a next page exists. */
function pageOf(rows: readonly Row[], limit: number): Page<SealedOpening> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next: PagePlace | null =
    rows.length > limit && last !== undefined
      ? { micros: last['micros'] as string, id: last['id'] as Uuid }
      : null;
  const openings = shown.map((row) => ({
    id: row['id'] as Uuid,
    personId: null,
    openingSealed: row['opening'] as Buffer | null,
  }));
  return { rows: openings, next };
}
