-- breaking: no
-- A permission that is asked for by e-mail. What was written is sealed under the person's key.
create table email_request (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  person_id uuid references person,   -- null: erased
  purpose text not null,
  form_hash bytea not null,           -- the words that the page shows
  message_hash bytea not null,        -- SHA-256 of subject and text
  message_sealed bytea,
  made_by text not null,
  at timestamptz not null,
  until timestamptz not null,
  answer text,                        -- granted, refused
  answered_at timestamptz
);
create index email_request_at on email_request (tenant_id, at, id);
create index email_request_person on email_request (person_id);

-- What somebody wrote back, until a person has said what it means, and after.
create table email_reply (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  request_id uuid not null references email_request,
  person_id uuid references person,
  sealed bytea not null,
  hash bytea not null,                -- SHA-256 of the reply
  received_at timestamptz not null,
  meaning text,                       -- granted, refused, nothing
  decided_by text,
  decided_at timestamptz
);
create index email_reply_request on email_reply (request_id);
create index email_reply_person on email_reply (person_id);
