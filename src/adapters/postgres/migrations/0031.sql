-- breaking: no
-- Exports that are brought to somebody's SFTP server. `push_until`: nobody else tries before then.
alter table export_job add column push_target text;
alter table export_job add column push_state text check (push_state in ('waiting', 'done', 'failed'));
alter table export_job add column push_attempts int not null default 0;
alter table export_job add column push_until timestamptz;
alter table export_job add column pushed_bytes bigint not null default 0;
alter table export_job add column push_failed text;
create index export_job_push on export_job (push_until) where push_state = 'waiting';
