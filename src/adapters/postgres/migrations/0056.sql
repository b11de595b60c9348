-- breaking: no
-- When the person asked again for what stood already: their newest word is what a later one has to
-- be later than. Null: they did not. What is earlier than `since` is of a listing before this one.
alter table listing add column last_asked timestamptz;
-- Which change it is that was said again: who was told of that one needs to hear nothing of this.
alter table listing add column first_seq bigint;
alter table listing_event add column repeats bigint;
