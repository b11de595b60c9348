/**
 * The carrier's list of who wants texts from which number (its consent endpoint, a pilot in
 * November 2026: twilio.com/docs/messaging/features/consent-api). It knows nothing of calls or
 * purposes.
 */
import twilio from 'twilio';
import type { ConsentCarrier } from '../../app/consent-ports.ts';
import { originClient } from './origin-client.ts';
import { attempt, type TwilioSettings } from './rest.ts';

/** Nobody waits for it. */
const timeoutMsDefault = 5_000;

export function twilioConsents(settings: TwilioSettings): ConsentCarrier {
  const httpClient = originClient(settings.apiUrl, settings.timeoutMs ?? timeoutMsDefault);
  const client = twilio(settings.accountSid, settings.authToken, { httpClient });
  return {
    async tell(consents) {
      const items = consents.map((one) => ({
        contact_id: one.contact,
        correlation_id: one.correlation,
        sender_id: one.sender,
        status: one.optedIn ? 'opt-in' : 'opt-out',
        source: one.source,
        date_of_consent: new Date(one.at).toISOString(),
      }));
      const answer = await attempt('tell consents', () =>
        client.accounts.v1.bulkConsents.create({ items }),
      );
      return new Map(resultsIn(answer.items));
    },
  };
}

/** The library leaves them as they came. */
function resultsIn(items: unknown): readonly (readonly [string, number])[] {
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: Partial<Record<string, unknown>> | null) => {
    const [correlation, error] = [item?.['correlation_id'], item?.['error_code']];
    const isWhole =
      typeof correlation === 'string' && Number.isInteger(Number(error ?? Number.NaN));
    return isWhole ? [[correlation, Number(error)] as const] : [];
  });
}
