import type { CallSid, Stretch } from '../words.ts';

/** A voice webhook after signature and shape were checked; every other parameter was dropped. */
export interface VoiceWebhook {
  readonly callSid: CallSid;
  /** The step in the signed URL: `start`, or the nonce we gave out with the document before. */
  readonly step: string;
  /** Which part of a question was on the air, from the signed URL; null on other steps. */
  readonly stretch: Stretch | null;
  /** E.164, or whatever text the carrier has; null when it was absent. */
  readonly from: string | null;
  readonly to: string | null;
  readonly direction: 'inbound' | 'outbound';
  /** Twilio CallStatus. */
  readonly callStatus: string;
  readonly digits: string | null;
  readonly speech: string | null;
  /** 0 to 1; null when absent or unreadable, which counts as 0. */
  readonly confidence: number | null;
  readonly dialCallStatus: string | null;
  /** Twilio AnsweredBy; null when no detection ran. */
  readonly answeredBy: string | null;
  /** What the caller's carrier vouches for, one of the documented values; absent without one. */
  readonly stirVerstat?: string;
  /** Flow asked for by the (signed) query of the first webhook. */
  readonly flowName: string | null;
  /** SHA-256 over the parameters that matter, to notice a repeat with other content. 32 bytes. */
  readonly fingerprint: Buffer;
}

/** `POST /twilio/status`: how a leg is doing. */
export interface StatusWebhook {
  readonly callSid: CallSid;
  readonly callStatus: string;
  /** Order of the callbacks of one leg; null when absent. */
  readonly sequence: number | null;
  /** The step of the invite, from the signed URL; absent for a leg that we did not ring. */
  readonly invite?: string;
}

/** `POST /twilio/conference`: who comes and goes on a bridge. */
export interface ConferenceWebhook {
  /** The name we gave the conference. */
  readonly conferenceName: string;
  /** Null for events of the conference itself. */
  readonly callSid: CallSid | null;
  readonly event: 'start' | 'end' | 'join' | 'leave' | 'other';
  /** The bridge itself: one name can have several, one after the other. Absent without one. */
  readonly conferenceSid?: string;
  /** Order of the callbacks of one bridge; null when absent. */
  readonly sequence: number | null;
}

/** A text message that somebody sent to a number of ours. */
export interface TextWebhook {
  /** `SM` or `MM` and 32 lower-case hexadecimal digits. */
  readonly messageSid: string;
  /** As sent: a number, or a word; null when it was left out. */
  readonly from: string | null;
  /** The number of ours. */
  readonly to: string | null;
  readonly body: string;
  /** What the carrier took it for, and has answered itself; null if it did neither. */
  readonly optOutType: 'STOP' | 'START' | 'HELP' | null;
}
