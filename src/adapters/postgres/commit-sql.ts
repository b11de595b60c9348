/**
 * One statement writes any number of commits. Each stands or falls by itself: a row whose call
 * has moved on (its version differs), whose leg exists already, whose new person is known
 * already, or whose deadline has passed changes nothing and is not in the result.
 *
 * The clock is read inside the statement, after any wait for a row's lock: a write that was held
 * up past its deadline must not become a grant after the caller was told "not recorded". Only a text
 * that another statement brings at the same moment is waited for later; the answer to a commit that
 * took too long is dropped by whoever waits for it.
 *
 * Only what there are rows of is in the statement: each part costs 40 µs even with nothing to do.
 */
import { columnsOf, type RowKind } from './commit-row.ts';
import { rowsFrom } from './rows.ts';

/** What decides which commits stand; everything else hangs on those. */
const claiming: readonly RowKind[] = ['person', 'start', 'move'];

/** $1 and on: the columns of each kind in order, then all bytes. Returns the `n` of those that stood. */
export function commitStatement(kinds: readonly RowKind[]): string {
  let first = 1;
  const claims: string[] = [];
  const belongings: string[] = [];
  for (const kind of kinds) {
    const rows = rowsFrom('x', columnsOf[kind], first);
    first += Object.keys(columnsOf[kind]).length;
    (claiming.includes(kind) ? claims : belongings).push(...partsOf[kind](rows, kinds));
  }
  const stood = kinds.flatMap((kind) => stoodIn[kind] ?? []);
  const parts = [
    `pack as materialized (select decode($${first}::text, 'base64') as bytes)`,
    ...claims,
    `ok as materialized (${stood.join(' union all ')})`,
    ...belongings,
  ];
  return `with ${parts.join(',\n')}\nselect n from ok`;
}

/** Bytes that a row names by place and size. */
const bytesOf = (name: string): string =>
  `substring((select bytes from pack) from x.${name}_at for x.${name}_size)`;
const jsonOf = (name: string): string => `convert_from(${bytesOf(name)}, 'UTF8')::json`;

const inTime = `(x.deadline is null or clock_timestamp() < x.deadline)`;
const hangsOn = `where x.n = any (array(select n from ok))`;

/**
 * That this is asked for makes the planner expect one row instead of many, so it looks calls and
 * legs up by their keys; a plan made while the tables are new would otherwise read them whole, and
 * be kept while they grow.
 */
const few = `x.n % 1 = 0`;

const stoodIn: Partial<Record<RowKind, string>> = {
  start: `select n from start where call_id = any (array(select claimed from first_leg))`,
  move: `select moved_n as n from moved`,
};

