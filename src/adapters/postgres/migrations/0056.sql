-- When the person asked again for what stood already: their newest word is what a later one has to
-- be later than. Null: they did not. What is earlier than `since` is of a listing before this one.
alter table listing add column last_asked timestamptz;
