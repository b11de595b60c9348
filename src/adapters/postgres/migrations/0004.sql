-- breaking: no
-- A caller may have what was recorded erased, by a key in the call.
alter table carrier_task drop constraint carrier_task_kind_check;
alter table carrier_task add constraint carrier_task_kind_check
  check (kind in ('call-agent', 'start-stream', 'stop-stream', 'hang-up', 'erase'));
