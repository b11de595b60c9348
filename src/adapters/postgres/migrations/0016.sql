-- breaking: no
-- What every caller's answer waits for, made cheaper: where rows lie.

-- A sealed opening has 2,200 bytes, a little more than stays in its row by default: each was cut
-- into two rows of another table, with two entries in its index. It cannot be made smaller either.
alter table entry set (toast_tuple_target = 8160);

-- A call's row changes with every step. Where its page has room for the next version, no index
-- needs to learn of it.
alter table call set (fillfactor = 50);
alter table leg set (fillfactor = 70);
