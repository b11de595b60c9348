-- breaking: no
-- The task that somebody left in a call, where a request about their data came of it.
alter table rights_request add column task_id uuid unique;
