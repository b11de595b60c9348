-- breaking: no
-- Who accepted which facts on processing, by the hash of what they were shown.
create table agreement_acceptance (
  id uuid primary key,
  seq bigint generated always as identity,
  tenant_id uuid not null references tenant,
  hash bytea not null,
  version int not null,
  signer_sealed bytea not null,  -- name and capacity, as they said
  by text not null,              -- the account or key that said so
  at timestamptz not null
);
create index agreement_acceptance_at on agreement_acceptance (tenant_id, seq);
create trigger agreement_acceptance_fixed before update or delete on agreement_acceptance
  for each row execute function refuse_change();
