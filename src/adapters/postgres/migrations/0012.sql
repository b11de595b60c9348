-- breaking: no
-- Parties who are added to a call: which flow they are asked by, whom their number stands for, and
-- the leg that rings them, so that it can be ended.
alter table leg_invite add column flow text;
alter table leg_invite add column person_id uuid references person;
alter table leg_invite add column call_sid text;
