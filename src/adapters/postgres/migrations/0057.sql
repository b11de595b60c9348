-- breaking: no
-- Requests of a number go with the last listing of it, by an erasure of whoever is on no list any
-- more. For as long as there is a listing, lifted or not, what came of it stays.
create function refuse_listing_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (
    select from listing where tenant_id = old.tenant_id and token = old.token
  ) then
    return old;
  end if;
  raise exception '% of % is refused: the stream is append-only', tg_op, tg_table_name;
end $$;
drop trigger listing_event_fixed on listing_event;
create trigger listing_event_fixed before update or delete on listing_event
  for each row execute function refuse_listing_change();
