-- breaking: no
-- Reports that were given out: one for a month, frozen as it was.
create table report_release (
  tenant_id uuid not null,
  month text not null check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  made_by text not null,         -- a user's or key's id
  made_at timestamptz not null,
  rows_by text not null,
  body jsonb not null,           -- the table; nobody is in it
  primary key (tenant_id, month)
);
create trigger report_release_fixed before update on report_release
  for each row execute function refuse_change();
