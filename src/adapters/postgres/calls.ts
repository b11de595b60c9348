/** Calls, their legs and their steps in Postgres. */
import type { Sql } from 'postgres';
import type {
  CallCommit,
  CallStore,
  CarrierTask,
  Invite,
  StoredCall,
  TaskKind,
} from '../../app/call-ports.ts';
import type { CallState } from '../../app/call-state.ts';
import type { CallSid, Role, Uuid } from '../../core/words.ts';
import { packCommits } from './commit-row.ts';
import { commitStatement } from './commit-sql.ts';
import { createGroup } from './group.ts';

/** Steps written by one statement at most: keeps it well under a megabyte. */
const commitsMax = 64;

type Row = Record<string, unknown>;

function storedCall(row: Row): StoredCall {
  const endedAt = row['ended_at'] as Date | null;
  return {
    id: row['id'] as Uuid,
    tenantId: row['tenant_id'] as Uuid,
    lineId: row['line_id'] as Uuid | null,
    direction: row['direction'] as StoredCall['direction'],
    startedAt: (row['started_at'] as Date).getTime(),
    endedAt: endedAt === null ? null : endedAt.getTime(),
    version: row['version'] as number,
    state: row['state'] as CallState,
  };
}

/** Statements with commits under way at once, each on a connection. */
export const commitsInFlight = 2;

/**
 * @param clockOffsetMs what to add to an instant of ours to get the database's
 * @param commits where commits are made, if not where everything else is
 */
export function createCallStore(
  sql: Sql,
  clockOffsetMs: () => number,
  commits: Sql = sql,
): CallStore {
  /** By the kinds of rows in them: a handful of the possible ones ever comes. */
  const statements = new Map<string, string>();
  const commitAll = createGroup<CallCommit, boolean>({
    itemsMax: commitsMax,
    inFlightMax: commitsInFlight,
    keyOf: (commit) => (commit.isNew ? (commit.step?.callSid ?? commit.call.id) : commit.call.id),
    run: async (batch) => {
      const { kinds, parameters } = packCommits(batch, clockOffsetMs());
      const name = kinds.join();
      const statement = statements.get(name) ?? commitStatement(kinds);
      statements.set(name, statement);
      const rows = await commits.unsafe(statement, [...parameters], { prepare: true });
      const stood = new Set(rows.map((row) => row['n'] as number));
      return batch.map((_, n) => stood.has(n));
    },
  });

  const one = async (rows: Promise<readonly Row[]>): Promise<StoredCall | null> => {
    const [row] = await rows;
    return row === undefined ? null : storedCall(row);
  };

  return {
    findByCallSid: (callSid) =>
      one(
        sql`select call.* from call join leg on leg.call_id = call.id where leg.call_sid = ${callSid}`,
      ),
    find: (callId) => one(sql`select * from call where id = ${callId}`),
    async answered(callSid, step) {
      const [row] = await sql`
        select fingerprint, reply from step where call_sid = ${callSid} and step = ${step}`;
      return row === undefined
        ? null
        : { fingerprint: row['fingerprint'] as Buffer, reply: row['reply'] as Buffer };
    },
    async findInvite(step): Promise<Invite | null> {
      const [row] = await sql`
        select step, call_id, party_id, role, flow, person_id, call_sid
        from leg_invite where step = ${step}`;
      return row === undefined
        ? null
        : {
            step: row['step'] as string,
            callId: row['call_id'] as Uuid,
            partyId: row['party_id'] as Uuid,
            role: row['role'] as Role,
            flow: row['flow'] as string | null,
            personId: row['person_id'] as Uuid | null,
            callSid: row['call_sid'] as CallSid | null,
          };
    },
    async noteRung(step, callSid) {
      await sql`update leg_invite set call_sid = ${callSid} where step = ${step}`;
    },
    async commit(commit) {
      return (await commitAll(commit)) ? 'done' : 'refused';
    },
    async openLegs(callSids) {
      const rows = await sql`
        select call_sid, version from leg
        where call_sid = any(${callSids as string[]}) and recording_open and ended_at is null`;
      return new Map(rows.map((row) => [row['call_sid'] as CallSid, row['version'] as number]));
    },
    async dueToResume(at) {
      const rows = await sql`
        select id from call where ended_at is null and resume_at <= ${new Date(at)} limit 100`;
      return rows.map((row) => row['id'] as Uuid);
    },
    async liveSince(before, limit) {
      const rows = await sql`
        select * from call where ended_at is null and started_at < ${new Date(before)}
        order by started_at limit ${limit}`;
      return rows.map(storedCall);
    },
    ...taskStore(sql),
    ...upkeepReads(sql),
  };
}

