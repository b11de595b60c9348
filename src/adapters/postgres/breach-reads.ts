/** Counts what was there at a time: rows and values, never what they say. */
import type { Sql } from 'postgres';
import type { BreachReads } from '../../app/breach.ts';
import type { Tenant } from '../../app/call-ports.ts';
import type { CustodyEvent, CustodyLine } from '../../core/breach/custody.ts';
import type { FieldCount } from '../../core/breach/exposure.ts';
import { sealingOf } from '../../core/breach/sealing.ts';
import { register } from '../../core/retention/register.ts';
import type { Uuid } from '../../core/words.ts';

const saidContext = (id: Uuid): string => `custody/${id}/said`;

/** Cleared columns are null, or empty where they may not be. */
const isThere = (column: string) =>
  `${column} is not null and ${column}::text not in ('', '\\x', '{}', '[]')`;

/** One statement for a table; $1: the time. Headers say when they began by their recording. */
function countOf(place: string): string {
  const { born = null, columns = {} } = sealingOf[place] ?? {};
  const counts = Object.keys(columns).map(
    (column) => `count(*) filter (where ${isThere(column)})::int as ${column}`,
  );
  const when =
    place === 'headers.recording_header'
      ? 'recording_id in (select id from recording where started_at <= $1)'
      : born === null
        ? '$1::timestamptz is not null'
        : `${born} <= $1`;
  return `select ${counts.join(', ')} from ${place} where ${when}`;
}

/**
 * @param recorder may see that there are headers and keys of recordings
 */
export function createBreachReads(
  sql: Sql,
  recorder: Sql,
  { id: tenantId, cipher }: Tenant,
): BreachReads {
  return {
    async fields(at) {
      const found: FieldCount[] = [];
      for (const [place, { columns }] of Object.entries(sealingOf)) {
        const asked = place.startsWith('headers.') ? recorder : sql;
        const [row] = await asked.unsafe(countOf(place), [new Date(at)]);
        for (const [column, sealing] of Object.entries(columns)) {
          const category = register[place]?.personal[column]?.category ?? '';
          found.push({ place, column, category, sealing, rows: Number(row?.[column] ?? 0) });
        }
      }
      return found;
    },
    async persons(at) {
      const [row] = await sql`
        select
          count(*) filter (where key_wrapped is not null and number_sealed is not null)::int as kept,
          count(*) filter (where (key_wrapped is null or number_sealed is null) and (exists (
            select from erasure
            where erasure.person_id = person.id and finished_at > ${new Date(at)}) or exists (
            select from retention_run run
            where run.person_id = person.id and run.finished_at > ${new Date(at)})))::int as gone
        from person where tenant_id = ${tenantId} and created_at <= ${new Date(at)}`;
      return { kept: Number(row?.['kept'] ?? 0), gone: Number(row?.['gone'] ?? 0) };
    },
    async recordings(at) {
      const rows = await recorder`
        select to_char(started_at at time zone 'UTC', 'YYYY') as period,
          count(header.recording_id)::int as kept,
          count(*) filter (where header.recording_id is null and exists (
            select from entry where entry.recording_id = recording.id and entry.kind = 'erasure'
              and entry.at > ${new Date(at)}))::int as gone
        from recording left join headers.recording_header header on header.recording_id = recording.id
        where tenant_id = ${tenantId} and started_at <= ${new Date(at)}
        group by 1 order by 1`;
      return rows
        .map(({ period, kept, gone }) => ({ key: `recordings/${period}`, kept, gone }))
        .filter(({ kept, gone }) => kept + gone > 0);
    },
    async callsRedacted(at) {
      const [row] = await sql`
        select count(*)::int as n from call where tenant_id = ${tenantId}
          and started_at <= ${new Date(at)} and redacted_at > ${new Date(at)}`;
      return Number(row?.['n'] ?? 0);
    },
    async exports(at) {
      const [row] = await sql`
        select count(*)::int as n from export_job where tenant_id = ${tenantId}
          and ready_at <= ${new Date(at)} and expires_at > ${new Date(at)}`;
      return Number(row?.['n'] ?? 0);
    },
    async custody() {
      const [tenant] = await sql`select kek_id, created_at from tenant where id = ${tenantId}`;
      const years = await recorder`
        select period, created_at, destroyed_at from l1_key where tenant_id = ${tenantId}`;
      const noted = await sql`
        select * from key_custody where tenant_id = ${tenantId} order by at, seq`;
      const isNoted = (key: string) =>
        noted.some((row) => row['key'] === key && row['event'] === 'made');
      const own = (key: string, event: CustodyEvent, at: Date): CustodyLine => {
        return { key, event, place: '', holder: '', at: at.getTime(), by: null };
      };
      const lines = [
        ...(tenant === undefined ? [] : [own('tenant', 'made', tenant['created_at'] as Date)]),
        // The first key is as old as the business; one that took its place was written down.
        ...(tenant === undefined || isNoted(tenant['kek_id'] as string)
          ? []
          : [own(tenant['kek_id'] as string, 'made', tenant['created_at'] as Date)]),
        ...years.flatMap(({ period, created_at, destroyed_at }) => [
          own(`recordings/${period}`, 'made', created_at as Date),
          ...(destroyed_at === null
            ? []
            : [own(`recordings/${period}`, 'destroyed', destroyed_at as Date)]),
        ]),
        ...noted.map((row): CustodyLine => {
          const id = row['id'] as Uuid;
          const said = cipher.open(null, saidContext(id), row['said_sealed'] as Buffer);
          const { place, holder } = JSON.parse(said.toString('utf8')) as CustodyLine;
          const [key, event] = [row['key'] as string, row['event'] as CustodyEvent];
          const at = (row['at'] as Date).getTime();
          return { key, event, place, holder, at, by: row['by'] as string };
        }),
      ];
      return lines.toSorted((a, b) => a.at - b.at);
    },
    async note({ id, key, event, place, holder, at, by }) {
      const said = Buffer.from(JSON.stringify({ place, holder }), 'utf8');
      await sql`
        insert into key_custody (id, tenant_id, key, event, said_sealed, at, by)
        values (${id}, ${tenantId}, ${key}, ${event}, ${cipher.seal(null, saidContext(id), said)},
          ${new Date(at)}, ${by})`;
    },
  };
}