/** The parts of the statement that write the rows of a kind. */
const partsOf: Record<RowKind, (rows: string, kinds: readonly RowKind[]) => readonly string[]> = {
  start: (rows, kinds) => [
    `start as materialized (select * from ${rows})`,
    // A call is claimed by the CallSid of its first leg.
    `first_leg as (
      insert into leg
        (call_sid, call_id, party_id, role, person_id, recording_open, version, started_at, ended_at)
      select call_sid, call_id, party_id, role, person_id, recording_open, 1, started_at, leg_ended_at
      from start x
      where ${inTime} ${kinds.includes('person') ? `and (not x.meets or x.person_id = any (array(select id from met)))` : ''}
      on conflict (call_sid) do nothing
      returning call_id as claimed
    )`,
    `added_call as (
      insert into call (id, tenant_id, line_id, direction, flow_name, flow_version, flow_hash, locale,
        phase, state, version, started_at, ended_at, resume_at)
      select call_id, tenant_id, line_id, direction, flow_name, flow_version, flow_hash, locale,
        phase, ${jsonOf('state')}, 1, started_at, ended_at, resume_at
      from start x where call_id = any (array(select claimed from first_leg))
    )`,
  ],
  person: (rows) => [
    `met as (
      insert into person (id, tenant_id, token, key_wrapped, number_sealed)
      select id, tenant_id, ${bytesOf('token')}, ${bytesOf('key')}, ${bytesOf('number')}
      from ${rows} where ${inTime}
      on conflict (tenant_id, token) do nothing
      returning id
    )`,
  ],
  move: (rows) => [
    `moved as (
      update call set state = ${jsonOf('state')}, phase = x.phase, ended_at = x.ended_at,
        resume_at = x.resume_at, version = x.version + 1
      from ${rows}
      where call.id = x.call_id and call.version = x.version and ${inTime} and ${few}
      returning x.n as moved_n
    )`,
  ],
  added_leg: (rows) => [
    `added_legs as (
      insert into leg
        (call_sid, call_id, party_id, role, person_id, recording_open, version, ended_at)
      select call_sid, call_id, party_id, role, person_id, recording_open, version, ended_at
      from ${rows} ${hangsOn}
    )`,
  ],
  leg: (rows) => [
    `moved_legs as (
      update leg set recording_open = x.recording_open, version = x.version,
        ended_at = case when x.ended_at is not null then coalesce(leg.ended_at, x.ended_at) end
      from ${rows} ${hangsOn} and ${few} and leg.call_id = x.call_id and leg.call_sid = x.call_sid
    )`,
  ],
  step: (rows) => [
    `added_steps as (
      insert into step (call_sid, step, fingerprint, kind, reply, at)
      select call_sid, step, ${bytesOf('fingerprint')}, kind, ${bytesOf('reply')}, at
      from ${rows} ${hangsOn}
    )`,
  ],
  entry: (rows) => [
    `fact as materialized (select * from ${rows} ${hangsOn})`,
    `added_entries as (
      insert into entry (id, tenant_id, call_id, party_id, recording_id, kind, purpose, at, opening, person_id)
      select id, tenant_id, call_id, party_id, recording_id, kind, purpose, at, ${bytesOf('opening')}, person_id
      from fact x
    )`,
    `queued as (insert into ledger_queue (entry_id, leaf) select id, ${bytesOf('leaf')} from fact x)`,
  ],
  // In order of their ids, so that two statements that bring the same new texts wait one for the
  // other, and never both. Whether their entries stand is no matter: they are nobody's.
  text: (rows) => [
    `added_texts as (
      insert into entry_text (id, body)
      select ${bytesOf('id')}, convert_from(${bytesOf('body')}, 'UTF8') from ${rows} order by 1
      on conflict (id) do nothing
    )`,
  ],
  token: (rows) => [
    `added_tokens as (
      insert into stream_token (token_hash, tenant_id, call_id, party_id, call_sid, stream_name, expires_at)
      select ${bytesOf('hash')}, tenant_id, call_id, party_id, call_sid, stream_name, expires_at
      from ${rows} ${hangsOn}
    )`,
  ],
  invite: (rows) => [
    `added_invites as (
      insert into leg_invite (step, call_id, party_id, role, flow, person_id)
      select step, call_id, party_id, role, flow, person_id from ${rows} ${hangsOn}
    )`,
  ],
  desk_task: (rows) => [
    `added_desk_tasks as (
      insert into desk_task (id, tenant_id, call_id, party_id, person_id, kind, created_at)
      select id, tenant_id, call_id, party_id, person_id, kind, at from ${rows} ${hangsOn}
    )`,
  ],
  task: (rows) => [
    `added_tasks as (
      insert into carrier_task (id, call_id, kind, body)
      select id, call_id, kind, ${bytesOf('body')} from ${rows} ${hangsOn}
    )`,
  ],
  answer: (rows) => [
    `added_answers as (
      insert into survey_answer (id, tenant_id, call_id, party_id, person_id, answer, at)
      select id, tenant_id, call_id, party_id, person_id, ${bytesOf('sealed')}, at
      from ${rows} ${hangsOn}
    )`,
  ],
  choice: (rows) => [
    `added_choices as (
      insert into choice (id, tenant_id, person_id, purpose, kind, at, valid_until, line_id, channel,
        words_hash, words_locale)
      select id, tenant_id, person_id, purpose, kind, at, valid_until, line_id, channel,
        decode(words_hash, 'hex'), words_locale
      from ${rows} ${hangsOn}
    )`,
  ],
  // No answer of the same call can be in the same statement: of a call one commit stands in it.
  answers_gone: (rows) => [
    `deleted_answers as (
      delete from survey_answer using ${rows} ${hangsOn}
        and survey_answer.call_id = x.call_id and survey_answer.party_id = x.party_id
    )`,
  ],
};
