-- breaking: no
-- Who of the people who sign in read which version of a policy, and who vouches for it.
create table training_reading (
  id uuid primary key,
  tenant_id uuid not null references tenant,
  user_id uuid not null references app_user,
  policy text not null,
  version int not null check (version > 0),
  sha256 text,                   -- of the text they read; null: none was kept
  at timestamptz not null,
  by text not null               -- the person, or whoever wrote it down for them
);
create index training_reading_user on training_reading (tenant_id, user_id, at);
create trigger training_reading_fixed before update or delete on training_reading
  for each row execute function refuse_change();
