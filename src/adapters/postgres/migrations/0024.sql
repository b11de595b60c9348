-- breaking: no
-- Requests of people about their own data, what became of them, and by when. What was asked for is
-- sealed under the person's key; a code that was sent is there as a keyed hash.
create table rights_request (
  id uuid primary key,
  tenant_id uuid not null,
  person_id uuid not null,
  kind text not null,
  law text not null,
  speaker text not null,
  guardian_id uuid,
  authority bytea,
  state text not null,
  received_at timestamptz not null,
  confirmed_at timestamptz,
  confirm_ends timestamptz,
  due_at timestamptz not null,
  answer_by date not null,
  note_sealed bytea,
  means text,
  ground text,
  closed_at timestamptz,
  made_by text not null,
  seq integer not null,
  code_hash bytea,
  code_until timestamptz,
  code_means text,
  code_tries integer not null default 0,
  codes_sent integer not null default 0
);
create index rights_request_due on rights_request (tenant_id, due_at, id) where closed_at is null;
create index rights_request_person on rights_request (person_id);
create table rights_event (
  request_id uuid not null references rights_request,
  seq integer not null,
  act text not null,
  state text not null,
  at timestamptz not null,
  by text not null,
  means text,
  document bytea,
  ground text,
  entry_id uuid not null,
  primary key (request_id, seq)
);
