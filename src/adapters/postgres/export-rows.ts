/**
 * Records for an export, from a cursor: however many there are, a page of them is in memory. Each
 * statement is one moment of the database.
 */
import type { PendingQuery, Row, Sql } from 'postgres';
import type { Tenant } from '../../app/call-ports.ts';
import type { ExportSource, SealedRow, TableAsk } from '../../app/export-ports.ts';
import type { Cell, TableKind } from '../../core/exports/columns.ts';
import type { Uuid } from '../../core/words.ts';
import { conversationsOf } from './export-conversations.ts';
import { holdsPerson } from './export-holdings.ts';
import { ofCall, withinLimits } from './limits.ts';
import { sealedPersonOf } from './sealed-person.ts';

type Fragment = PendingQuery<Row[]>;

const pageRows = 500;
const acts = ['grant', 'refusal', 'withdrawal', 'expiry'];
const outcomeOf: Readonly<Record<string, string>> = {
  grant: 'granted',
  refusal: 'refused',
  withdrawal: 'withdrawn',
  expiry: 'expired',
};

export function createExportRows(sql: Sql, tenant: Pick<Tenant, 'id' | 'cipher'>): ExportSource {
  const statement = (ask: TableAsk): Statement => statements[ask.kind]({ sql, tenant, ask });
  async function* cursorOf(ask: TableAsk, page: number): AsyncGenerator<readonly Row[]> {
    const { what, from, more, where, order } = statement(ask);
    yield* sql`select ${what} ${from} ${more} where ${where} order by ${order}`.cursor(page);
  }
  return {
    async count(ask) {
      const { from, where } = statement(ask);
      const [row] = await sql`select count(*) as n ${from} where ${where}`;
      return Number(row?.['n']);
    },
    async *rows(ask) {
      for await (const rows of cursorOf(ask, pageRows)) {
        yield rows.map((row) => rowOf(ask.kind, row));
      }
    },
    async *conversations(ask) {
      for await (const rows of cursorOf({ ...ask, kind: 'calls' }, conversationRows)) {
        yield await conversationsOf(sql, rows);
      }
    },
  };
}

/** Each has its parties, recordings and facts beside it. */
const conversationRows = 100;

