-- breaking: no
-- Links to listen by: for one person, once, for a minute. Only the SHA-256 of what stands in them.
create table listen_link (
  token_hash bytea primary key,
  tenant_id uuid not null,
  recording_id uuid not null,
  by text not null,              -- whose link it is: a user's or key's id
  not_after timestamptz not null,
  used_at timestamptz
);
create index listen_link_recording on listen_link (recording_id);
