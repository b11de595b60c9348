-- breaking: no
-- The first schema. Numbers, names and words are sealed (AES-256-GCM) before they get here and
-- joined by keyed tokens; a dump of every table shows nobody. Times are UTC.

create schema headers;
comment on schema headers is 'Detached age headers, apart from everything else: short point-in-time recovery here bounds how long an erased recording could come back.';

create table tenant (
  id uuid primary key,
  name text not null,
  pseudonym bytea not null check (length(pseudonym) = 16), -- stands for the tenant in ledger leaves
  data_key_wrapped bytea not null,                         -- seals fields and wraps persons' keys
  token_key_wrapped bytea not null,                        -- keys the tokens of numbers
  kek_id text not null,
  created_at timestamptz not null default now()
);

-- What all processes share and nobody reads in a dump: wrapped under L0.
create table secret (
  name text primary key,
  wrapped bytea not null,
  kek_id text not null,
  created_at timestamptz not null default now()
);

create table person (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  token bytea not null,          -- HMAC of the number under the tenant's token key
  key_wrapped bytea,             -- null: erased, nothing sealed under it opens again
  number_sealed bytea,
  created_at timestamptz not null default now(),
  unique (tenant_id, token)
);

create table line (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  number_token bytea not null,
  number_sealed bytea not null,
  flow text not null,
  locale text not null,
  controller text not null,
  agent_sealed bytea,            -- the agent's destination; null: nobody is dialled
  is_default boolean not null default false,
  updated_at timestamptz not null default now(),
  unique (tenant_id, number_token)
);
create unique index line_default on line (tenant_id) where is_default;

create table call (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  line_id uuid references line,
  direction text not null check (direction in ('inbound', 'outbound')),
  flow_name text not null,
  flow_version int not null,
  flow_hash text not null,
  locale text not null,
  phase text not null check (phase in ('ringing', 'asking', 'bridged', 'ended')),
  state jsonb not null,          -- machines' snapshots and the current step of every leg; no personal data
  version int not null default 0,
  started_at timestamptz not null,
  ended_at timestamptz,
  resume_at timestamptz          -- a paused recording resumes by itself then
);
create index call_started on call (tenant_id, started_at desc, id);
create index call_live on call (started_at) where ended_at is null;

create table leg (
  call_sid text primary key,
  call_id uuid not null references call deferrable initially deferred,
  party_id uuid not null unique,
  role text not null check (role in ('caller', 'agent', 'transferee', 'joiner')),
  person_id uuid references person,
  recording_open boolean not null default false,   -- the gate for `recording`, as of the last commit
  version int not null default 0,                  -- the call's version at that commit
  started_at timestamptz not null default now(),
  ended_at timestamptz
);
create index leg_call on leg (call_id);

-- A party who is being rung: the step in the URL ties the leg that answers to its call.
create table leg_invite (
  step text primary key,
  call_id uuid not null references call,
  party_id uuid not null,
  role text not null,
  created_at timestamptz not null default now()
);
create index leg_invite_call on leg_invite (call_id);

-- One answer per step of a leg, for ever.
create table step (
  call_sid text not null,
  step text not null,
  fingerprint bytea not null,
  kind text not null,            -- what happened, without keys or words
  reply bytea not null,          -- the document answered, sealed under the tenant's data key
  at timestamptz not null,
  primary key (call_sid, step)
);

create table entry (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  call_id uuid,
  party_id uuid,
  recording_id uuid,
  kind text not null,
  purpose text,
  at timestamptz not null,
  opening bytea,                 -- salts and values behind the leaf; null: erased
  person_id uuid references person
);
create index entry_call on entry (call_id, at);

create table ledger_queue (
  id bigserial primary key,
  entry_id uuid not null unique,
  leaf bytea not null
);

create table ledger_leaf (
  idx bigint primary key,
  entry_id uuid not null unique,
  leaf bytea                     -- null: erased; its hash stays in the tile
);

create table ledger_tile (
  level int not null,
  n bigint not null,
  width int not null check (width between 1 and 256),
  data bytea not null check (length(data) = width * 32),
  primary key (level, n, width)
);

create table ledger_checkpoint (
  size bigint primary key,
  root bytea not null check (length(root) = 32),
  note text not null,
  at timestamptz not null
);

create table ledger_epoch (
  id int primary key default 1 check (id = 1),
  epoch bigint not null default 0
);
insert into ledger_epoch default values;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: the ledger is append-only', tg_op, tg_table_name;
end $$;

create function refuse_leaf_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.idx = old.idx and new.entry_id = old.entry_id and new.leaf is null then
    return new; -- erasure: the body goes, the hash in the tile stays
  end if;
  raise exception '% of ledger_leaf is refused: the ledger is append-only', tg_op;
end $$;

create trigger ledger_tile_fixed before update or delete on ledger_tile
  for each row execute function refuse_change();
create trigger ledger_checkpoint_fixed before update or delete on ledger_checkpoint
  for each row execute function refuse_change();
create trigger ledger_leaf_fixed before update or delete on ledger_leaf
  for each row execute function refuse_leaf_change();
create trigger ledger_tile_kept before truncate on ledger_tile execute function refuse_change();
create trigger ledger_checkpoint_kept before truncate on ledger_checkpoint execute function refuse_change();
create trigger ledger_leaf_kept before truncate on ledger_leaf execute function refuse_change();

create table l1_key (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  period text not null,
  recipient text not null,       -- public half, age1...
  identity_wrapped bytea,        -- null: destroyed, with every recording of the period
  kek_id text not null,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  unique (tenant_id, period)
);

create table recording (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  call_id uuid not null references call,
  party_id uuid not null,
  call_sid text not null,
  state text not null check (state in ('live', 'sealed', 'partial', 'erased', 'quarantined')),
  started_at timestamptz not null,
  duration_ms int,
  lost_ms int not null default 0,
  gaps jsonb not null default '[]',
  payload_sha256 bytea,
  payload_bytes bigint,
  vault_name text not null
);
create index recording_call on recording (call_id);
create index recording_started on recording (tenant_id, started_at desc, id);

create table headers.recording_header (
  recording_id uuid primary key,
  header bytea not null,
  key_id uuid not null
);

create table stream_token (
  token_hash bytea primary key,
  tenant_id uuid not null,
  call_id uuid not null references call,
  party_id uuid not null,
  call_sid text not null,
  stream_name text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table api_key (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  name text not null,
  hash bytea not null unique,    -- SHA-256 of the key
  scopes text[] not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table idempotency (
  api_key_id uuid not null references api_key,
  key text not null,
  fingerprint bytea not null,
  status int,                    -- null: the first request is still being answered
  body bytea,                    -- sealed under the tenant's data key
  at timestamptz not null default now(),
  primary key (api_key_id, key)
);

-- What has to be asked of the carrier after a commit. Taken with a lease, so that a process that
-- dies between commit and request loses nothing, and marked before a request that must not repeat.
create table carrier_task (
  id uuid primary key,
  call_id uuid not null references call,
  kind text not null check (kind in ('call-agent', 'start-stream', 'stop-stream', 'hang-up')),
  body bytea not null,           -- sealed under the tenant's data key
  created_at timestamptz not null default now(),
  taken_until timestamptz,
  attempts int not null default 0,
  done_at timestamptz,
  failed text
);
create index carrier_task_open on carrier_task (created_at) where done_at is null;