interface Asked {
  readonly sql: Sql;
  readonly tenant: Pick<Tenant, 'id' | 'cipher'>;
  readonly ask: TableAsk;
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
  sql`person.id as person_id, person.key_wrapped, person.number_sealed, person.restricted_at`;

function between(sql: Sql, column: Fragment, { filter: { since, until } }: TableAsk): Fragment {
  return sql`
    ${since === null ? sql`true` : sql`${column} >= ${new Date(since)}`}
    and ${until === null ? sql`true` : sql`${column} < ${new Date(until)}`}`;
}

/** Of whom only records are wanted. */
function isOf(sql: Sql, column: Fragment, { filter: { personId } }: TableAsk): Fragment {
  return personId === null ? sql`true` : sql`${column} = ${personId}`;
}

/** Until a call is redacted its campaign stands in the permit it was placed with. */
const campaign = (sql: Sql): Fragment => sql`coalesce(call.campaign, (
    select substr(scope, 10) from dial join permit on permit.id = dial.permit_id,
      unnest(permit.scopes) scope
    where dial.call_id = call.id and scope like 'campaign:%' limit 1))`;

const ofCallFilter = (sql: Sql, { filter, limits }: TableAsk): Fragment => sql`
  ${filter.lineId === null ? sql`true` : sql`call.line_id = ${filter.lineId}`}
  and ${filter.flow === null ? sql`true` : sql`call.flow_name = ${filter.flow}`}
  and ${filter.campaign === null ? sql`true` : sql`${campaign(sql)} = ${filter.campaign}`}
  and ${withinLimits(sql, limits)}`;

/** Whose call it was; of what is asked about one person, theirs: whoever else was on it is not shown. */
function calls({ sql, tenant, ask }: Asked): Statement {
  const act = sql`(select kind from entry where entry.call_id = call.id
    and entry.purpose = 'recording' and entry.kind = any (${acts}::text[])
    order by entry.at desc, entry.id limit 1)`;
  const { outcome } = ask.filter;
  const wanted = Object.entries(outcomeOf).find(([, name]) => name === outcome)?.[0] ?? null;
  return {
    what: sql`call.id, call.started_at, call.ended_at, call.direction, call.phase, call.line_id,
      ${campaign(sql)} as campaign, call.placed_for, call.flow_name, call.flow_version,
      call.redacted_at, call.source, call.visitor, ${act} as act, sound.n as recordings, sound.ms as recorded_ms,
      ${whose(sql)}`,
    from: sql`from call`,
    more: sql`
      left join lateral (select count(*) as n, coalesce(sum(duration_ms), 0) as ms from recording
        where recording.call_id = call.id and recording.state in ('sealed', 'partial')) sound on true
      left join lateral (select coalesce(
        ${ask.filter.personId}::uuid,
        (select person_id from dial where dial.call_id = call.id limit 1),
        (select person_id from leg where leg.call_id = call.id and leg.role = 'caller'
          order by leg.started_at limit 1)) as id) whom on true
      left join person on person.id = whom.id`,
    where: sql`call.tenant_id = ${tenant.id} and ${between(sql, sql`call.started_at`, ask)}
      and ${ofCallFilter(sql, ask)} and ${withPerson(sql, ask)}
      and ${outcome === null ? sql`true` : sql`${act} is not distinct from ${wanted}`}`,
    order: sql`call.started_at desc, call.id`,
  };
}

function texts({ sql, tenant, ask }: Asked): Statement {
  return {
    what: sql`text_message.message_sid, text_message.at, text_message.meaning,
      text_message.has_words, ${whose(sql)}`,
    from: sql`from text_message`,
    more: sql`left join person
      on person.tenant_id = text_message.tenant_id and person.token = text_message.sender`,
    where: sql`text_message.tenant_id = ${tenant.id} and ${between(sql, sql`text_message.at`, ask)}
      and ${
        ask.filter.personId === null
          ? sql`true`
          : sql`sender = (select token from person where id = ${ask.filter.personId})`
      }`,
    order: sql`text_message.at desc, text_message.message_sid`,
  };
}

function consents({ sql, tenant, ask }: Asked): Statement {
  return {
    what: sql`entry.id, entry.at, entry.kind, entry.purpose, entry.call_id, entry.party_id,
      call.line_id, call.flow_name, ${whose(sql)}`,
    from: sql`from entry left join call on call.id = entry.call_id`,
    more: sql`left join person on person.id = entry.person_id`,
    where: sql`entry.tenant_id = ${tenant.id}
      and entry.kind in ('grant', 'refusal', 'withdrawal', 'expiry')
      and ${between(sql, sql`entry.at`, ask)} and ${ofCallFilter(sql, ask)}
      and ${ofCall(sql, 'entry', ask.limits)} and ${isOf(sql, sql`entry.person_id`, ask)}`,
    order: sql`entry.at desc, entry.id`,
  };
}

function persons({ sql, tenant, ask }: Asked): Statement {
  return {
    what: sql`${whose(sql)}, person.profile_sealed, person.created_at, spoken.n as calls, spoken.last as last_call_at`,
    from: sql`from person`,
    more: sql`left join lateral (select count(distinct call.id) as n, max(call.started_at) as last
      from leg join call on call.id = leg.call_id where leg.person_id = person.id) spoken on true`,
    where: sql`person.tenant_id = ${tenant.id} and person.restricted_at is null
      and ${between(sql, sql`person.created_at`, ask)} and ${isOf(sql, sql`person.id`, ask)}`,
    order: sql`person.created_at desc, person.id`,
  };
}

/** Whoever was on it, rung for it, or added to it. */
const withPerson = (sql: Sql, { filter: { personId } }: TableAsk): Fragment =>
  personId === null
    ? sql`true`
    : sql`call.id in (select call_id from leg where person_id = ${personId}
        union select call_id from dial where person_id = ${personId}
        union select call_id from leg_invite where person_id = ${personId})`;

function recordings({ sql, tenant, ask }: Asked): Statement {
  return {
    what: sql`recording.id, recording.call_id, recording.started_at, recording.duration_ms,
      recording.lost_ms, jsonb_array_length(recording.gaps) as gaps, recording.state, leg.role,
      call.line_id, recording.payload_sha256, ${whose(sql)}`,
    from: sql`from recording join call on call.id = recording.call_id
      left join leg on leg.call_sid = recording.call_sid`,
    more: sql`left join person on person.id = leg.person_id`,
    where: sql`recording.tenant_id = ${tenant.id} and recording.state in ('sealed', 'partial')
      and ${between(sql, sql`recording.started_at`, ask)} and ${ofCallFilter(sql, ask)}
      and ${isOf(sql, sql`leg.person_id`, ask)}`,
    order: sql`recording.started_at desc, recording.id`,
  };
}

function forms({ sql, tenant, ask }: Asked): Statement {
  return {
    what: sql`sent.id, sent.at, sent.call_id, sent.party_id, sent.answer, sent.form,
      sent.question, sent.ticked, sent.person_id as answered_by, ${whose(sql)}`,
    from: sql`from (
      select id, at, call_id, party_id, answer, person_id, null as form, null as question,
        null as ticked from survey_answer where tenant_id = ${tenant.id}
      union all select s.id, s.at, null, null, null, s.person_id, f.name,
        f.locale || ', version ' || f.version, array_to_string(s.ticked, ', ')
      from form_submission s
        join consent_form f on f.tenant_id = s.tenant_id and f.hash = s.form_hash
      where s.tenant_id = ${tenant.id}) sent`,
    more: sql`left join person on person.id = sent.person_id`,
    where: sql`${between(sql, sql`sent.at`, ask)} and ${isOf(sql, sql`sent.person_id`, ask)}`,
    order: sql`sent.at desc, sent.id`,
  };
}

/** Whose data it was stands there as pseudonyms: of everybody's no person can be said. */
function disclosures({ sql, tenant, ask }: Asked): Statement {
  const { personId } = ask.filter;
  const taken = sql`a.tenant_id = ${tenant.id} and a.allowed and a.kind in ('download', 'export')
    and ${seenIn({ sql, tenant, ask })}`;
  return {
    what: sql`told.at, told.recipient, told.what, told.call_id, ${whose(sql)}`,
    from: sql`from (
      select 'carrier' as recipient, 'call' as what, call.started_at as at, call.id as call_id,
        who.person_id from call join (
          select call_id, person_id from leg union select call_id, person_id from dial
          union select call_id, person_id from leg_invite) who on who.call_id = call.id
        where call.tenant_id = ${tenant.id} and who.person_id is not null
      union all select 'carrier', 'text', text_message.at, null, person.id from text_message
        join person on person.tenant_id = text_message.tenant_id
          and person.token = text_message.sender
        where text_message.tenant_id = ${tenant.id}
      union all select a.by, case a.kind when 'download' then 'recording' else 'extract' end, a.at,
        null, ${personId}::uuid from audit a where ${taken}) told`,
    more: sql`left join person on person.id = told.person_id`,
    where: sql`${between(sql, sql`told.at`, ask)} and ${isOf(sql, sql`told.person_id`, ask)}`,
    order: sql`told.at desc, told.recipient, told.call_id`,
  };
}

function accesses({ sql, tenant, ask }: Asked): Statement {
  return {
    what: sql`a.id, a.at, a.kind, a.allowed, a.by, cardinality(a.persons) as persons,
      entry.opening`,
    from: sql`from audit a`,
    more: sql`join entry on entry.id = a.id`,
    where: sql`a.tenant_id = ${tenant.id} and ${between(sql, sql`a.at`, ask)}
      and ${seenIn({ sql, tenant, ask })}`,
    order: sql`a.at desc, a.id`,
  };
}

/** Acts in which data of the person, or of anybody, was seen: named, or in an export. */
function seenIn({ sql, tenant, ask }: Asked): Fragment {
  const { personId } = ask.filter;
  if (personId === null) return sql`(cardinality(a.persons) > 0 or a.export_id is not null)`;
  const token = tenant.cipher.token(`person/${personId}`);
  return sql`(a.persons @> array[${token}::bytea]
    or ${holdsPerson(sql, tenant, sql`a.export_id`, personId)})`;
}

const statements: Readonly<Record<TableKind, (asked: Asked) => Statement>> = {
  calls,
  texts,
  consents,
  persons,
  recordings,
  forms,
  disclosures,
  accesses,
};

const time = (value: unknown): string | null =>
  value === null || value === undefined ? null : (value as Date).toISOString();

function rowOf(kind: TableKind, row: Row): SealedRow {
  return {
    cells: cellsOf[kind](row),
    ...sealedPersonOf(row),
    lineId: (row['line_id'] ?? null) as Uuid | null,
    ...(kind === 'forms' &&
      row['answer'] !== null && {
        answer: {
          id: row['id'] as Uuid,
          partyId: row['party_id'] as Uuid,
          personId: row['answered_by'] as Uuid | null,
          sealed: row['answer'] as Buffer,
          at: (row['at'] as Date).getTime(),
        },
      }),
    ...(kind === 'persons' && { profile: row['profile_sealed'] as Buffer | null }),
    ...(kind === 'accesses' && {
      opening: {
        id: row['id'] as Uuid,
        personId: null,
        openingSealed: row['opening'] as Buffer | null,
      },
    }),
  };
}

const cellsOf: Readonly<Record<TableKind, (row: Row) => Record<string, Cell>>> = {
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
      source: row['source'],
      visitor: (row['visitor'] as Buffer | null)?.toString('hex') ?? null,
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
  recordings: (row) => ({
    id: row['id'],
    call: row['call_id'],
    startedAt: time(row['started_at']),
    durationMs: row['duration_ms'],
    lostMs: row['lost_ms'],
    gaps: row['gaps'],
    state: row['state'],
    role: row['role'],
    person: row['person_id'],
    sha256: (row['payload_sha256'] as Buffer | null)?.toString('hex') ?? null,
  }),
  forms: (row) => ({
    id: row['id'],
    at: time(row['at']),
    form: row['form'],
    call: row['call_id'],
    question: row['question'],
    answer: row['ticked'],
    person: row['person_id'],
  }),
  disclosures: (row) => ({
    at: time(row['at']),
    recipient: row['recipient'],
    what: row['what'],
    call: row['call_id'],
    person: row['person_id'],
  }),
  accesses: (row) => ({
    receipt: row['id'],
    at: time(row['at']),
    kind: row['kind'],
    allowed: row['allowed'],
    by: row['by'],
    persons: row['persons'],
  }),
};
