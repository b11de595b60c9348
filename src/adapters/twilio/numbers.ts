/** How the telephone numbers of an account are set up at the carrier. */
import twilio from 'twilio';
import { originClient } from './origin-client.ts';
import type { TwilioSettings } from './rest.ts';

export interface NumberSetting {
  /** The carrier looks up what callers are called, by their numbers. */
  readonly looksUpNames: boolean;
}

/** Nobody waits on the telephone for it. */
const timeoutMs = 4_000;
/** As many as the carrier gives at once; a larger account is judged by its first thousand. */
const numbersMax = 1_000;

export function numberSettings(settings: TwilioSettings): () => Promise<readonly NumberSetting[]> {
  const httpClient = originClient(settings.apiUrl, timeoutMs);
  const client = twilio(settings.accountSid, settings.authToken, { httpClient });
  return async () => {
    const all = await client.incomingPhoneNumbers.list({ limit: numbersMax });
    return all.map(({ voiceCallerIdLookup }) => ({ looksUpNames: voiceCallerIdLookup }));
  };
}
