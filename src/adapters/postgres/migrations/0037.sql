-- breaking: no
-- Who is contacted at this moment, beside the calls that we place: whoever is added to a call, told a
-- code or sent a text. Whoever lists a number waits for the carrier's answer, and finds what rings.
-- Rows live for minutes. `tokens` are the number's and those of all its beginnings.
create table contact_under_way (
  id uuid primary key,
  tenant_id uuid not null references tenant (id),
  tokens bytea[] not null,
  call_id uuid references call (id),
  party_id uuid,
  started_at timestamptz not null default clock_timestamp(),
  -- Null once the carrier has answered.
  asked_at timestamptz,
  call_sid text
);
create index contact_under_way_tokens on contact_under_way using gin (tokens);
create index contact_under_way_started on contact_under_way (started_at);
