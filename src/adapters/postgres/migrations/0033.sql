-- breaking: no
-- What the public pages keep. None of it names anybody but a submission, which is its person's.

-- Tokens of forms that were sent, until they would have ended by themselves.
create table page_use (
  nonce bytea primary key,
  until timestamptz not null
);
-- How often something was asked for in a span of time, by a pseudonym of who or for whom.
create table page_count (
  name bytea not null,
  ends timestamptz not null,
  n int not null,
  primary key (name, ends)
);
-- Codes on their way to a number, which stands in the form alone.
create table page_code (
  id uuid primary key,
  hash bytea not null,
  until timestamptz not null,
  tries int not null default 0
);

-- Forms that ask for permissions: every version there ever was, rendered from its hash.
create table consent_form (
  tenant_id uuid not null references tenant,
  name text not null,
  locale text not null,
  version int not null,
  hash bytea not null,
  body jsonb not null,
  made_by text not null,         -- a user's or key's id, or `shipped`
  made_at timestamptz not null,
  primary key (tenant_id, name, locale, version),
  unique (tenant_id, hash)
);
create trigger consent_form_fixed before update or delete on consent_form
  for each row execute function refuse_change();
-- Words that are asked in other ways today: who said yes to these is asked again.
create table superseded_words (
  document bytea not null,
  purpose text not null,
  primary key (document, purpose)
);
-- One row for each time a form was sent, a no as well as a yes.
create table form_submission (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  person_id uuid references person,
  form_hash bytea not null,
  at timestamptz not null,
  ticked text[] not null,
  unticked text[] not null,
  proved_at timestamptz          -- when its person showed that it was they; a yes counts from then
);
create index form_submission_person on form_submission (person_id);
create index form_submission_form on form_submission (tenant_id, at, id);
