-- breaking: no
-- A tile that is not full may go once the full one of its place is there and begins with it
-- (https://c2sp.org/tlog-tiles): whatever it proved, that one proves.
create function refuse_tile_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.width < 256 and exists (
    select from ledger_tile whole
    where whole.level = old.level and whole.n = old.n and whole.width = 256
      and substring(whole.data from 1 for old.width * 32) = old.data)
  then
    return old;
  end if;
  raise exception '% of ledger_tile is refused: the ledger is append-only', tg_op;
end $$;

drop trigger ledger_tile_fixed on ledger_tile;
create trigger ledger_tile_fixed before update or delete on ledger_tile
  for each row execute function refuse_tile_change();
