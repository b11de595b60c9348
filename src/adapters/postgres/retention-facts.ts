/** What schedules are judged by: calls and what hangs on them, oldest first. */
import type { PendingQuery, Row, Sql } from 'postgres';
import type { PagePlace } from '../../app/api-ports.ts';
import type { CallRow, FactsAsk, Item, LooseRow, LooseSet } from '../../app/retention-ports.ts';
import type { CallFacts, Parts } from '../../core/retention/plan.ts';
import type { Uuid } from '../../core/words.ts';

type Fragment = PendingQuery<Row[]>;

/** Counts of contacts are what caps on calling are kept by: none looks back further (France: 30). */
const capDays = 31;

/** Not yet a call of the past: something asked for in it, or a recording, is still to be seen to. */
export const isOpen = `(
  exists (select from desk_task where desk_task.call_id = call.id and done_at is null)
  or exists (select from carrier_task where carrier_task.call_id = call.id and done_at is null
    and kind in ('erase', 'opt-out'))
  or exists (select from recording where recording.call_id = call.id and state = 'live'))`;

const campaign = `coalesce(call.campaign, case when call.direction = 'outbound' then (
  select substr(scope, 10) from dial join permit on permit.id = dial.permit_id,
    unnest(permit.scopes) scope
  where dial.call_id = call.id and scope like 'campaign:%' limit 1) end)`;

const purposes = `array(
  select purpose from entry where entry.call_id = call.id and kind = 'grant'
  union select call.placed_for where call.placed_for is not null
  union select permit.purpose from dial join permit on permit.id = dial.permit_id
    where dial.call_id = call.id)`;

/** Of the row of `call`. */
function callColumns(sql: Sql, withPurposes: boolean): Fragment {
  return sql`
    coalesce(call.ended_at, call.started_at) as at, call.line_id,
    ${sql.unsafe(campaign)} as campaign,
    ${withPurposes ? sql.unsafe(purposes) : sql`array[]::text[]`} as purposes,
    (select json_build_object('ids', json_agg(id order by id), 'oldest', min(started_at),
        'newest', max(started_at)) from recording
      where recording.call_id = call.id and state <> 'erased') as recordings,
    (select json_build_object('count', count(*), 'oldest', min(at), 'newest', max(at)) from (
      select at from survey_answer where survey_answer.call_id = call.id
      union all select done_at from desk_task where desk_task.call_id = call.id
        and done_at is not null) form) as forms,
    exists (select from holds_on_call(call.id)) as is_held,
    ${sql.unsafe(isOpen)} as is_open`;
}

const microsOf = (column: string): string =>
  `(extract(epoch from ${column}) * 1000000)::bigint::text as micros`;

function following(sql: Sql, { after, before }: FactsAsk, at: string, id: string): Fragment {
  const column = sql.unsafe(at);
  const place = sql`
    timestamptz 'epoch' + ${after?.micros ?? '0'}::bigint * interval '1 microsecond'`;
  return sql`
    ${before === null ? sql`true` : sql`${column} < ${new Date(before)}`}
    and ${after === null ? sql`true` : sql`(${column}, ${sql.unsafe(id)}) > (${place}, ${after.id})`}`;
}

const ofPerson = (sql: Sql, personId: Uuid): Fragment => sql`
  (select call_id from leg where person_id = ${personId}
    union select call_id from dial where person_id = ${personId}
    union select call_id from leg_invite where person_id = ${personId})`;

export async function readCalls(sql: Sql, tenantId: Uuid, ask: FactsAsk): Promise<CallRow[]> {
  const { of } = ask;
  const wanted =
    of === null
      ? sql`true`
      : 'callId' in of
        ? sql`call.id = ${of.callId}`
        : sql`call.id in ${ofPerson(sql, of.personId)}`;
  const rows = await sql`
    select call.id, ${sql.unsafe(microsOf('call.started_at'))},
      ${callColumns(sql, ask.purposes)}
    from call
    where call.tenant_id = ${tenantId} and call.redacted_at is null and call.ended_at is not null
      and ${wanted} and ${following(sql, ask, 'call.started_at', 'call.id')}
    order by call.started_at, call.id limit ${ask.limit}`;
  return rows.map((row) => ({ ...callFacts(row), item: callItem(row), place: placeOf(row) }));
}

