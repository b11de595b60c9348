-- breaking: no
-- Leave for the vendor's support to look in, for a time. The reason is sealed; the token is a hash.
create table support_access (
  id uuid primary key,
  tenant_id uuid not null,
  token_hash bytea not null unique,
  role text not null,
  reason_sealed bytea not null,
  made_by text not null,         -- a user's or key's id
  made_at timestamptz not null,
  until timestamptz not null,
  revoked_at timestamptz,
  revoked_by text
);
