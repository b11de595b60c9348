/**
 * Records for an export, from a cursor: however many there are, a page of them is in memory. Each
 * statement is one moment of the database.
 */
import type { PendingQuery, Row, Sql } from 'postgres';
import type { ExportAsk, ExportSource, SealedRow } from '../../app/export-ports.ts';
import type { Cell, ExportKind } from '../../core/exports/columns.ts';
import type { Uuid } from '../../core/words.ts';
import { ofCall, withinLimits } from './limits.ts';

type Fragment = PendingQuery<Row[]>;

const pageRows = 500;
const acts = ['grant', 'refusal', 'withdrawal', 'expiry'];
const outcomeOf: Readonly<Record<string, string>> = {
  grant: 'granted',
  refusal: 'refused',
  withdrawal: 'withdrawn',
  expiry: 'expired',
};

export function createExportRows(sql: Sql, tenantId: Uuid): ExportSource {
  const statement = (ask: ExportAsk) => {
    if (ask.kind === 'calls') return calls(sql, tenantId, ask);
    if (ask.kind === 'texts') return texts(sql, tenantId, ask);
    if (ask.kind === 'consents') return consents(sql, tenantId, ask);
    return persons(sql, tenantId, ask);
  };
  return {
    async count(ask) {
      const { from, where } = statement(ask);
      const [row] = await sql`select count(*) as n ${from} where ${where}`;
      return Number(row?.['n']);
    },
    async *rows(ask) {
      const { what, from, more, where, order } = statement(ask);
      const cursor = sql`
        select ${what} ${from} ${more} where ${where} order by ${order}`.cursor(pageRows);
      for await (const rows of cursor) yield rows.map((row) => rowOf(ask.kind, row));
    },
  };
}

interface Statement {
  readonly what: Fragment;
  /** With what conditions speak of. */
  readonly from: Fragment;
  /** What is only shown. */
  readonly more: Fragment;
  readonly where: Fragment;
  readonly order: Fragment;
}

const whose = (sql: Sql): Fragment =>
  sql`person.id as person_id, person.key_wrapped, person.number_sealed`;

function between(sql: Sql, column: Fragment, { filter: { since, until } }: ExportAsk): Fragment {
  return sql`
    ${since === null ? sql`true` : sql`${column} >= ${new Date(since)}`}
    and ${until === null ? sql`true` : sql`${column} < ${new Date(until)}`}`;
}

/** Until a call is redacted its campaign stands in the permit it was placed with. */
const campaign = (sql: Sql): Fragment => sql`coalesce(call.campaign, (
    select substr(scope, 10) from dial join permit on permit.id = dial.permit_id,
      unnest(permit.scopes) scope
    where dial.call_id = call.id and scope like 'campaign:%' limit 1))`;

const ofCallFilter = (sql: Sql, { filter, limits }: ExportAsk): Fragment => sql`
  ${filter.lineId === null ? sql`true` : sql`call.line_id = ${filter.lineId}`}
  and ${filter.flow === null ? sql`true` : sql`call.flow_name = ${filter.flow}`}
  and ${filter.campaign === null ? sql`true` : sql`${campaign(sql)} = ${filter.campaign}`}
  and ${withinLimits(sql, limits)}`;

function calls(sql: Sql, tenantId: Uuid, ask: ExportAsk): Statement {
  const act = sql`(select kind from entry where entry.call_id = call.id
    and entry.purpose = 'recording' and entry.kind = any (${acts}::text[])
    order by entry.at desc, entry.id limit 1)`;
  const { outcome } = ask.filter;
  const wanted = Object.entries(outcomeOf).find(([, name]) => name === outcome)?.[0] ?? null;
  return {
    what: sql`call.id, call.started_at, call.ended_at, call.direction, call.phase, call.line_id,
      ${campaign(sql)} as campaign, call.placed_for, call.flow_name, call.flow_version,
      call.redacted_at, ${act} as act, sound.n as recordings, sound.ms as recorded_ms,
      ${whose(sql)}`,
    from: sql`from call`,
    more: sql`
      left join lateral (select count(*) as n, coalesce(sum(duration_ms), 0) as ms from recording
        where recording.call_id = call.id and recording.state in ('sealed', 'partial')) sound on true
      left join lateral (select coalesce(
        (select person_id from dial where dial.call_id = call.id limit 1),
        (select person_id from leg where leg.call_id = call.id and leg.role = 'caller'
          order by leg.started_at limit 1)) as id) whom on true
      left join person on person.id = whom.id`,
    where: sql`call.tenant_id = ${tenantId} and ${between(sql, sql`call.started_at`, ask)}
      and ${ofCallFilter(sql, ask)}
      and ${outcome === null ? sql`true` : sql`${act} is not distinct from ${wanted}`}`,
    order: sql`call.started_at desc, call.id`,
  };
}

