-- breaking: yes
-- A leaf lies packed in its row, and the tree holds the hash of what it unpacks to: whoever writes it
-- says that hash. Null: a server of an earlier version wrote the leaf, which is hashed as it lies.
alter table ledger_queue add column hash bytea check (octet_length(hash) = 32);

-- A server of an earlier version may still enter facts, but must not grow the tree any more, for it
-- would hash packed leaves as they lie. It looks for the column by its old name.
alter table ledger_epoch rename column epoch to term;
