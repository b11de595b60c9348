-- breaking: yes
-- A leaf lies packed in its row, and the tree holds the hash of what it unpacks to. A server of an
-- earlier version may still enter facts, but must not grow the tree any more, for it would hash
-- packed leaves as they lie. It looks for the column by its old name.
alter table ledger_epoch rename column epoch to term;

-- What openings name instead of holding it: rules on recording, and recipients; nothing of a caller.
create table entry_text (
  id bytea primary key,  -- the first half of the body's SHA-256: nothing else can lie in its place
  body text not null,
  check (id = substring(sha256(convert_to(body, 'UTF8')) for 16))
);
create trigger entry_text_fixed before update or delete on entry_text
  for each row execute function refuse_change();
create trigger entry_text_kept before truncate on entry_text execute function refuse_change();