function texts(sql: Sql, tenantId: Uuid, ask: ExportAsk): Statement {
  return {
    what: sql`text_message.message_sid, text_message.at, text_message.meaning,
      text_message.has_words, ${whose(sql)}`,
    from: sql`from text_message`,
    more: sql`left join person
      on person.tenant_id = text_message.tenant_id and person.token = text_message.sender`,
    where: sql`text_message.tenant_id = ${tenantId} and ${between(sql, sql`text_message.at`, ask)}`,
    order: sql`text_message.at desc, text_message.message_sid`,
  };
}

function consents(sql: Sql, tenantId: Uuid, ask: ExportAsk): Statement {
  return {
    what: sql`entry.id, entry.at, entry.kind, entry.purpose, entry.call_id, entry.party_id,
      call.line_id, call.flow_name, ${whose(sql)}`,
    from: sql`from entry left join call on call.id = entry.call_id`,
    more: sql`left join person on person.id = entry.person_id`,
    where: sql`entry.tenant_id = ${tenantId}
      and entry.kind in ('grant', 'refusal', 'withdrawal', 'expiry')
      and ${between(sql, sql`entry.at`, ask)} and ${ofCallFilter(sql, ask)}
      and ${ofCall(sql, 'entry', ask.limits)}`,
    order: sql`entry.at desc, entry.id`,
  };
}

function persons(sql: Sql, tenantId: Uuid, ask: ExportAsk): Statement {
  return {
    what: sql`${whose(sql)}, person.created_at, spoken.n as calls, spoken.last as last_call_at`,
    from: sql`from person`,
    more: sql`left join lateral (select count(distinct call.id) as n, max(call.started_at) as last
      from leg join call on call.id = leg.call_id where leg.person_id = person.id) spoken on true`,
    where: sql`person.tenant_id = ${tenantId} and ${between(sql, sql`person.created_at`, ask)}`,
    order: sql`person.created_at desc, person.id`,
  };
}

const time = (value: unknown): string | null =>
  value === null || value === undefined ? null : (value as Date).toISOString();

function rowOf(kind: ExportKind, row: Row): SealedRow {
  const id = row['person_id'] as Uuid | null;
  const person =
    id === null
      ? null
      : {
          id,
          keyWrapped: row['key_wrapped'] as Buffer | null,
          numberSealed: row['number_sealed'] as Buffer | null,
        };
  const lineId = (row['line_id'] ?? null) as Uuid | null;
  return { cells: cellsOf[kind](row), person, lineId };
}

const cellsOf: Readonly<Record<ExportKind, (row: Row) => Record<string, Cell>>> = {
  calls: (row) => {
    const [startedAt, endedAt] = [row['started_at'] as Date, row['ended_at'] as Date | null];
    return {
      id: row['id'],
      startedAt: time(startedAt),
      endedAt: time(endedAt),
      durationMs: endedAt === null ? null : endedAt.getTime() - startedAt.getTime(),
      direction: row['direction'],
      state: row['phase'],
      campaign: row['campaign'],
      placedFor: row['placed_for'],
      flow: row['flow_name'],
      flowVersion: row['flow_version'],
      person: row['person_id'],
      outcome: outcomeOf[row['act'] as string] ?? 'none',
      recordings: Number(row['recordings']),
      recordedMs: Number(row['recorded_ms']),
      redactedAt: time(row['redacted_at']),
    };
  },
  texts: (row) => ({
    id: row['message_sid'],
    at: time(row['at']),
    person: row['person_id'],
    meaning: row['meaning'],
    answered: row['has_words'],
  }),
  consents: (row) => ({
    receipt: row['id'],
    at: time(row['at']),
    kind: row['kind'],
    purpose: row['purpose'],
    call: row['call_id'],
    party: row['party_id'],
    flow: row['flow_name'],
    person: row['person_id'],
  }),
  persons: (row) => ({
    id: row['person_id'],
    since: time(row['created_at']),
    calls: Number(row['calls']),
    lastCallAt: time(row['last_call_at']),
    erased: row['key_wrapped'] === null,
  }),
};
