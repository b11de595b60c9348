-- breaking: no
-- The tenant's own list: who asked not to be called or texted. The state, one row for each number,
-- channel and scope, and the stream of its changes, from which every process keeps its copy.

create table listing (
  tenant_id uuid not null,
  token bytea not null,          -- HMAC of the number, or of a prefix with `*` behind it
  channel text not null check (channel in ('call', 'text')),
  scope text not null,           -- all, campaign:<name> or line:<id>
  number_sealed bytea not null,  -- under the tenant's data key: it outlives its person
  listed boolean not null,       -- false: lifted, and kept so that the order of changes is known
  provisional boolean not null,  -- a stop that a person has not looked at yet
  reason text not null,
  source text not null,
  by text not null,
  until timestamptz,             -- null: for ever
  since timestamptz not null,
  seq bigint not null,           -- of the change that made it so
  entry_id uuid,
  primary key (tenant_id, token, channel, scope)
);

-- Append-only. For one key the order of `seq` is the order of commits, because whoever changes it
-- holds its row in `listing` first; between keys it is not, so readers go by `xid` (see own-list.ts).
create table listing_event (
  seq bigserial primary key,
  xid xid8 not null default pg_current_xact_id(),
  tenant_id uuid not null,
  token bytea not null,
  channel text not null,
  scope text not null,
  number_sealed bytea not null,
  listed boolean not null,
  provisional boolean not null,
  reason text not null,
  until timestamptz,
  at timestamptz not null
);
create index listing_event_order on listing_event (xid, seq);
create trigger listing_event_fixed before update or delete on listing_event
  for each row execute function refuse_change();

-- A short-lived yes to one contact: used once, and only while nobody has said no meanwhile.
create table permit (
  id uuid primary key,
  tenant_id uuid not null,
  token bytea not null,
  channel text not null check (channel in ('call', 'text')),
  purpose text not null,
  scopes text[] not null,        -- the scopes of the own list that concern this contact
  not_after timestamptz not null,
  made_at timestamptz not null,
  entry_id uuid,                 -- the screening it stands on
  consumed_at timestamptz,
  consumed_by text,
  revoked_at timestamptz         -- the number was listed after the screening
);
create index permit_open on permit (tenant_id, token) where consumed_at is null and revoked_at is null;

-- When a number was contacted on one subject, or is about to be: what caps are counted from.
create table contact_count (
  tenant_id uuid not null,
  token bytea not null,
  subject text not null,
  attempts timestamptz[] not null,
  primary key (tenant_id, token, subject)
);
