import { rfc2822 } from './callbacks.ts';
import type { Leg } from './leg.ts';
import { apiVersion } from './parameters.ts';

/** The Call resource (twilio.com/docs/voice/api/call-resource), without what costs money. */
export function callJson(leg: Leg): object {
  const { accountSid } = leg.world;
  const uri = `/${apiVersion}/Accounts/${accountSid}/Calls/${leg.sid}`;
  const date = (when: Date | null) => (when === null ? null : rfc2822(when));
  return {
    sid: leg.sid,
    account_sid: accountSid,
    parent_call_sid: leg.options.parentSid ?? null,
    api_version: apiVersion,
    to: leg.options.to,
    to_formatted: leg.options.to,
    from: leg.options.from,
    from_formatted: leg.options.from,
    phone_number_sid: null,
    status: leg.status,
    direction: leg.options.direction,
    answered_by: leg.answeredBy,
    start_time: date(leg.answeredAt),
    end_time: date(leg.endedAt),
    duration: leg.over ? String(leg.durationS()) : null,
    date_created: date(leg.createdAt),
    date_updated: date(leg.endedAt ?? leg.answeredAt ?? leg.createdAt),
    caller_name: null,
    forwarded_from: null,
    group_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    trunk_sid: null,
    uri: `${uri}.json`,
    subresource_uris: { streams: `${uri}/Streams.json` },
  };
}

export function streamJson(
  leg: Leg,
  stream: { readonly sid: string; readonly name: string | null },
  status: 'in-progress' | 'stopped',
): object {
  const { accountSid } = leg.world;
  return {
    sid: stream.sid,
    account_sid: accountSid,
    call_sid: leg.sid,
    name: stream.name,
    status,
    date_updated: rfc2822(new Date()),
    uri: `/${apiVersion}/Accounts/${accountSid}/Calls/${leg.sid}/Streams/${stream.sid}.json`,
  };
}
