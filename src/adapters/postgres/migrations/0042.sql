-- breaking: no
-- How often a key may ask: null, as often as any key; 0, as often as it likes.
alter table api_key add column per_second integer check (per_second between 0 and 1000000);
