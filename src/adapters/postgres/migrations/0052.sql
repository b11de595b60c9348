-- breaking: no
-- From when on an API key is refused; null: never, until it is revoked.
alter table api_key add column expires_at timestamptz;
