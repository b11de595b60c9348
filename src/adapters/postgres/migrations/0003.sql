-- breaking: no
-- Word that a caller left for the people who handle requests.
create table desk_task (
  id uuid primary key,
  tenant_id uuid not null,
  call_id uuid not null,
  party_id uuid not null,
  person_id uuid,                -- null: the number was withheld
  kind text not null,
  created_at timestamptz not null,
  done_at timestamptz,
  done_by text                   -- an API key's or user's id, or `operator`
);
create index desk_task_open on desk_task (tenant_id, created_at, id) where done_at is null;
