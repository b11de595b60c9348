/** Calls and recordings as people read them. Each answer is one moment of the database. */
import type { PendingQuery, Row, Sql, TransactionSql } from 'postgres';
import type {
  CallFilter,
  CallReads,
  CallRecord,
  Page,
  PageAsk,
  PagePlace,
} from '../../app/api-ports.ts';
import type { CallState } from '../../app/call-state.ts';
import type { Uuid } from '../../core/words.ts';
import { ofCall, withinLimits } from './limits.ts';
import {
  answerOf,
  callOf,
  dialledOf,
  entryOf,
  legOf,
  recordingOf,
  rungOf,
  stepOf,
} from './read-rows.ts';

const oneMoment = 'isolation level repeatable read read only';
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createCallReads(sql: Sql): CallReads {
  return {
    calls: (tenantId, filter, page) =>
      sql.begin(oneMoment, async (tx) => {
        const rows = await tx`
          ${callsFrom(tx)}
          where call.tenant_id = ${tenantId} and ${matches(tx, tenantId, filter)} and ${following(tx, page, 'call')}
          order by call.started_at desc, call.id limit ${page.limit + 1}`;
        const { rows: shown, next } = cut(rows, page);
        return { rows: await fill(tx, shown, { inDetail: false }), next };
      }) as Promise<Page<CallRecord>>,

    call: (tenantId, name) =>
      sql.begin(oneMoment, async (tx) => {
        const isNamed = uuid.test(name)
          ? tx`call.id = ${name}`
          : tx`call.id = (select call_id from leg where call_sid = ${name})`;
        const rows = await tx`${callsFrom(tx)} where call.tenant_id = ${tenantId} and ${isNamed}`;
        const [call] = await fill(tx, rows, { inDetail: true });
        return call ?? null;
      }) as Promise<CallRecord | null>,

    async recordings(tenantId, limits, page) {
      const rows = await sql`
        select *, ${micros(sql, 'recording')} from recording
        where tenant_id = ${tenantId} and ${following(sql, page, 'recording')}
          and ${ofCall(sql, 'recording', limits)}
        order by started_at desc, id limit ${page.limit + 1}`;
      const { rows: shown, next } = cut(rows, page);
      return { rows: shown.map(recordingOf), next };
    },

    async recording(tenantId, id) {
      if (!uuid.test(id)) return null;
      const [row] = await sql`
        select * from recording where tenant_id = ${tenantId} and id = ${id}`;
      return row === undefined ? null : recordingOf(row);
    },
  };
}

type Reader = Sql | TransactionSql;
type Fragment = PendingQuery<Row[]>;

// ---------------------------------------------------------------- pages

/** Milliseconds would put rows of the same millisecond on both sides of a page's end. */
function micros(sql: Reader, table: string): Fragment {
  return sql`(extract(epoch from ${sql(table)}.started_at) * 1000000)::bigint::text as micros`;
}

function following(sql: Reader, { after }: PageAsk, table: string): Fragment {
  if (after === null) return sql`true`;
  const place = sql`timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond'`;
  const startedAt = sql`${sql(table)}.started_at`;
  return sql`
    ${startedAt} <= ${place}
    and (${startedAt} < ${place} or ${sql(table)}.id > ${after.id})`;
}

/** One row more than asked for was read, to know whether a next page exists. */
function cut(rows: readonly Row[], { limit }: PageAsk): Page<Row> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next: PagePlace | null =
    rows.length > limit && last !== undefined
      ? { micros: last['micros'] as string, id: last['id'] as Uuid }
      : null;
  return { rows: shown, next };
}

// ---------------------------------------------------------------- calls

function callsFrom(tx: TransactionSql): Fragment {
  return tx`
    select call.id, call.direction, call.flow_name, call.flow_version, call.flow_hash, call.phase,
      call.state, call.started_at, call.ended_at, call.campaign, call.source, call.visitor, line.number_token, line.number_sealed,
      ${micros(tx, 'call')}
    from call left join line on line.id = call.line_id`;
}

