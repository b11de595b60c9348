-- breaking: no
-- Lists of people who must not be called, as people work on them: what is expected of each list,
-- every import, undoing and retirement with how far it is, who vouched, and who got at the data.

-- What imports of a list inherit, and that it is expected to be there.
create table list_book (
  tenant_id uuid not null,
  list text not null,
  said jsonb not null,           -- source, reason, channels, seller: words of ours
  account_sealed bytea,          -- the subscription account, under the tenant's data key
  set_by text not null,
  set_at timestamptz not null,
  retired_at timestamptz,
  primary key (tenant_id, list)
);

create table list_job (
  id uuid primary key,
  tenant_id uuid not null,
  list text not null,
  kind text not null check (kind in ('full', 'change', 'undo', 'retire')),
  wanted jsonb not null,         -- what was said of it
  account_sealed bytea,
  made_by text not null,         -- a user's or key's id, or `operator`
  made_as text not null,
  made_at timestamptz not null,
  once_token bytea,              -- HMAC of the Idempotency-Key and who sent it
  state text not null
    check (state in ('receiving', 'waiting', 'running', 'held', 'done', 'failed', 'dropped')),
  in_place boolean not null default false, -- read where it lies, by the command that began it
  attempts int not null default 0,
  due_at timestamptz not null,   -- not before then
  done bigint not null default 0,
  expected bigint,
  taken_by uuid,                 -- whoever is at it, until then
  taken_until timestamptz,
  ended_at timestamptz,
  report jsonb,                  -- what was read, and what stands against it
  fault text,
  fault_detail text,
  key_sealed bytea,              -- of what was sent, under the tenant's data key
  sealed_bytes bigint,
  plain_bytes bigint,
  sha256 bytea,                  -- of what was sent
  cleared boolean not null default false, -- no bytes of it are left
  check (state <> 'held' or report is not null)
);
create index list_job_open on list_job (tenant_id, made_at)
  where state in ('receiving', 'waiting', 'running');
create index list_job_page on list_job (tenant_id, made_at desc, id);
create index list_job_left on list_job (tenant_id) where not cleared and state in ('done', 'failed', 'dropped');
create unique index list_job_once on list_job (tenant_id, once_token);
-- Two imports of one list do not judge themselves by the same version.
create unique index list_job_alone on list_job (tenant_id, list) where state = 'running';

-- Somebody who looked at what stands against an import and wants it all the same.
create table list_vouch (
  job_id uuid not null references list_job (id),
  tenant_id uuid not null,
  by text not null,
  at timestamptz not null,
  primary key (job_id, by)
);
create trigger list_vouch_fixed before update or delete on list_vouch
  for each row execute function refuse_change();

-- Who got at the data of which list (16 CFR 310.5(a)(11)): the entry of the audit says the rest.
create table list_access (
  id uuid primary key,           -- the entry's
  tenant_id uuid not null,
  at timestamptz not null,
  list text not null,
  what text not null,
  job_id uuid unique
);
create index list_access_page on list_access (tenant_id, at desc, id);
create trigger list_access_fixed before update or delete on list_access
  for each row execute function refuse_change();

create index listing_newest on listing (tenant_id, seq desc);
create index listing_source on listing (tenant_id, source) where source like 'import:%';
