-- breaking: no
-- How long records are kept, what keeps them longer, and the runs that redact them.

-- A legal stop: what it is on is neither redacted nor erased until it is lifted.
create table legal_hold (
  id uuid primary key,
  tenant_id uuid not null,
  kind text not null check (kind in ('call', 'person', 'line', 'period')),
  call_id uuid,
  person_id uuid,
  line_id uuid,
  since timestamptz,             -- of a period
  until timestamptz,             -- exclusive
  reason_sealed bytea not null,  -- under the tenant's data key
  made_by text not null,         -- a user's or key's id
  made_at timestamptz not null,
  entry_id uuid not null,
  lifted_at timestamptz,
  lifted_by text,
  lift_reason_sealed bytea,
  lift_entry_id uuid,
  check (case kind when 'call' then call_id is not null when 'person' then person_id is not null
    when 'line' then line_id is not null else since is not null and until is not null end)
);
create index legal_hold_open on legal_hold (tenant_id, made_at) where lifted_at is null;

-- Asked in the transaction that would take something away, after `lock_holds`.
create function holds_on_call(wanted uuid) returns setof uuid language sql stable as $$
  select hold.id from call join legal_hold hold on hold.tenant_id = call.tenant_id
  where call.id = wanted and hold.lifted_at is null and (
    hold.call_id = call.id
    or hold.line_id = call.line_id
    or (hold.kind = 'period' and call.started_at < hold.until
      and coalesce(call.ended_at, 'infinity') >= hold.since)
    or (hold.kind = 'person' and (
      exists (select from leg where leg.call_id = call.id and leg.person_id = hold.person_id)
      or exists (select from dial where dial.call_id = call.id and dial.person_id = hold.person_id)
      or exists (select from leg_invite invite
        where invite.call_id = call.id and invite.person_id = hold.person_id))))
$$;

-- Who takes something away holds this shared, and who puts a hold on something alone: a hold that
-- was answered is seen by everything that commits later.
create function lock_holds(tenant uuid, alone boolean) returns void language plpgsql as $$
begin
  if alone then
    perform pg_advisory_xact_lock(hashtextextended('holds/' || tenant::text, 0));
  else
    perform pg_advisory_xact_lock_shared(hashtextextended('holds/' || tenant::text, 0));
  end if;
end $$;

-- What stays of a call that was redacted, beside what stood here already. Null: not redacted.
alter table call add column redacted_at timestamptz;
alter table call add column campaign text;
alter table call add column placed_for text; -- of a call that we placed: what for
create index call_unredacted on call (tenant_id, started_at, id) where redacted_at is null;
create index recording_kept on recording (tenant_id, started_at, id) where state <> 'erased';
create index text_message_sent on text_message (tenant_id, at, message_sid) where sender is not null;

create table retention_run (
  id uuid primary key,
  tenant_id uuid not null,
  scope text not null check (scope in ('schedule', 'call', 'person')),
  call_id uuid,
  person_id uuid,
  by text not null,              -- a user's or key's id, or `upkeep`
  reason_sealed bytea,           -- under the tenant's data key; null: by schedule
  setting_version int,           -- of the schedule; null: by hand
  rules jsonb not null,
  as_of timestamptz not null,    -- what the age of records is counted up to
  day date,                      -- of a run that upkeep began: one a day
  expected jsonb,                -- what the plan counted
  started_at timestamptz not null,
  taken_by uuid,                 -- whoever is at it, until then
  taken_until timestamptz,
  stage int not null default 0,
  place jsonb,                   -- where in the stage; null: at its beginning
  batch jsonb,                   -- what is being redacted, until it was read again
  counts jsonb not null default '{}',
  unsure jsonb not null default '[]', -- recordings whose bytes could not be shown to be gone
  finished_at timestamptz,
  proved boolean not null default false,
  entry_id uuid
);
create unique index retention_run_open on retention_run
  (tenant_id, scope, coalesce(call_id, person_id, tenant_id)) where finished_at is null;
create unique index retention_run_daily on retention_run (tenant_id, day) where day is not null;
create index retention_run_newest on retention_run (tenant_id, started_at desc, id);

-- Whose rows these are.
create index entry_person on entry (person_id, at) where person_id is not null;
create index dial_person on dial (person_id);
create index leg_invite_person on leg_invite (person_id) where person_id is not null;
create index desk_task_person on desk_task (person_id) where person_id is not null;
create index desk_task_call on desk_task (call_id);
create index desk_task_done on desk_task (tenant_id, done_at, id) where done_at is not null;
create index survey_answer_at on survey_answer (tenant_id, at, id);
create index text_message_sender on text_message (sender) where sender is not null;
create index permit_token on permit (token);
create index contact_count_token on contact_count (token);
create index listing_token on listing (token);
create index listing_event_token on listing_event (token);
create index recording_party on recording (party_id);
create index stream_token_call on stream_token (call_id);
create index carrier_task_call on carrier_task (call_id);
-- Calls of one line, newest first.
create index call_line on call (tenant_id, line_id, started_at desc, id);
