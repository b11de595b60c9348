/**
 * What the carrier keeps, and its end. A 404 is an end, too: it is what was wanted. Of recordings
 * that were deleted the carrier lists the metadata for 40 more days
 * (twilio.com/docs/voice/api/recording).
 */
import twilio from 'twilio';
import type { CarrierRecords } from '../../app/erase-at-carrier.ts';
import { ConsentryError } from '../../core/error.ts';
import { originClient } from './origin-client.ts';
import { attempt, httpStatus, type TwilioSettings, timeoutMsDefault } from './rest.ts';

/** More than anybody makes of one connection. */
const recordingsMax = 1_000;

export function twilioRecords(settings: TwilioSettings): CarrierRecords {
  const httpClient = originClient(settings.apiUrl, settings.timeoutMs ?? timeoutMsDefault);
  const client = twilio(settings.accountSid, settings.authToken, { httpClient });
  const remove = async (what: string, request: () => Promise<boolean>): Promise<void> => {
    await attempt(what, request).catch((error: unknown) => {
      if (!(error instanceof ConsentryError && error.code === 'not_found')) throw error;
    });
  };
  const isThere = async (what: string, request: () => Promise<unknown>): Promise<boolean> => {
    try {
      await request();
      return true;
    } catch (error) {
      if (httpStatus(error) === 404) return false;
      return attempt(what, () => Promise.reject(error));
    }
  };
  return {
    async recordingsOf(callSid) {
      const list = () => client.calls(callSid).recordings.list({ limit: recordingsMax });
      const found = await attempt('list recordings', list).catch((error: unknown) => {
        if (error instanceof ConsentryError && error.code === 'not_found') return [];
        throw error;
      });
      return found.map(({ sid }) => sid);
    },
    deleteRecording: (sid) => remove('delete recording', () => client.recordings(sid).remove()),
    deleteCall: (callSid) => remove('delete call', () => client.calls(callSid).remove()),
    deleteMessage: (sid) => remove('delete message', () => client.messages(sid).remove()),
    hasCall: (callSid) => isThere('fetch call', () => client.calls(callSid).fetch()),
    hasMessage: (sid) => isThere('fetch message', () => client.messages(sid).fetch()),
  };
}
