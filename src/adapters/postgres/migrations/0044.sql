-- breaking: no
-- Notices as they were shown, each from the day on which it said something else than before.
create table notice_version (
  tenant_id uuid not null references tenant,
  name text not null,
  version int not null,
  hash bytea not null,
  body jsonb not null,
  at timestamptz not null,
  primary key (tenant_id, name, version)
);
create trigger notice_version_fixed before update or delete on notice_version
  for each row execute function refuse_change();
