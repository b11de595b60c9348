-- breaking: no
-- Where a call came from, kept only of who allows it. `visitor` stands for them in what is counted:
-- by chance, of nothing that is known of them.
alter table call add column source text, add column visitor bytea;
alter table person add column visitor bytea;
create index call_visitor on call (visitor) where visitor is not null;

-- Whoever says no is not counted any more, by whatever way they said it: in the transaction of their
-- no. Their row is held, so that nothing is kept of them meanwhile; a later yes has another visitor.
create function end_call_tracking() returns trigger language plpgsql as $$
declare
  was bytea;
begin
  select visitor into was from person where id = new.person_id for no key update;
  if was is not null then
    update call set campaign = null, source = null, visitor = null where visitor = was;
    update person set visitor = null where id = new.person_id;
  end if;
  return null;
end
$$;
create trigger choice_ends_tracking after insert on choice for each row
  when (new.purpose = 'call-tracking' and new.kind in ('refused', 'withdrawn', 'invalidated'))
  execute function end_call_tracking();
