-- breaking: no
-- Calls that we place: whom they are for, before there is a leg, so that one that rings can be
-- cancelled when its number is listed.
create table dial (
  call_id uuid primary key references call,
  tenant_id uuid not null,
  token bytea not null,
  person_id uuid not null,
  party_id uuid not null,
  permit_id uuid not null unique,
  call_sid text,                 -- null until the carrier has said it
  at timestamptz not null
);
create index dial_number on dial (tenant_id, token, at desc);

alter table carrier_task drop constraint carrier_task_kind_check;
