-- breaking: no
-- Tries to sign in that are forgotten are found by their time.
create index sign_in_failure_last on sign_in_failure (last_failure_at);
