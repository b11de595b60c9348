-- breaking: no
-- What callers answered to the questions of a survey: kept while they allow it.
create table survey_answer (
  id uuid primary key,
  tenant_id uuid not null,
  call_id uuid not null,
  party_id uuid not null,
  person_id uuid,                -- null: the number was withheld
  answer bytea not null,         -- flow, step and key, sealed under the person's (or tenant's) key
  at timestamptz not null
);
create index survey_answer_call on survey_answer (call_id, at);
create index survey_answer_person on survey_answer (person_id) where person_id is not null;
