-- breaking: no
-- The grant whose end an expiry is: it ends once, whoever notices first.
alter table choice add column ends uuid unique;
create index choice_ending on choice (valid_until) where kind = 'granted' and valid_until is not null;
