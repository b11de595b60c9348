import type { Direction, LegStatus } from './events.ts';

/** What every webhook about a leg says about it. */
export interface LegFacts {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: Direction;
  readonly status: LegStatus;
  readonly parentSid: string | null;
  readonly answeredBy: string | null;
  /** What the carrier looked up about the numbers: sent as it is. */
  readonly enrichment: Readonly<Record<string, string>>;
}

export const apiVersion = '2010-04-01';

/** The parameters of a voice webhook (twilio.com/docs/voice/twiml), before those of its verb. */
export function legParameters(leg: LegFacts): Record<string, string> {
  return {
    AccountSid: leg.accountSid,
    ApiVersion: apiVersion,
    CallSid: leg.sid,
    CallStatus: leg.status,
    Called: leg.to,
    Caller: leg.from,
    Direction: leg.direction,
    From: leg.from,
    To: leg.to,
    ...(leg.parentSid === null ? {} : { ParentCallSid: leg.parentSid }),
    ...(leg.answeredBy === null ? {} : { AnsweredBy: leg.answeredBy }),
    ...leg.enrichment,
  };
}

/** Geography by number, the caller's name if known, and the attestation of the caller's number. */
export function enrichmentOf(
  from: string,
  to: string,
  callerName: string | null,
): Record<string, string> {
  const caller = placeOf(from);
  const called = placeOf(to);
  const sides = { From: caller, Caller: caller, To: called, Called: called };
  const fields: Record<string, string> = {};
  for (const [side, place] of Object.entries(sides)) {
    for (const [part, value] of Object.entries(place)) fields[side + part] = value;
  }
  if (callerName !== null) fields['CallerName'] = callerName;
  if (from.startsWith('+')) fields['StirVerstat'] = 'TN-Validation-Passed-A';
  return fields;
}

/** Made-up places; a number that is not North American has a country only, as it is in life. */
function placeOf(number: string): Record<string, string> {
  if (!/^\+1\d{10}$/.test(number)) return { City: '', State: '', Zip: '', Country: '' };
  return { City: 'WASHINGTON', State: 'DC', Zip: '20001', Country: 'US' };
}