/** Holds on a record by itself. What is of a call is held with it, whatever day it is from. */
const held = (sql: Sql, { person, at, hasCall }: LooseTable): Fragment => sql`
  exists (select from legal_hold hold where hold.lifted_at is null and (
    hold.person_id = ${sql.unsafe(person)}
    or ${hasCall ? sql`false` : sql`(hold.kind = 'period' and ${sql.unsafe(at)} >= hold.since and ${sql.unsafe(at)} < hold.until)`}))`;

interface LooseTable {
  readonly table: string;
  readonly at: string;
  readonly id: string;
  readonly where: string;
  readonly person: string;
  readonly hasCall: boolean;
}

const looseTables: Readonly<Record<LooseSet, LooseTable>> = {
  recordings: {
    table: 'recording',
    at: 'loose.started_at',
    id: 'loose.id',
    where: "loose.state not in ('erased', 'live')",
    person: 'null::uuid',
    hasCall: true,
  },
  texts: {
    table: 'text_message',
    at: 'loose.at',
    id: 'loose.message_sid',
    where: 'loose.sender is not null',
    person: '(select id from person where token = loose.sender and tenant_id = loose.tenant_id)',
    hasCall: false,
  },
  answers: {
    table: 'survey_answer',
    at: 'loose.at',
    id: 'loose.id',
    where: 'true',
    person: 'loose.person_id',
    hasCall: true,
  },
  requests: {
    table: 'desk_task',
    at: 'loose.done_at',
    id: 'loose.id',
    where: 'loose.done_at is not null',
    person: 'loose.person_id',
    hasCall: true,
  },
  // The row stays, so that it is known how often a form was sent; whose it was goes.
  sent: {
    table: 'form_submission',
    at: 'loose.at',
    id: 'loose.id',
    where: 'loose.person_id is not null',
    person: 'loose.person_id',
    hasCall: false,
  },
};

/** What a run for one person takes of a set; what hangs on calls goes with them. */
function looseOf(sql: Sql, set: LooseSet, personId: Uuid): Fragment {
  if (set === 'texts') return sql`loose.sender = (select token from person where id = ${personId})`;
  return set === 'sent' ? sql`loose.person_id = ${personId}` : sql`true`;
}

export async function readLoose(
  sql: Sql,
  tenantId: Uuid,
  set: LooseSet,
  ask: FactsAsk,
): Promise<LooseRow[]> {
  const { table, at, id, where, hasCall } = looseTables[set];
  const { of } = ask;
  const wanted = of !== null && 'personId' in of ? looseOf(sql, set, of.personId) : sql`true`;
  const rows = await sql`
    select ${sql.unsafe(id)} as id, ${sql.unsafe(at)} as loose_at, ${sql.unsafe(microsOf(at))},
      ${held(sql, looseTables[set])} as loose_held,
      ${hasCall ? sql`call.redacted_at, ${callColumns(sql, ask.purposes)}` : sql`null as at`}
    from ${sql(table)} loose
      ${hasCall ? sql`join call on call.id = loose.call_id` : sql``}
    where loose.tenant_id = ${tenantId} and ${sql.unsafe(where)} and ${wanted}
      and ${following(sql, ask, at, id)}
    order by ${sql.unsafe(at)}, ${sql.unsafe(id)} limit ${ask.limit}`;
  return rows.map((row) => {
    const call = hasCall ? callFacts(row) : null;
    const name = row['id'] as string;
    return {
      at: (row['loose_at'] as Date).getTime(),
      lineId: call?.lineId ?? null,
      campaign: call?.campaign ?? null,
      purposes: call?.purposes ?? [],
      isHeld: row['loose_held'] === true || call?.isHeld === true,
      call: row['redacted_at'] === null ? call : null,
      item: { id: name, recordings: set === 'recordings' ? [name] : [], forms: 0 },
      place: placeOf(row),
    };
  });
}

