-- breaking: no
-- Parties who are added to a call: which flow they are asked by, whom their number stands for, and
-- the leg that rings them, so that it can be ended. Legs can be put on hold.
alter table leg_invite add column flow text;
alter table leg_invite add column person_id uuid references person;
alter table leg_invite add column call_sid text;
alter table carrier_task drop constraint carrier_task_kind_check;
alter table carrier_task add constraint carrier_task_kind_check
  check (kind in ('call-agent', 'place-call', 'start-stream', 'stop-stream', 'hang-up', 'fetch', 'text', 'hold', 'erase'));
