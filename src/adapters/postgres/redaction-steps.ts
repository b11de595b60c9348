/**
 * What is done to a batch of records, in one transaction, and how it is looked at again. $1 are the
 * records. The second look does not ask whether a step ran: it asks what is there.
 */
import type { RecordSet } from '../../app/retention-ports.ts';
import { keptOpenings } from '../../core/retention/redact.ts';
import { isNeeded } from './retention-facts.ts';

const kept = keptOpenings.map((kind) => `'${kind}'`).join(', ');
/** What was allowed or refused beyond the call: it stands, with its proof, and without the call. */
const isChoice = 'exists (select from choice where choice.id = entry.id)';
const legs = '(select call_sid from leg where call_id = any ($1::uuid[]))';

/** Of calls, after their states were written anew. */
export const callSteps: readonly string[] = [
  `update call set placed_for = permit.purpose, campaign = coalesce(call.campaign,
      (select substr(scope, 10) from unnest(permit.scopes) scope
       where scope like 'campaign:%' limit 1))
    from dial join permit on permit.id = dial.permit_id
    where dial.call_id = call.id and call.id = any ($1::uuid[])`,
  'update call set visitor = null where id = any ($1::uuid[]) and visitor is not null',
  `delete from step where call_sid in ${legs}`,
  'delete from stream_token where call_id = any ($1::uuid[])',
  `update carrier_task set body = '' where call_id = any ($1::uuid[]) and body <> ''`,
  'delete from survey_answer where call_id = any ($1::uuid[])',
  'delete from desk_task where call_id = any ($1::uuid[])',
  `update entry set opening = null, person_id = null
    where call_id = any ($1::uuid[]) and kind not in (${kept}) and not ${isChoice}`,
  `update entry set call_id = null, party_id = null
    where call_id = any ($1::uuid[]) and ${isChoice}`,
  `with gone as (delete from dial where call_id = any ($1::uuid[]) returning permit_id)
    delete from permit using gone where permit.id = gone.permit_id`,
  `update leg_invite set person_id = null, call_sid = null where call_id = any ($1::uuid[])`,
  'update leg set person_id = null where call_id = any ($1::uuid[]) and person_id is not null',
];

/** Of records by themselves. */
export const looseSteps: Readonly<Record<Exclude<RecordSet, 'calls' | 'recordings'>, string[]>> = {
  texts: ['update text_message set sender = null where message_sid = any ($1::text[])'],
  answers: ['delete from survey_answer where id = any ($1::uuid[])'],
  requests: ['delete from desk_task where id = any ($1::uuid[]) and done_at is not null'],
  sent: ['update form_submission set person_id = null where id = any ($1::uuid[])'],
  permits: [
    `delete from permit where id::text = any ($1::text[])
      and not exists (select from dial where dial.permit_id = permit.id)`,
    `delete from contact_count where encode(token, 'hex') || ' ' || subject = any ($1::text[])`,
  ],
  people: [
    `update person set key_wrapped = null, number_sealed = null, age_band = null,
      profile_sealed = null, linked = null, visitor = null
      where id = any ($1::uuid[]) and ${isNeeded('person')} is false`,
  ],
};

/** Of each set, those of $1 that are not gone. */
export const looks: Readonly<Record<RecordSet, string>> = {
  calls: `select call.id::text as id from call where id = any ($1::uuid[]) and (
    redacted_at is null or visitor is not null
    or exists (select from leg where call_id = call.id and person_id is not null)
    or exists (select from leg_invite where call_id = call.id
      and (person_id is not null or call_sid is not null))
    or exists (select from dial where call_id = call.id)
    or exists (select from step join leg on leg.call_sid = step.call_sid
      where leg.call_id = call.id)
    or exists (select from stream_token where call_id = call.id)
    or exists (select from carrier_task where call_id = call.id and body <> '')
    or exists (select from survey_answer where call_id = call.id)
    or exists (select from desk_task where call_id = call.id)
    or exists (select from entry where call_id = call.id and person_id is not null)
    or exists (select from entry where call_id = call.id and opening is not null
      and kind not in (${kept}))
    or exists (select from recording where call_id = call.id and (state <> 'erased'
      or exists (select from headers.recording_header where recording_id = recording.id))))`,
  recordings: `select id::text as id from recording where id = any ($1::uuid[]) and (state <> 'erased'
    or exists (select from headers.recording_header where recording_id = recording.id))`,
  texts: `select message_sid as id from text_message
    where message_sid = any ($1::text[]) and sender is not null`,
  answers: 'select id::text as id from survey_answer where id = any ($1::uuid[])',
  requests: 'select id::text as id from desk_task where id = any ($1::uuid[])',
  sent: `select id::text as id from form_submission
    where id = any ($1::uuid[]) and person_id is not null`,
  permits: `select id::text as id from permit where id::text = any ($1::text[])
    union select encode(token, 'hex') || ' ' || subject from contact_count
      where encode(token, 'hex') || ' ' || subject = any ($1::text[])`,
  people: `select id::text as id from person where id = any ($1::uuid[])
    and (key_wrapped is not null or number_sealed is not null or age_band is not null
      or profile_sealed is not null or linked is not null or visitor is not null)`,
};

const onPerson = (person: string): string => `exists (select from legal_hold hold
  where hold.lifted_at is null and hold.person_id = ${person})`;
const inPeriod = (at: string): string => `exists (select from legal_hold hold
  where hold.lifted_at is null and hold.kind = 'period' and ${at} >= hold.since
    and ${at} < hold.until)`;
const onCall = (call: string): string => `exists (select from holds_on_call(${call}))`;
const sender = `(select id from person where token = text_message.sender
    and tenant_id = text_message.tenant_id)`;

/** Of each set, those of $1 that a hold keeps now. Asked under the lock of holds. */
export const heldNow: Readonly<Record<RecordSet, string>> = {
  calls: `select id::text as id from call where id = any ($1::uuid[]) and ${onCall('call.id')}`,
  recordings: `select id::text as id from recording
    where id = any ($1::uuid[]) and ${onCall('recording.call_id')}`,
  texts: `select message_sid as id from text_message where message_sid = any ($1::text[])
    and (${onPerson(sender)} or ${inPeriod('text_message.at')})`,
  answers: `select id::text as id from survey_answer where id = any ($1::uuid[])
    and (${onPerson('survey_answer.person_id')} or ${onCall('call_id')})`,
  requests: `select id::text as id from desk_task where id = any ($1::uuid[])
    and (${onPerson('desk_task.person_id')} or ${onCall('call_id')})`,
  sent: `select id::text as id from form_submission where id = any ($1::uuid[])
    and (${onPerson('form_submission.person_id')} or ${inPeriod('form_submission.at')})`,
  permits: `select permit.id::text as id from permit join person on person.token = permit.token
    where permit.id::text = any ($1::text[]) and ${onPerson('person.id')}`,
  people: `select id::text as id from person where id = any ($1::uuid[]) and ${onPerson('person.id')}`,
};
