-- breaking: no
-- A flow can send one text message about the call.
alter table carrier_task drop constraint carrier_task_kind_check;
alter table carrier_task add constraint carrier_task_kind_check
  check (kind in ('call-agent', 'start-stream', 'stop-stream', 'hang-up', 'fetch', 'text', 'erase'));
