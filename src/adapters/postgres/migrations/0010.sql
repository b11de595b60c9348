-- breaking: no
-- Text messages that were answered: each once, for ever. What was written in them is not kept here.
create table text_message (
  message_sid text primary key,
  tenant_id uuid not null,
  sender bytea,                  -- HMAC of the number; null: it was sent from none
  meaning text not null,         -- what it was taken for
  has_words boolean not null,    -- the reply says something
  reply text not null,           -- the document answered: words of ours, nothing of a person
  at timestamptz not null
);
create index text_message_reply on text_message (tenant_id, sender, at) where has_words;

-- Whose calls a text message is about.
create index if not exists leg_person on leg (person_id);

-- What somebody wrote who is to be understood by a person: sealed under their own key.
alter table desk_task add column note_sealed bytea;
