-- breaking: no
-- Stops that were only probable and wait for a person, what the carrier is told of opt-outs, and
-- which opt-out a text message confirmed.

-- A probable stop counts from the start; somebody confirms it or rejects it.
create table stop_review (
  id uuid primary key,
  tenant_id uuid not null,
  token bytea not null,          -- of the number, as in `listing`
  person_id uuid,
  scope text not null,
  source text not null,
  note_sealed bytea,             -- what was written, under the person's key
  at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'confirmed', 'rejected')),
  decided_at timestamptz,
  decided_by text,               -- a user's or key's id
  reason_sealed bytea            -- under the tenant's data key
);
create unique index stop_review_open on stop_review (tenant_id, token, scope) where state = 'open';
create index stop_review_page on stop_review (tenant_id, state, at, id);
create index stop_review_person on stop_review (person_id) where person_id is not null;

-- What the carrier has to be told of a number: the newest state only, so that an older one can
-- never be told after it. `told_seq` is the change it was told last.
create table carrier_consent (
  tenant_id uuid not null,
  token bytea not null,
  number_sealed bytea not null,  -- as in `listing`
  seq bigint not null,
  listed boolean not null,
  source text not null,
  at timestamptz not null,
  heard_on bytea,                -- the line it was heard on: there the carrier knows
  told_seq bigint,
  refused text,                  -- the carrier's error number, if it took the change from nobody
  attempts int not null default 0,
  due_at timestamptz not null,
  primary key (tenant_id, token)
);
create index carrier_consent_due on carrier_consent (tenant_id, due_at)
  where told_seq is distinct from seq;

-- The beginning of the opt-out that a message with words confirmed: one confirmation for each.
alter table text_message add column about_since timestamptz;
