/**
 * Who may do what in the database. Each part of the program has a role of its own with the rights
 * its statements need and no more: whoever breaks into the part that answers a carrier can neither
 * read a recording's key nor write a leaf of the ledger. The owner only migrates, and gives rights.
 */

export const identities = [
  'webhook',
  'recorder',
  'sequencer',
  'retention',
  'console',
  'export',
] as const;

export type Identity = (typeof identities)[number];

/** `s` select, `i` insert, `u` update, `d` delete; `s(column,…)` select of these columns alone. */
type Rights = Readonly<Record<string, string>>;

/** A fact is written with its place in the ledger's queue, whoever writes it. */
const facts: Rights = { entry: 'si', ledger_queue: 'i' };

/** Tables that only their own part writes; the console reads of them what is named here. */
const reserved: Rights = {
  ledger_tile: 's',
  ledger_checkpoint: 's',
  ledger_leaf: 's',
  ledger_epoch: 's',
  ledger_queue: 'si',
  entry: 'si',
  entry_text: 's',
  audit: 'si',
  list_access: 'si',
  listing_event: 'si',
  list_vouch: 'si',
  migration: 's',
  secret: 'si',
  tenant: 'su', // a setting that changes holds its row
  step: 's',
  stream_token: '',
  l1_key: '',
  'headers.recording_header': '',
};

export const rightsOf: Readonly<Record<Exclude<Identity, 'console'>, Rights>> = {
  /** Answers the carrier: calls, their answers, what follows from them. */
  webhook: {
    ...facts,
    call: 'siu',
    carrier_consent: 'siud',
    carrier_task: 'siu',
    choice: 'siu',
    contact_count: 'siu',
    contact_under_way: 'siud',
    desk_task: 'si',
    dial: 'siu',
    // In which words a choice by e-mail was asked for.
    email_reply: 's(request_id,hash)',
    email_request: 's(id,person_id,purpose,form_hash,message_hash)',
    entry_text: 'si',
    leg: 'siu',
    leg_invite: 'siu',
    line: 's',
    listing: 'siu',
    listing_event: 'si',
    permit: 'siu',
    person: 'siu',
    recording: 's',
    step: 'si',
    stop_review: 'si',
    stream_token: 'si',
    superseded_words: 's',
    survey_answer: 'siud',
    tenant: 's',
    tenant_setting: 's',
    text_message: 'siu',
  },
  /** Seals audio: recordings, their headers and keys; nothing of who spoke. */
  recorder: {
    ...facts,
    'headers.recording_header': 'sid',
    l1_key: 'siu',
    call: 's',
    // Whether a hold keeps a recording goes by who was on the call, which is an id here.
    dial: 's(call_id,person_id)',
    // Exports that hold what is erased: it destroys their keys and reads none.
    export_job:
      's(tenant_id,state,format,with_audio,filter)u(state,gone_why,key_sealed,taken_by,taken_until)',
    leg: 's',
    leg_invite: 's(call_id,person_id)',
    legal_hold: 's',
    recording: 'siu',
    stream_token: 'siu',
    tenant: 's',
  },
  /** Grows the tree; reads entries to look whether all of them are in it. */
  sequencer: {
    audit: 's',
    entry: 's',
    ledger_checkpoint: 'si',
    ledger_epoch: 'su',
    ledger_leaf: 'sid',
    ledger_queue: 'sd',
    ledger_tile: 'sid',
    tenant: 's',
  },
  /** Makes persons leave; cannot place a call, let anybody in, or write a setting. */
  retention: {
    ...facts,
    entry: 'siu',
    audit: 's',
    batch_page: 'sud',
    call: 'siu',
    carrier_consent: 'sd',
    carrier_task: 'sud',
    choice: 'sud',
    contact_count: 'sud',
    contact_under_way: 'sd',
    desk_task: 'sud',
    dial: 'sud',
    email_reply: 'sd',
    email_request: 'su',
    erasure: 'siu',
    export_job: 'su',
    form_submission: 'su',
    // To count and to destroy them; what is in a header is the recorder's.
    'headers.recording_header': 's(recording_id)d',
    leg: 'su',
    leg_invite: 'sud',
    legal_hold: 's',
    line: 's',
    listen_link: 'sd',
    listing: 'sud',
    listing_event: 'sd',
    permit: 'sud',
    person: 'su',
    recording: 'su',
    retention_run: 'siu',
    rights_request: 'su',
    screening_batch: 'su',
    step: 'sd',
    stop_review: 'sd',
    stream_token: 'sd',
    survey_answer: 'sd',
    tenant: 's',
    tenant_setting: 's',
    text_message: 'sud',
  },
  /** Reads what an extract is made from, and writes nothing. */
  export: {
    audit: 's',
    call: 's',
    choice: 's',
    desk_task: 's',
    dial: 's',
    consent_form: 's(tenant_id,hash,name,locale,version)',
    entry: 's',
    export_holding: 's',
    form_submission: 's',
    leg: 's',
    leg_invite: 's',
    line: 's',
    permit: 's(id,scopes)', // the campaign of a call
    person: 's',
    recording: 's',
    survey_answer: 's',
    text_message: 's',
  },
};

const words: Readonly<Record<string, string>> = {
  s: 'select',
  i: 'insert',
  u: 'update',
  d: 'delete',
};

/** The console works on every table there is, but for what is another part's alone. */
function lettersOf(identity: Identity, table: string): string {
  if (identity === 'console') return reserved[table] ?? 'siud';
  return rightsOf[identity][table] ?? '';
}

/**
 * The statements that give an identity its rights, from nothing.
 *
 * @param role its name, quoted as an identifier by the caller
 * @param tables every table there is; those outside the schema `public` with their schema's name
 */
export function grantsFor(identity: Identity, role: string, tables: readonly string[]) {
  const schemas = ['public', 'headers'];
  const inSchemas = (what: string) => schemas.map((schema) => `${what} in schema ${schema}`);
  return [
    ...inSchemas('revoke all on all tables').map((start) => `${start} from ${role}`),
    `grant usage on schema ${schemas.join(', ')} to ${role}`,
    `grant usage on all sequences in schema public to ${role}`,
    ...tables.flatMap((table) => {
      const letters = lettersOf(identity, table).matchAll(/(\w)(\([\w,]+\))?/g);
      const rights = [...letters].map(([, letter = '', column = '']) => words[letter] + column);
      return rights.length === 0 ? [] : [`grant ${rights.join(', ')} on ${table} to ${role}`];
    }),
  ];
}
