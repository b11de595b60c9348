-- breaking: no
-- People who sign in. Addresses and names are sealed and found by their token, as callers' are.
create table app_user (
  id uuid primary key,
  tenant_id uuid not null,
  email_token bytea not null,
  email_sealed bytea not null,
  name_sealed bytea not null,
  role text not null,
  password_hash text,            -- argon2id; null: not set yet
  password_set_at timestamptz,
  totp_sealed bytea,             -- under the tenant's data key; null: no second factor
  totp_confirmed_at timestamptz, -- null: shown, and never used yet
  totp_last_step bigint,         -- a code counts once
  recovery_hashes bytea[] not null default '{}',
  failures int not null default 0,
  last_failure_at timestamptz,
  created_at timestamptz not null,
  disabled_at timestamptz,
  unique (tenant_id, email_token)
);

create table password_history (
  user_id uuid not null references app_user,
  hash text not null,
  set_at timestamptz not null,
  primary key (user_id, set_at)
);

create table user_session (
  token_hash bytea primary key,
  id uuid not null unique,
  user_id uuid not null references app_user,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  restricted boolean not null,   -- true: a second factor has to be set up before anything else
  ended_at timestamptz
);
create index user_session_open on user_session (user_id) where ended_at is null;

-- A device on which the second factor was shown, where the tenant asks for it every 30 days.
create table user_device (
  token_hash bytea primary key,
  user_id uuid not null references app_user,
  shown_at timestamptz not null
);

-- Failures by network address, which is kept as a token.
create table sign_in_failure (
  address_token bytea primary key,
  failures int not null,
  last_failure_at timestamptz not null
);

-- Whose answers these are: a key's, or a person's.
alter table idempotency drop constraint idempotency_api_key_id_fkey;

-- Settings of a tenant, each change a version that stays.
create table tenant_setting (
  tenant_id uuid not null,
  name text not null,
  version int not null,
  value jsonb not null,
  by text not null,
  at timestamptz not null,
  primary key (tenant_id, name, version)
);
create trigger tenant_setting_fixed before update or delete on tenant_setting
  for each row execute function refuse_change();
