-- breaking: no
-- Who saw or changed what: an index over entries of the kind `audit`, whose openings say the rest.
-- Persons are tokens, so that a dump does not say whose data was looked at.
create table audit (
  id uuid primary key references entry,
  tenant_id uuid not null,
  at timestamptz not null,
  kind text not null,
  allowed boolean not null,
  by text not null,              -- a user's or key's id, `operator` or `nobody`
  persons bytea[] not null
);
create index audit_at on audit (tenant_id, at desc, id);
create index audit_by on audit (tenant_id, by, at desc, id);
create index audit_persons on audit using gin (persons);
create trigger audit_fixed before update or delete on audit
  for each row execute function refuse_change();
create trigger audit_kept before truncate on audit execute function refuse_change();

-- Whose data a page of calls shows.
create index dial_party on dial (party_id);
