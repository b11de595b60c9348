-- breaking: no
-- Lists that were screened and leave something: a certificate, or lines that stay live.
create table screening_batch (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  made_by text not null,
  channel text not null,
  purpose text not null,
  campaign text,
  started_at timestamptz not null,
  touched_at timestamptz not null,
  finished_at timestamptz,
  ended_at timestamptz,
  lines bigint,
  certificate text,
  -- While it is live: the key that its numbers are kept under, where in the stream of own requests it
  -- is, which versions of registries it was looked at with, and how many changes were found.
  live_until timestamptz,
  key_sealed bytea,
  xid xid8 not null,
  seq bigint not null,
  looked text[] not null default '{}',
  mixed boolean not null default false,
  position bigint not null default 0
);
create index screening_batch_order on screening_batch (tenant_id, started_at, id);
create index screening_batch_live on screening_batch (tenant_id) where key_sealed is not null;

-- Tokens of numbers under the key of their batch, 16 bytes each, with the line in 4 more; those of one
-- row begin with the same byte.
create table batch_page (
  batch_id uuid not null references screening_batch on delete cascade,
  bucket smallint not null,
  part int not null,
  entries bytea not null,
  primary key (batch_id, bucket, part)
);
alter table batch_page alter column entries set storage external;

-- A line of a live batch that may not be contacted any more. `once`: the same is not told again.
create table batch_change (
  batch_id uuid not null references screening_batch on delete cascade,
  position bigint not null,
  line bigint not null,
  code text not null,
  list text not null,
  version text not null,
  once text not null,
  at timestamptz not null,
  primary key (batch_id, position),
  unique (batch_id, line, once)
);
