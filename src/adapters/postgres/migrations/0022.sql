-- breaking: no
-- Pages of calls that we placed cost the same however many came in.
create index call_outbound on call (tenant_id, started_at desc, id) where direction = 'outbound';
