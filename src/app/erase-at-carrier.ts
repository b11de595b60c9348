/**
 * What the carrier has of a person: its record of each connection, recordings that somebody had it
 * make (this program never does), and messages. Each is deleted, and asked for again; what still
 * answers remains, and what cannot be asked is not known.
 */
import type { CallSid } from '../core/words.ts';
import type { ErasureStep } from './erase-person.ts';

/** Each resolves when it was asked for; it may be gone already. Throws when the carrier does not answer. */
export interface CarrierRecords {
  recordingsOf(callSid: CallSid): Promise<readonly string[]>;
  deleteRecording(sid: string): Promise<void>;
  deleteCall(callSid: CallSid): Promise<void>;
  deleteMessage(sid: string): Promise<void>;
  hasCall(callSid: CallSid): Promise<boolean>;
  hasMessage(sid: string): Promise<boolean>;
}

/** Whether one thing is still there, once it was deleted; throws where nobody answers. */
type Removal<T> = (records: CarrierRecords, one: T) => Promise<boolean>;

const call: Removal<CallSid> = async (records, callSid) => {
  for (const sid of await records.recordingsOf(callSid)) await records.deleteRecording(sid);
  if ((await records.recordingsOf(callSid)).length > 0) return true;
  await records.deleteCall(callSid);
  return records.hasCall(callSid);
};

const message: Removal<string> = async (records, sid) => {
  await records.deleteMessage(sid);
  return records.hasMessage(sid);
};

async function each<T>(
  step: string,
  records: CarrierRecords,
  all: readonly T[],
  remove: Removal<T>,
): Promise<ErasureStep> {
  let left = 0;
  let unknown = false;
  for (const one of all) {
    try {
      if (await remove(records, one)) left += 1;
    } catch {
      unknown = true;
    }
  }
  if (unknown) return { step, found: 'unknown', left: null };
  return { step, found: left === 0 ? 'gone' : 'remains', left };
}

export const callsAtCarrier = 'calls and recordings at the carrier';
export const textsAtCarrier = 'messages at the carrier';

export const eraseCallsAtCarrier = (records: CarrierRecords, callSids: readonly CallSid[]) =>
  each(callsAtCarrier, records, callSids, call);

export const eraseTextsAtCarrier = (records: CarrierRecords, sids: readonly string[]) =>
  each(textsAtCarrier, records, sids, message);
