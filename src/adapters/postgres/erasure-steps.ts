/**
 * The steps of an erasure that are the database's, in order: what is done, and a count of what is
 * left of it. $1 is the erasure. Links to calls go late and the key last, so that an erasure that
 * was cut short still knows whose it is.
 */

export interface SqlStep {
  readonly name: string;
  readonly act: string;
  readonly left: string;
  /** True: what it takes away is what a call that began meanwhile would be found by. */
  readonly blinding?: true;
}

const person = '(select person_id from erasure where id = $1)';
const token = `(select token from person where id = ${person})`;
const visitor = `(select visitor from person where id = ${person})`;
/** Nothing of the person stands on the own list: nobody has to know the number to leave it alone. */
const isOffList = `not exists (select from listing l where l.token = ${token} and l.listed
  and (l.until is null or l.until > (select started_at from erasure where id = $1)))`;
const parties = '(select unnest(parties) from erasure where id = $1)';
const legs = '(select unnest(call_sids) from erasure where id = $1)';
const calls = `(select call_id from leg where party_id in ${parties}
  union select call_id from dial where party_id in ${parties}
  union select call_id from leg_invite where party_id in ${parties})`;

const deleted = (name: string, table: string, where: string): SqlStep => ({
  name,
  act: `delete from ${table} where ${where}`,
  left: `select count(*) from ${table} where ${where}`,
});
const changed = (name: string, table: string, set: string, where: string): SqlStep => ({
  name,
  act: `update ${table} set ${set} where ${where}`,
  left: `select count(*) from ${table} where ${where}`,
});

const blinding = (step: SqlStep): SqlStep => ({ ...step, blinding: true });

/** An id in the state of a call, as JSON has it. */
const quoted = `'"' || ${person}::text || '"'`;

export const erasureSteps: readonly SqlStep[] = [
  deleted('answers in calls', 'step', `call_sid in ${legs}`),
  deleted('media tokens', 'stream_token', `call_sid in ${legs}`),
  // Bodies of what the carrier is asked hold numbers; what others still wait for goes on.
  changed(
    'carrier tasks',
    'carrier_task',
    "body = ''",
    `call_id in ${calls} and body <> '' and (done_at is not null
      or kind not in ('erase', 'opt-out'))`,
  ),
  deleted('survey answers', 'survey_answer', `person_id = ${person}`),
  deleted('requests', 'desk_task', `person_id = ${person}`),
  deleted('stops to look at', 'stop_review', `person_id = ${person}`),
  changed(
    'words of rights requests',
    'rights_request',
    'note_sealed = null, code_hash = null',
    `person_id = ${person} and (note_sealed is not null or code_hash is not null)`,
  ),
  changed('texts', 'text_message', 'sender = null', `sender = ${token}`),
  deleted('replies by e-mail', 'email_reply', `person_id = ${person}`),
  changed(
    'questions by e-mail',
    'email_request',
    'person_id = null, message_sealed = null',
    `person_id = ${person}`,
  ),
  changed('forms sent', 'form_submission', 'person_id = null', `person_id = ${person}`),
  deleted('choices', 'choice', `person_id = ${person}`),
  changed(
    'call states',
    'call',
    `state = replace(state::text, ${quoted}, 'null')::json`,
    `id in ${calls} and position(${quoted} in state::text) > 0`,
  ),
  // What a call was for is no fact about its person.
  {
    name: 'campaigns of calls',
    act: `update call set placed_for = permit.purpose, campaign = coalesce(call.campaign,
        (select substr(scope, 10) from unnest(permit.scopes) scope
         where scope like 'campaign:%' limit 1))
      from dial join permit on permit.id = dial.permit_id
      where dial.call_id = call.id and dial.person_id = ${person}`,
    left: `select count(*) from dial join call on call.id = dial.call_id
      where dial.person_id = ${person} and call.placed_for is null`,
  },
  // Which campaign it was stays; that it was the same person's as others does not.
  changed('visitor of calls', 'call', 'visitor = null', `visitor = ${visitor}`),
  deleted('calls placed', 'dial', `person_id = ${person}`),
  deleted('permits', 'permit', `token = ${token}`),
  deleted('contact counts', 'contact_count', `token = ${token}`),
  deleted('contacts under way', 'contact_under_way', `tokens @> array[${token}]`),
  changed('listings', 'listing', "by = ''", `token = ${token} and by <> ''`),
  deleted('stops to tell the carrier', 'carrier_consent', `token = ${token} and ${isOffList}`),
  deleted('lifted listings', 'listing', `token = ${token} and ${isOffList}`),
  // They are deleted with the last listing, and never before it.
  deleted(
    'history of lifted listings',
    'listing_event',
    `token = ${token} and not exists (select from listing l where l.token = ${token})`,
  ),
  blinding(
    changed(
      'openings of entries',
      'entry',
      'opening = null, person_id = null',
      `person_id = ${person}`,
    ),
  ),
  changed(
    'invitations',
    'leg_invite',
    'person_id = null, call_sid = null',
    `person_id = ${person}`,
  ),
  // Only of the calls whose other steps are done; any other is left, and counted.
  {
    name: 'links to calls',
    act: `update leg set person_id = null where person_id = ${person} and call_sid in ${legs}`,
    left: `select count(*) from leg where person_id = ${person}`,
  },
  blinding(
    changed(
      'key and number',
      'person',
      `key_wrapped = null, number_sealed = null, age_band = null, restricted_at = null,
      profile_sealed = null, linked = null, visitor = null`,
      `id = ${person} and (key_wrapped is not null or number_sealed is not null
      or age_band is not null or restricted_at is not null or profile_sealed is not null
      or linked is not null or visitor is not null)`,
    ),
  ),
  changed('exports of the person', 'export_job', 'person_id = null', `person_id = ${person}`),
  // After the key, so that none that is made now has them: who is in which export is written down
  // nowhere, so the files of all become unreadable, and one that is being written begins anew.
  {
    name: 'exports',
    act: `update export_job set
        state = case state when 'running' then 'waiting' else 'gone' end,
        gone_why = case state when 'running' then null else 'erasure' end,
        key_sealed = null, taken_by = null, taken_until = null
      where state in ('ready', 'running')
        and tenant_id = (select tenant_id from person where id = ${person})`,
    left: `select count(*) from export_job
      where (key_sealed is not null or state = 'running')
        and begun_at < (select started_at from erasure where id = $1)
        and tenant_id = (select tenant_id from person where id = ${person})`,
  },
];
