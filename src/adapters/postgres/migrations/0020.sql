-- breaking: no
-- Erasures of persons: what was done, step by step, each looked at again before it is noted. One at
-- a time for a person; whoever holds the lease goes on. When it is over, what it was about is gone
-- from here too: only the steps, and the pseudonym of the person's row, stay.
create table erasure (
  id uuid primary key,
  tenant_id uuid not null,
  person_id uuid not null,
  by text not null,              -- a user's or key's id, or `replay`
  started_at timestamptz not null,
  taken_until timestamptz,
  parties uuid[] not null,
  call_sids text[] not null,
  steps jsonb not null default '[]',
  finished_at timestamptz,
  proved boolean not null default false,
  entry_id uuid                  -- the certificate
);
create unique index erasure_open on erasure (tenant_id, person_id) where finished_at is null;
create index erasure_person on erasure (person_id, finished_at desc);