/** Each in the form that an index answers: a page costs the same, however many calls there are. */
function matches(tx: TransactionSql, tenantId: Uuid, filter: CallFilter): Fragment {
  const { phase, since, until, lineToken, person, limits } = filter;
  const isLive = phase !== null && phase !== 'ended' ? tx`and call.ended_at is null` : tx``;
  return tx`
    ${phase === null ? tx`true` : tx`call.phase = ${phase} ${isLive}`}
    and ${since === null ? tx`true` : tx`call.started_at >= ${new Date(since)}`}
    and ${until === null ? tx`true` : tx`call.started_at < ${new Date(until)}`}
    and ${withinLimits(tx, limits)}
    and ${
      lineToken === null
        ? tx`true`
        : tx`call.line_id = (select id from line
            where tenant_id = ${tenantId} and number_token = ${lineToken})`
    }
    and ${person === null ? tx`true` : tx`call.id in ${callsOf(tx, tenantId, person)}`}`;
}

function callsOf(tx: TransactionSql, tenantId: Uuid, person: Uuid | Buffer): Fragment {
  const id =
    typeof person === 'string'
      ? tx`${person}::uuid`
      : tx`(select id from person where tenant_id = ${tenantId} and token = ${person})`;
  return tx`(select call_id from leg where person_id = ${id}
    union select call_id from dial where person_id = ${id}
    union select call_id from leg_invite where person_id = ${id})`;
}

/** Reads what belongs to the calls: one statement per table, however many calls there are. */
async function fill(
  tx: TransactionSql,
  rows: readonly Row[],
  { inDetail }: { inDetail: boolean },
): Promise<CallRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row['id'] as Uuid);
  const legs = await tx`
    select leg.call_id, leg.call_sid, leg.party_id, leg.role, leg.person_id, person.key_wrapped,
      person.number_sealed
    from leg left join person on person.id = leg.person_id
    where leg.call_id = any(${ids}::uuid[]) order by leg.started_at, leg.call_sid`;
  const rung = await tx`
    select leg_invite.call_id, party_id, role, person_id, person.key_wrapped, person.number_sealed
    from leg_invite left join person on person.id = leg_invite.person_id
    where leg_invite.call_id = any(${ids}::uuid[]) order by leg_invite.created_at`;
  const recordings = await tx`
    select * from recording where call_id = any(${ids}::uuid[]) order by started_at, id`;
  const entries = await tx`
    select id, call_id, kind, purpose, party_id, at, person_id,
      ${inDetail ? tx`opening` : tx`null`} as opening
    from entry
    where call_id = any(${ids}::uuid[]) order by at, id`;
  const steps = inDetail
    ? await tx`
        select leg.call_id, step.call_sid, step.kind, step.at
        from step join leg on leg.call_sid = step.call_sid
        where leg.call_id = any(${ids}::uuid[]) order by step.at, step.call_sid`
    : [];
  const answers = inDetail
    ? await tx`
        select id, call_id, party_id, person_id, answer, at from survey_answer
        where call_id = any(${ids}::uuid[]) order by at, id`
    : [];
  const dials = rows.some((row) => row['direction'] === 'outbound')
    ? await tx`
        select dial.call_id, dial.party_id, dial.person_id, person.key_wrapped, person.number_sealed
        from dial left join person on person.id = dial.person_id
        where dial.call_id = any(${ids}::uuid[])`
    : [];
  const of = (all: readonly Row[], id: Uuid) => all.filter((row) => row['call_id'] === id);
  return rows.map((row) => {
    const id = row['id'] as Uuid;
    const state = row['state'] as CallState;
    return {
      ...callOf(row),
      dialled: dialledOf(of(dials, id)[0]),
      legs: of(legs, id).map((leg) => legOf(leg, state.legs)),
      rung: of(rung, id)
        .map(rungOf)
        .filter(({ partyId }) => row['ended_at'] === null && isRung(state, partyId)),
      recordings: of(recordings, id).map(recordingOf),
      entries: of(entries, id).map(entryOf),
      steps: of(steps, id).map(stepOf),
      answers: of(answers, id).map(answerOf),
    };
  });
}

function isRung({ legs, invited = [] }: CallState, id: Uuid): boolean {
  const isComing = invited.some(({ partyId, over }) => partyId === id && !over);
  return isComing && !legs.some(({ partyId }) => partyId === id);
}
