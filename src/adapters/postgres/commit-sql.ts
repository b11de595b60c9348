/**
 * One statement writes any number of commits. Each stands or falls by itself: a row whose call
 * has moved on (its version differs), whose leg exists already, or whose deadline has passed
 * changes nothing and is not in the result.
 *
 * The clock is read inside the statement, after any wait for a row's lock: a write that was held
 * up past its deadline must not become a grant after the caller was told "not recorded".
 */

/** Bytes that an item names by place and size. */
const bytesOf = (row: string, name: string): string =>
  `substring((select bytes from pack) from ${row}.${name}_at for ${row}.${name}_size)`;

/** What hangs on a commit that stood: the same for a new call and for one that moved on. */
const belongings = `
  added_legs as (
    insert into leg (call_sid, call_id, party_id, role, person_id, recording_open, version)
    select l.call_sid, ok.call_id, l.party_id, l.role, l.person_id, false, ok.version + 1
    from ok, jsonb_to_recordset(ok.new_legs)
      as l(call_sid text, party_id uuid, role text, person_id uuid)
  ),
  moved_legs as (
    update leg set recording_open = l.recording_open, version = ok.version + 1,
      ended_at = case when l.ended then coalesce(leg.ended_at, ok.at) end
    from ok, jsonb_to_recordset(ok.legs)
      as l(call_sid text, recording_open boolean, ended boolean)
    where leg.call_id = ok.call_id and leg.call_sid = l.call_sid
  ),
  added_step as (
    insert into step (call_sid, step, fingerprint, kind, reply, at)
    select s.call_sid, s.step, ${bytesOf('s', 'fingerprint')}, s.kind, ${bytesOf('s', 'reply')}, ok.at
    from ok, jsonb_to_record(ok.step)
      as s(call_sid text, step text, kind text, fingerprint_at int, fingerprint_size int,
           reply_at int, reply_size int)
    where jsonb_typeof(ok.step) = 'object'
  ),
  added_entries as (
    insert into entry (id, tenant_id, call_id, party_id, recording_id, kind, purpose, at, opening, person_id)
    select e.id, ok.tenant_id, ok.call_id, e.party_id, e.recording_id, e.kind, e.purpose, e.at,
      ${bytesOf('e', 'opening')}, e.person_id
    from ok, jsonb_to_recordset(ok.entries)
      as e(id uuid, party_id uuid, recording_id uuid, kind text, purpose text, at timestamptz,
           person_id uuid, opening_at int, opening_size int)
  ),
  queued as (
    insert into ledger_queue (entry_id, leaf)
    select e.id, ${bytesOf('e', 'leaf')}
    from ok, jsonb_to_recordset(ok.entries) as e(id uuid, leaf_at int, leaf_size int)
  ),
  added_tokens as (
    insert into stream_token (token_hash, tenant_id, call_id, party_id, call_sid, stream_name, expires_at)
    select ${bytesOf('t', 'hash')}, ok.tenant_id, ok.call_id, t.party_id, t.call_sid, t.stream_name, t.expires_at
    from ok, jsonb_to_recordset(ok.tokens)
      as t(hash_at int, hash_size int, party_id uuid, call_sid text, stream_name text,
           expires_at timestamptz)
  ),
  added_invites as (
    insert into leg_invite (step, call_id, party_id, role)
    select i.step, ok.call_id, i.party_id, i.role
    from ok, jsonb_to_recordset(ok.invites) as i(step text, party_id uuid, role text)
  ),
  added_tasks as (
    insert into carrier_task (id, call_id, kind, body)
    select k.id, ok.call_id, k.kind, ${bytesOf('k', 'body')}
    from ok, jsonb_to_recordset(ok.tasks) as k(id uuid, kind text, body_at int, body_size int)
  )
  select n from ok`;

const columns = `
  n int, few int, call_id uuid, tenant_id uuid, line_id uuid, direction text, flow_name text,
  flow_version int, flow_hash text, locale text, phase text, state jsonb, version int,
  started_at timestamptz, ended_at timestamptz, resume_at timestamptz, at timestamptz,
  deadline timestamptz, new_legs jsonb, legs jsonb, step jsonb, entries jsonb, tokens jsonb,
  invites jsonb, tasks jsonb`;

/**
 * `few` is 1 in every item. That it is asked for makes the planner expect one row instead of a
 * hundred, so it looks calls and legs up by their keys; a plan made while the tables are new
 * would otherwise read them whole, and be kept while they grow.
 */
const items = `
  pack as materialized (select decode($2::text, 'base64') as bytes),
  item as materialized (
    select * from jsonb_to_recordset($1::jsonb) as x(${columns}) where few = 1
  )`;

/** $1: JSON array of commits of calls that exist; $2: their bytes. Returns the `n` of those that stood. */
export const moveCalls = `
  with ${items},
  moved as (
    update call set state = item.state, phase = item.phase, ended_at = item.ended_at,
      resume_at = item.resume_at, version = item.version + 1
    from item
    where call.id = item.call_id and call.version = item.version
      and (item.deadline is null or clock_timestamp() < item.deadline)
    returning item.n as moved_n
  ),
  ok as materialized (select item.* from item join moved on moved_n = item.n),
  ${belongings}`;

/** $1: JSON array of first commits; $2: their bytes. A call is claimed by the CallSid of its first leg. */
export const startCalls = `
  with ${items},
  first_leg as (
    insert into leg (call_sid, call_id, party_id, role, person_id, recording_open, version, started_at)
    select l.call_sid, item.call_id, l.party_id, l.role, l.person_id, false, 1, item.at
    from item, jsonb_to_record(item.new_legs -> 0)
      as l(call_sid text, party_id uuid, role text, person_id uuid)
    where item.deadline is null or clock_timestamp() < item.deadline
    on conflict (call_sid) do nothing
    returning call_id as claimed
  ),
  ok as materialized (
    select item.n, item.call_id, item.tenant_id, item.version, item.at, '[]'::jsonb as new_legs,
      '[]'::jsonb as legs, item.step, item.entries, item.tokens, item.invites, item.tasks
    from item join first_leg on claimed = item.call_id
  ),
  added_call as (
    insert into call (id, tenant_id, line_id, direction, flow_name, flow_version, flow_hash, locale,
      phase, state, version, started_at, ended_at, resume_at)
    select item.call_id, item.tenant_id, item.line_id, item.direction, item.flow_name,
      item.flow_version, item.flow_hash, item.locale, item.phase, item.state, 1, item.started_at,
      item.ended_at, item.resume_at
    from item join first_leg on claimed = item.call_id
  ),
  ${belongings}`;
