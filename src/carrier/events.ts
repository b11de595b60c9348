/** What a webhook was for. */
export type WebhookKind = 'voice' | 'status' | 'conference' | 'stream' | 'machine' | 'message';

export type LegStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled';

export type Direction = 'inbound' | 'outbound-api' | 'outbound-dial';

/** Who or what made a leg end. `document`: a Hangup, a Reject, or the end of the TwiML. */
export type EndedBy = 'caller' | 'document' | 'api' | 'failure' | 'nobody-answered' | 'dial';

export type UnbridgedBy = 'star' | 'hangup' | 'ended' | 'time-limit' | 'redirect';

export type StreamStoppedBy = 'document' | 'api' | 'hangup' | 'server' | 'fault';

/** Everything that can happen on a leg, in the order it happens. */
export type Happening =
  | {
      readonly type: 'started';
      readonly direction: Direction;
      readonly from: string;
      readonly to: string;
    }
  | { readonly type: 'ringing' }
  | { readonly type: 'answered'; readonly answeredBy: string | null }
  | {
      readonly type: 'webhook';
      readonly kind: WebhookKind;
      readonly method: string;
      readonly url: string;
      readonly parameters: Readonly<Record<string, string>>;
      readonly attempt: number;
      /** HTTP status; null when there was no answer. */
      readonly status: number | null;
      /** Why there was none, or null. */
      readonly failure: string | null;
      readonly ms: number;
      readonly reply: string;
    }
  | {
      readonly type: 'webhook-repeated';
      readonly url: string;
      /** Whether every repeat got the status and the very bytes that the first one got. */
      readonly identical: boolean;
      readonly statuses: readonly (number | null)[];
      readonly replies: readonly string[];
    }
  | { readonly type: 'says'; readonly text: string; readonly language: string | null }
  | { readonly type: 'plays'; readonly url: string | null; readonly digits: string | null }
  | { readonly type: 'waits'; readonly ms: number }
  | {
      readonly type: 'gathers';
      readonly input: readonly ('dtmf' | 'speech')[];
      readonly timeoutMs: number;
      readonly first: boolean;
      readonly last: boolean;
    }
  | { readonly type: 'presses'; readonly digits: string }
  | { readonly type: 'speaks'; readonly words: string; readonly confidence: number | null }
  /** A gather ended without input. */
  | { readonly type: 'silent'; readonly last: boolean }
  | { readonly type: 'dials'; readonly to: string; readonly otherCallSid: string }
  | {
      readonly type: 'bridged';
      /** The conference's name; null on a bridge with one number. */
      readonly conference: string | null;
      readonly others: readonly string[];
    }
  | { readonly type: 'joined'; readonly conference: string; readonly otherCallSid: string }
  | { readonly type: 'left'; readonly conference: string; readonly otherCallSid: string }
  | { readonly type: 'held'; readonly on: boolean }
  | { readonly type: 'unbridged'; readonly by: UnbridgedBy }
  | {
      readonly type: 'stream-started';
      readonly streamSid: string;
      readonly name: string;
      readonly url: string;
      readonly parameters: Readonly<Record<string, string>>;
      /** Index, in the party's audio, of the first frame the stream can carry. */
      readonly firstFrame: number;
    }
  | {
      readonly type: 'stream-stopped';
      readonly streamSid: string;
      readonly name: string;
      readonly by: StreamStoppedBy;
      /** Frames that were sent. */
      readonly frames: number;
      /** WebSocket close code; null when we closed. */
      readonly code: number | null;
    }
  | {
      readonly type: 'stream-failed';
      readonly streamSid: string;
      readonly name: string;
      readonly code: number;
      readonly message: string;
    }
  /** A document asks the carrier itself to record. */
  | { readonly type: 'carrier-records'; readonly verb: string }
  /** A document or a request breaks the protocol; `code` is Twilio's. */
  | { readonly type: 'protocol-error'; readonly code: number; readonly message: string }
  | {
      readonly type: 'ended';
      readonly by: EndedBy;
      readonly status: LegStatus;
      readonly durationS: number;
    };

export type CarrierEvent = {
  /** Wall clock, ms since the epoch. */
  readonly at: number;
  readonly callSid: string;
} & Happening;

export type EventListener = (event: CarrierEvent) => void;
