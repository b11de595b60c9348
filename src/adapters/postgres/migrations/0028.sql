-- breaking: no
-- Exports of many records: what was asked for, how far it is, and the key of its file.
create table export_job (
  id uuid primary key,
  tenant_id uuid not null,
  kind text not null,
  format text not null,
  filter jsonb not null,         -- times, ids and words of ours
  limits jsonb not null,         -- how far who asked may see
  reveal boolean not null,
  reason_sealed bytea,           -- under the tenant's data key
  made_by text not null,         -- a user's or key's id
  made_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'waiting'
    check (state in ('waiting', 'running', 'ready', 'failed', 'gone')),
  attempts int not null default 0,
  begun_at timestamptz,          -- the last try
  expected bigint,
  done bigint not null default 0,
  taken_by uuid,                 -- whoever is at it, until then
  taken_until timestamptz,
  key_sealed bytea,              -- under the tenant's data key; null: the file cannot be read
  sealed_bytes bigint,
  plain_bytes bigint,
  sha256 bytea,                  -- of what is in it
  ready_at timestamptz,
  gone_why text,
  cleared boolean not null default false, -- no bytes of it are left
  check ((state = 'ready') = (key_sealed is not null))
);
create index export_job_open on export_job (made_at) where state in ('waiting', 'running');
create index export_job_page on export_job (tenant_id, made_at desc, id);
create index export_job_kept on export_job (expires_at) where not cleared;
create index text_message_newest on text_message (tenant_id, at desc, message_sid);
create index entry_consent on entry (tenant_id, at desc, id)
  where kind in ('grant', 'refusal', 'withdrawal', 'expiry');
