-- breaking: no
-- What people chose beyond one call: facts that are only added to. Where a permission stands is
-- worked out from them. A choice holds no number and no name; its entry's opening does, sealed.
create table choice (
  id uuid primary key,           -- of its entry
  seq bigserial,                 -- the order in which they were written
  tenant_id uuid not null,
  person_id uuid not null,
  purpose text not null,
  kind text not null check (kind in ('granted', 'refused', 'withdrawn', 'expired', 'invalidated')),
  at timestamptz not null,
  valid_until timestamptz,
  line_id uuid,                  -- null: counts on every line
  channel text not null,
  words_hash bytea,              -- what was asked in a call
  words_locale text,
  document bytea,                -- SHA-256 of what shows it
  age_band text,
  guardian boolean not null default false
);
create index choice_person on choice (person_id, seq);

-- Known of a person: the age band decides what they may grant by themselves.
alter table person add column age_band text;
