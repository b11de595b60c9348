-- breaking: no
-- Exports of one person, of sound, and who is in which.
alter table export_job add column person_id uuid;
alter table export_job add column with_audio boolean not null default false;
alter table export_job add column recipient text; -- an age public key

-- Sorted pseudonyms of who is in the file of an export, 16 bytes each, some thousands a row.
create table export_holding (
  export_id uuid not null references export_job,
  n bigint generated always as identity,
  low bytea not null,            -- the first of them
  high bytea not null,           -- and the last
  tokens bytea not null check (length(tokens) > 0 and length(tokens) % 16 = 0),
  primary key (export_id, n)
);

-- The export that was fetched or brought away; null: it was something else.
alter table audit add column export_id uuid;
create index audit_export on audit (export_id) where export_id is not null;
