-- breaking: no
-- Since when somebody wants their data kept and not used; null: they do not.
alter table person add column restricted_at timestamptz;
