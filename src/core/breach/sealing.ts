/**
 * What every personal column is protected by, and from when on a row of its table was there: what
 * somebody who has a copy of the database could read of it. A test holds it against the register.
 */

/**
 * `open`: as it stands; `pseudonym`: joins rows, and names nobody without a key; `tenant`, `person`
 * and `recording`: sealed under the key of the business, of a person, of a year's recordings. All of
 * those lie wrapped in the database, and one key outside opens them.
 */
export const sealings = ['open', 'pseudonym', 'tenant', 'person', 'recording'] as const;
export type Sealing = (typeof sealings)[number];

export interface SealedTable {
  /** When a row began; null: it does not say, and every row is counted. */
  readonly born: string | null;
  readonly columns: Readonly<Record<string, Sealing>>;
}

const [open, pseudonym, tenant, person] = ['open', 'pseudonym', 'tenant', 'person'] as const;
const ofPerson = { person_id: pseudonym } as const;
const listed = { token: pseudonym, number_sealed: tenant } as const;
const table = (born: string | null, columns: SealedTable['columns']): SealedTable => ({
  born,
  columns,
});

export const sealingOf: Readonly<Record<string, SealedTable>> = {
  'public.person': table('created_at', {
    token: pseudonym,
    key_wrapped: tenant,
    number_sealed: person,
    age_band: open,
    restricted_at: open,
    profile_sealed: person,
    linked: pseudonym,
    visitor: pseudonym,
  }),
  'public.leg': table('started_at', { ...ofPerson, call_sid: pseudonym }),
  'public.leg_invite': table('created_at', { ...ofPerson, call_sid: pseudonym }),
  'public.dial': table('at', { ...ofPerson, token: pseudonym, call_sid: pseudonym }),
  'public.step': table('at', { fingerprint: pseudonym, reply: tenant }),
  'public.entry': table('at', { ...ofPerson, opening: person }),
  'public.recording': table('started_at', { payload_sha256: pseudonym, vault_name: pseudonym }),
  'headers.recording_header': table(null, { header: 'recording' }),
  'public.survey_answer': table('at', { ...ofPerson, answer: person }),
  'public.desk_task': table('created_at', { ...ofPerson, note_sealed: person }),
  'public.form_submission': table('at', ofPerson),
  'public.email_request': table('at', { ...ofPerson, message_sealed: person }),
  'public.email_reply': table('received_at', { ...ofPerson, sealed: person, hash: pseudonym }),
  'public.rights_request': table('received_at', {
    ...ofPerson,
    guardian_id: pseudonym,
    note_sealed: person,
    code_hash: pseudonym,
  }),
  'public.text_message': table('at', { sender: pseudonym }),
  'public.choice': table('at', { ...ofPerson, age_band: open, document: pseudonym }),
  'public.listing': table('since', { ...listed, by: pseudonym, reason: open }),
  'public.listing_event': table('at', listed),
  'public.stop_review': table('at', {
    ...ofPerson,
    token: pseudonym,
    note_sealed: person,
    reason_sealed: tenant,
  }),
  'public.carrier_consent': table('at', listed),
  'public.permit': table('made_at', { token: pseudonym }),
  'public.contact_under_way': table('started_at', { tokens: pseudonym, call_sid: pseudonym }),
  'public.contact_count': table(null, { token: pseudonym, attempts: open }),
  'public.audit': table('at', { persons: pseudonym, by: pseudonym }),
  'public.list_job': table('made_at', { key_sealed: tenant }),
  'public.app_user': table('created_at', {
    email_token: pseudonym,
    email_sealed: tenant,
    name_sealed: tenant,
  }),
  'public.line': table(null, { agent_sealed: tenant }),
  'public.carrier_task': table('created_at', { body: tenant }),
  'public.idempotency': table('at', { body: tenant }),
  'public.call': table('started_at', { state: pseudonym, visitor: pseudonym }),
  'public.erasure': table('started_at', {
    ...ofPerson,
    parties: pseudonym,
    call_sids: pseudonym,
    message_sids: pseudonym,
  }),
  'public.legal_hold': table('made_at', ofPerson),
  'public.export_job': table('made_at', { ...ofPerson, key_sealed: tenant }),
  'public.export_holding': table(null, { low: pseudonym, high: pseudonym, tokens: pseudonym }),
  'public.retention_run': table('started_at', ofPerson),
  'public.batch_page': table(null, { entries: tenant }),
  'public.training_reading': table('at', { user_id: pseudonym }),
  'public.agreement_acceptance': table('at', { signer_sealed: tenant }),
  'public.key_custody': table('at', { said_sealed: tenant }),
};
