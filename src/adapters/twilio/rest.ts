import twilio from 'twilio';
import type { Carrier } from '../../app/ports.ts';
import { ConsentryError, type ErrorCode } from '../../core/error.ts';
import type { CallSid } from '../../core/words.ts';
import { originClient } from './origin-client.ts';
import { withOverrides } from './overrides.ts';
import { saidTwiml } from './twiml.ts';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** Another origin that speaks the carrier's REST; null: the carrier itself. */
  readonly apiUrl: string | null;
  /** Wall time a request may take, its answer read to the end. */
  readonly timeoutMs?: number;
}

/** Above it a call in progress would notice; the local gate never waits for these requests. */
export const timeoutMsDefault = 3_000;

/** Every event of a leg that tells us more than the voice webhooks do. */
const callEvents = ['initiated', 'ringing', 'answered', 'completed'];

/**
 * The carrier's REST through its own library. A failure is `not_found` when the leg or its stream
 * is over, `invalid_request` when the carrier refused and nothing was done, and otherwise
 * `unavailable`: it may have been done. It says the request, the HTTP status and the carrier's
 * error number, but never the carrier's sentence: that one quotes telephone numbers.
 */
export function twilioCarrier(settings: TwilioSettings): Carrier {
  const httpClient = originClient(settings.apiUrl, settings.timeoutMs ?? timeoutMsDefault);
  const client = twilio(settings.accountSid, settings.authToken, { httpClient });

  /** @throws 404 when no bridge of that name is open */
  async function participant(conference: string, callSid: CallSid) {
    // A name can have had several; they are listed newest first, and one at most is not over.
    const all = await client.conferences.list({ friendlyName: conference, limit: 20 });
    const open = all.find(({ status }) => status !== 'completed');
    if (open === undefined) throw Object.assign(new Error('no such bridge'), { status: 404 });
    return client.conferences(open.sid).participants(callSid);
  }

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
    async createCall({ to, from, url, statusCallback, timeoutS, detectMachine = false }) {
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
          // The carrier asks for the first document when it knows, at most 30 s after the answer.
          ...(detectMachine && { machineDetection: 'Enable' }),
        }),
      );
      return call.sid;
    },
    async sendText({ to, from, text }) {
      const message = await attempt('send text', () =>
        client.messages.create({ to, from, body: text }),
      );
      return message.sid;
    },
    async say({ to, from, words, locale }) {
      const twiml = saidTwiml(words, locale);
      const call = await attempt('say by call', () => client.calls.create({ to, from, twiml }));
      return call.sid;
    },
    async redirect(callSid, url) {
      await attempt('redirect call', () =>
        client.calls(callSid).update({ url: withOverrides(url), method: 'POST' }),
      );
    },
    async hold({ conference, callSid, on }) {
      await attempt(on ? 'hold' : 'take off hold', async () => {
        await (await participant(conference, callSid)).update({ hold: on });
      });
    },
    async announce({ conference, callSid, url }) {
      await attempt('announce', async () => {
        const there = await participant(conference, callSid);
        await there.update({ announceUrl: withOverrides(url), announceMethod: 'GET' });
      });
    },
    async cancel(callSid) {
      await attempt('cancel', () => client.calls(callSid).update({ status: 'canceled' }));
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

export async function attempt<Result>(
  what: string,
  request: () => Promise<Result>,
): Promise<Result> {
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
  return new ConsentryError(kindOf(status, code), `carrier ${answer} to "${what}"${number}`, {
    ...(code !== null && { extra: { carrierError: code } }),
  });
}

/** "Call is not in-progress": https://www.twilio.com/docs/api/errors/21220 */
const callNotInProgress = 21220;

function kindOf(status: number | null, code: number | null): ErrorCode {
  if (status === 404 || code === callNotInProgress) return 'not_found';
  const refused = status !== null && status >= 400 && status < 500;
  // Too slow (408) and too often (429) are no refusals of what was asked for.
  return refused && status !== 408 && status !== 429 ? 'invalid_request' : 'unavailable';
}

export function httpStatus(error: unknown): number | null {
  return numberAt(error, 'status');
}

function numberAt(error: unknown, key: 'status' | 'code'): number | null {
  const value = (error as Partial<Record<typeof key, unknown>> | null)?.[key];
  return typeof value === 'number' ? value : null;
}