export async function readPermits(sql: Sql, tenantId: Uuid, ask: FactsAsk): Promise<LooseRow[]> {
  const { of } = ask;
  const token =
    of !== null && 'personId' in of
      ? sql`token = (select token from person where id = ${of.personId})`
      : sql`true`;
  const rows = await sql`
    select id, at, purposes, campaign, ${sql.unsafe(microsOf('at'))},
      exists (select from legal_hold hold join person on person.id = hold.person_id
        where hold.lifted_at is null and person.token = loose.token) as loose_held
    from (
      select id::text, token, made_at as at, array[purpose] as purposes,
        (select substr(scope, 10) from unnest(scopes) scope where scope like 'campaign:%' limit 1)
          as campaign
      from permit where tenant_id = ${tenantId} and ${token}
        and not exists (select from dial where dial.permit_id = permit.id)
      union all
      select encode(token, 'hex') || ' ' || subject, token,
        (select max(one) from unnest(attempts) one) + make_interval(days => ${capDays}), '{}', null
      from contact_count where tenant_id = ${tenantId} and ${token}
        and (select max(one) from unnest(attempts) one)
          < clock_timestamp() - make_interval(days => ${capDays})
    ) loose
    where ${following(sql, ask, 'at', 'id')}
    order by at, id limit ${ask.limit}`;
  return rows.map((row) => strayOf(row));
}

/** Whom nothing refers to any more. */
export async function readPeople(sql: Sql, tenantId: Uuid, ask: FactsAsk): Promise<LooseRow[]> {
  const { of } = ask;
  const wanted = of !== null && 'personId' in of ? sql`person.id = ${of.personId}` : sql`true`;
  const rows = await sql`
    select person.id, created_at as at, array[]::text[] as purposes, null as campaign,
      ${sql.unsafe(microsOf('created_at'))},
      exists (select from legal_hold hold
        where hold.lifted_at is null and hold.person_id = person.id) as loose_held
    from person
    where tenant_id = ${tenantId} and key_wrapped is not null and ${wanted}
      and ${sql.unsafe(isNeeded('person'))} is false
      and ${following(sql, ask, 'created_at', 'person.id')}
    order by created_at, person.id limit ${ask.limit}`;
  return rows.map((row) => strayOf(row));
}

/** Whether anything is kept that a person's key opens, or that their number is needed for. */
export const isNeeded = (person: string): string => `(
  exists (select from leg where leg.person_id = ${person}.id)
  or exists (select from leg_invite where leg_invite.person_id = ${person}.id)
  or exists (select from dial where dial.person_id = ${person}.id)
  or exists (select from entry where entry.person_id = ${person}.id)
  or exists (select from choice where choice.person_id = ${person}.id)
  or exists (select from survey_answer where survey_answer.person_id = ${person}.id)
  or exists (select from desk_task where desk_task.person_id = ${person}.id)
  or exists (select from form_submission where form_submission.person_id = ${person}.id)
  or exists (select from stop_review where stop_review.person_id = ${person}.id
    and stop_review.state = 'open')
  or exists (select from text_message where text_message.sender = ${person}.token)
  or exists (select from permit where permit.token = ${person}.token)
  or exists (select from contact_count where contact_count.token = ${person}.token))`;

const strayOf = (row: Row): LooseRow => ({
  at: (row['at'] as Date).getTime(),
  lineId: null,
  campaign: row['campaign'] as string | null,
  purposes: row['purposes'] as string[],
  isHeld: row['loose_held'] === true,
  call: null,
  item: { id: row['id'] as string, recordings: [], forms: 0 },
  place: placeOf(row),
});

const placeOf = (row: Row): PagePlace => ({
  micros: row['micros'] as string,
  id: row['id'] as string,
});

interface PartsRow {
  readonly ids?: readonly Uuid[] | null;
  readonly count?: number;
  readonly oldest: string | null;
  readonly newest: string | null;
}

function partsOf({ ids, count, oldest, newest }: PartsRow): Parts | null {
  if (oldest === null || newest === null) return null;
  return {
    count: ids?.length ?? count ?? 0,
    oldest: Date.parse(oldest),
    newest: Date.parse(newest),
  };
}

const callItem = (row: Row): Item => ({
  id: row['id'] as Uuid,
  recordings: (row['recordings'] as PartsRow).ids ?? [],
  forms: (row['forms'] as PartsRow).count ?? 0,
});

const callFacts = (row: Row): CallFacts => ({
  at: (row['at'] as Date).getTime(),
  lineId: row['line_id'] as Uuid | null,
  campaign: row['campaign'] as string | null,
  purposes: row['purposes'] as string[],
  recordings: partsOf(row['recordings'] as PartsRow),
  forms: partsOf(row['forms'] as PartsRow),
  isHeld: row['is_held'] as boolean,
  isOpen: row['is_open'] as boolean,
});
