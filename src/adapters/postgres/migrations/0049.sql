-- breaking: no
-- Where keys are kept and what became of them, as people and programs wrote it down.
create table key_custody (
  id uuid primary key,
  seq bigint generated always as identity,
  tenant_id uuid not null references tenant,
  key text not null,
  event text not null,
  said_sealed bytea not null,    -- place and holder
  at timestamptz not null,       -- when it happened
  by text not null,
  written_at timestamptz not null default now()
);
create index key_custody_at on key_custody (tenant_id, at);
create trigger key_custody_fixed before update or delete on key_custody
  for each row execute function refuse_change();
