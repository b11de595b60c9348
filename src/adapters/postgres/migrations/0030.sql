-- breaking: no
-- Who outside is told of facts as they enter the ledger, and what they were told.
create table webhook_endpoint (
  id uuid primary key,
  tenant_id uuid not null,
  url_sealed bytea not null,     -- may hold a password of its own; under the tenant's data key
  events text[] not null,
  secret_sealed bytea not null,
  earlier_secret_sealed bytea,   -- signs too, until then
  earlier_until timestamptz,
  position bigint not null,      -- leaves of the ledger below it were looked at
  made_by text not null,         -- a user's or key's id
  made_at timestamptz not null,
  stopped_at timestamptz,        -- they answered that nobody is there any more, or it was removed
  removed boolean not null default false
);
create index webhook_endpoint_open on webhook_endpoint (tenant_id) where stopped_at is null;

-- One message for one endpoint. The body holds ids, and nobody.
create table webhook_delivery (
  id uuid primary key,
  tenant_id uuid not null,
  endpoint_id uuid not null references webhook_endpoint,
  entry_id uuid,                 -- null: a test
  type text not null,
  body text not null,
  made_at timestamptz not null,
  attempts int not null default 0,
  due_at timestamptz,            -- null: over
  taken_until timestamptz,
  delivered_at timestamptz,
  given_up_at timestamptz,
  status int,                    -- of the last answer; null: there was none
  unique (endpoint_id, entry_id)
);
create index webhook_delivery_due on webhook_delivery (due_at) where due_at is not null;
create index webhook_delivery_page on webhook_delivery (endpoint_id, made_at desc, id);
