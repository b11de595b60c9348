import twilio from 'twilio';
import type { Carrier } from '../../app/ports.ts';
import { ConsentryError } from '../../core/error.ts';
import { originClient } from './origin-client.ts';
import { withOverrides } from './overrides.ts';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** Another origin that speaks the carrier's REST; null: the carrier itself. */
  readonly apiUrl: string | null;
  /** Wall time a request may take, its answer read to the end. */
  readonly timeoutMs?: number;
}

/** Above it a call in progress would notice; the local gate never waits for these requests. */
const timeoutMsDefault = 3_000;

/** Every event of a leg that tells us more than the voice webhooks do. */
const callEvents = ['initiated', 'ringing', 'answered', 'completed'];

/**
 * The carrier's REST through its own library. Every failure is `unavailable` and says the
 * request, the HTTP status and the carrier's error number, but never the carrier's sentence:
 * that one quotes telephone numbers.
 */
export function twilioCarrier(settings: TwilioSettings): Carrier {
  const httpClient = originClient(settings.apiUrl, settings.timeoutMs ?? timeoutMsDefault);
  const client = twilio(settings.accountSid, settings.authToken, { httpClient });

  return {
    async startStream({ callSid, name, url, parameters }) {
      const pairs = Object.entries(parameters).flatMap(([key, value], index) => [
        [`parameter${index + 1}.name`, key],
        [`parameter${index + 1}.value`, value],
      ]);
      const stream = await attempt('start stream', () =>
        client
          .calls(callSid)
          .streams.create({ url, name, track: 'inbound_track', ...Object.fromEntries(pairs) }),
      );
      return stream.sid;
    },
    async stopStream({ callSid, name }) {
      await attempt('stop stream', () =>
        client.calls(callSid).streams(name).update({ status: 'stopped' }),
      );
    },
    async createCall({ to, from, url, statusCallback, timeoutS }) {
      const call = await attempt('create call', () =>
        client.calls.create({
          to,
          from,
          url: withOverrides(url),
          method: 'POST',
          statusCallback: withOverrides(statusCallback),
          statusCallbackMethod: 'POST',
          statusCallbackEvent: callEvents,
          timeout: timeoutS,
        }),
      );
      return call.sid;
    },
    async hangUp(callSid) {
      await attempt('hang up', () => client.calls(callSid).update({ status: 'completed' }));
    },
    async callStatus(callSid) {
      try {
        const call = await client.calls(callSid).fetch();
        return call.status;
      } catch (error) {
        if (httpStatus(error) === 404) return null;
        throw failed('fetch call', error);
      }
    },
  };
}

async function attempt<Result>(what: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw failed(what, error);
  }
}

/** Without `cause`: the library's errors hold the request, and with it the numbers. */
function failed(what: string, error: unknown): ConsentryError {
  const status = httpStatus(error);
  const code = numberAt(error, 'code');
  const answer = status === null ? 'did not answer' : `answered ${status}`;
  const number = code === null ? '' : `, error ${code}`;
  return new ConsentryError('unavailable', `carrier ${answer} to "${what}"${number}`);
}

function httpStatus(error: unknown): number | null {
  return numberAt(error, 'status');
}

function numberAt(error: unknown, key: 'status' | 'code'): number | null {
  const value = (error as Partial<Record<typeof key, unknown>> | null)?.[key];
  return typeof value === 'number' ? value : null;
}
