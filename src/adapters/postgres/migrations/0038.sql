-- breaking: no
-- What is known of a person beside their number, and which numbers are one person's.
alter table person add column profile_sealed bytea; -- name, e-mail, notes; under the person's key
alter table person add column linked uuid;          -- the same of all their numbers
create index person_linked on person (linked) where linked is not null;