type UpkeepReads = Pick<CallStore, 'stillLive' | 'liveLegs' | 'unansweredInvites'>;

function upkeepReads(sql: Sql): UpkeepReads {
  return {
    async stillLive(callSids) {
      const rows = await sql`
        select call_sid from leg join call on call.id = leg.call_id
        where call_sid = any(${callSids as string[]})
          and leg.ended_at is null and call.ended_at is null`;
      return new Set(rows.map((row) => row['call_sid'] as CallSid));
    },
    async liveLegs() {
      const rows = await sql`
        select call_sid from leg join call on call.id = leg.call_id
        where leg.ended_at is null and call.ended_at is null`;
      return rows.map((row) => row['call_sid'] as CallSid);
    },
    async unansweredInvites(ageMs, limit) {
      const rows = await sql`
        select step from leg_invite join call on call.id = leg_invite.call_id
        where call.ended_at is null
          and leg_invite.created_at < clock_timestamp() - make_interval(secs => ${ageMs / 1_000})
          and case when leg_invite.role in ('transferee', 'joiner') then exists (
              select from json_array_elements(call.state -> 'invited') invited
              where invited ->> 'step' = leg_invite.step and invited ->> 'over' = 'false')
            else call.state -> 'inviteOver' is null
              and (call.state -> 'ring' is null
                or call.state ->> 'agentParty' = leg_invite.party_id::text
                or (call.state -> 'ring' ->> 'step' = leg_invite.step
                  and call.state -> 'ring' ->> 'over' = 'false'))
            end
          and not exists (select from leg where leg.party_id = leg_invite.party_id)
        order by leg_invite.created_at limit ${limit}`;
      return rows.map((row) => row['step'] as string);
    },
  };
}

type TaskVerbs = Pick<CallStore, 'takeTask' | 'openTasks' | 'endTask' | 'postponeTask'>;

function taskStore(sql: Sql): TaskVerbs {
  return {
    async takeTask(id, leaseMs): Promise<CarrierTask | null> {
      const [row] = await sql`
        update carrier_task set attempts = attempts + 1,
          taken_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1_000})
        where id = ${id} and done_at is null
          and (taken_until is null or taken_until < clock_timestamp())
        returning id, call_id, kind, body`;
      return row === undefined
        ? null
        : {
            id: row['id'] as Uuid,
            callId: row['call_id'] as Uuid,
            kind: row['kind'] as TaskKind,
            body: row['body'] as Buffer,
          };
    },
    async openTasks(limit) {
      const rows = await sql`
        select id from carrier_task where done_at is null
          and (taken_until is null or taken_until < clock_timestamp())
        order by created_at limit ${limit}`;
      return rows.map((row) => row['id'] as Uuid);
    },
    async endTask(id, failure) {
      await sql`update carrier_task set done_at = clock_timestamp(), failed = ${failure} where id = ${id}`;
    },
    async postponeTask(id, delayMs, attemptsMax) {
      const { count } = await sql`
        update carrier_task
        set taken_until = clock_timestamp() + make_interval(secs => ${delayMs / 1_000})
        where id = ${id} and done_at is null and attempts < ${attemptsMax}`;
      return count === 1;
    },
  };
}
