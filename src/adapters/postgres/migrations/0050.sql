-- breaking: no
-- That the business ends: a copy of everything was offered, and until when.
create table contract_ending (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  offered_at timestamptz not null,
  until timestamptz not null,
  offered_by text not null,
  cancelled_at timestamptz,
  cancelled_by text
);
create unique index contract_ending_open on contract_ending (tenant_id) where cancelled_at is null;
