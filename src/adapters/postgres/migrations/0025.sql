-- breaking: no
-- Since when the carrier is being asked to ring somebody, and has not answered: whoever lists the
-- number meanwhile waits for that answer, so that nothing begins to ring after it was told to stop.
alter table dial add column asked_at timestamptz;
create index dial_asked on dial (tenant_id, asked_at) where asked_at is not null;
