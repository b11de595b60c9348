-- breaking: no
-- A leg's next document can be fetched at once, whatever the carrier plays to it.
alter table carrier_task drop constraint carrier_task_kind_check;
alter table carrier_task add constraint carrier_task_kind_check
  check (kind in ('call-agent', 'start-stream', 'stop-stream', 'hang-up', 'fetch', 'erase'));
