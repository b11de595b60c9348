-- breaking: no
-- Which messages an erasure has the carrier delete: their sender is gone here before that is shown.
alter table erasure add column message_sids text[] not null default '{}';
