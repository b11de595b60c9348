/**
 * Reads the carrier's media messages (Twilio Media Streams: text JSON, all numbers are strings).
 *
 * `media` comes fifty times a second and leg, so it is read by the layout that the stream's
 * messages have shown (layout.ts), and its audio is decoded into one buffer that is used again.
 * Whatever surprises that is read by `JSON.parse`, with the same outcome.
 *
 * Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
import { decodeBase64 } from './base64.ts';
import { type Found, type Layout, learnLayout, matches } from './layout.ts';

/** No message of the protocol comes near it; 8,000 bytes of audio are 10,668 of base64. */
export const messageBytesMax = 65_536;
/** One second of mu-law at 8 kHz; the carrier sends 160 bytes at a time. */
export const frameBytesMax = 8_000;

const idPattern = /^[0-9A-Za-z]{1,64}$/;
const numberPattern = /^[0-9]{1,15}$/;
const tokenCharsMax = 499;

export type InvalidReason =
  | 'size' // longer than 64 KiB
  | 'json' // not a JSON object
  | 'shape' // a field of ours is missing or is not what it must be
  | 'payload' // not base64, or not 1 to 8,000 bytes
  | 'format'; // audio other than 8 kHz mono mu-law

export interface MediaFrame {
  readonly kind: 'media';
  readonly sequence: number;
  readonly streamSid: string;
  readonly track: 'inbound' | 'outbound';
  /** Since the stream's start, ms. */
  readonly timestampMs: number;
  /** Mu-law, 8 bytes a ms. */
  readonly audio: Uint8Array;
}

export type MediaMessage =
  | { readonly kind: 'connected' }
  | {
      readonly kind: 'start';
      readonly sequence: number;
      readonly streamSid: string;
      readonly callSid: string;
      /** The one-time token we gave out with the stream; null when there is none. */
      readonly token: string | null;
    }
  | MediaFrame
  | { readonly kind: 'stop'; readonly sequence: number; readonly streamSid: string }
  | { readonly kind: 'mark'; readonly sequence: number; readonly streamSid: string }
  /** Which key was pressed is not read. */
  | { readonly kind: 'dtmf'; readonly sequence: number; readonly streamSid: string }
  /** An event of a later version of the protocol; `sequence` null when it has none. */
  | { readonly kind: 'unknown'; readonly sequence: number | null }
  | { readonly kind: 'invalid'; readonly reason: InvalidReason };

export type MessageKind = MediaMessage['kind'];

const invalid = {
  size: { kind: 'invalid', reason: 'size' },
  json: { kind: 'invalid', reason: 'json' },
  shape: { kind: 'invalid', reason: 'shape' },
  payload: { kind: 'invalid', reason: 'payload' },
  format: { kind: 'invalid', reason: 'format' },
} as const satisfies Record<InvalidReason, MediaMessage>;

/** One for all parsers: audio is sealed, or copied, before the next message is looked at. */
const decoded = Buffer.allocUnsafeSlow(frameBytesMax);

/** One per socket. A frame it returns is valid until its next call, its audio until anybody's. */
export class MessageParser {
  readonly #media = {
    kind: 'media' as const,
    sequence: 0,
    streamSid: '',
    track: 'inbound' as MediaFrame['track'],
    timestampMs: 0,
    audio: decoded.subarray(0, 0),
  };
  readonly #found: Found = {
    streamSid: new Uint8Array(0),
    sequenceNumber: 0,
    chunk: 0,
    timestamp: 0,
    payloadAt: 0,
    payloadEnd: 0,
  };
  /** Of the last message that `JSON.parse` had to read; its stream and track are in `#media`. */
  #layout: Layout | null = null;

  parse(bytes: Buffer): MediaMessage {
    if (bytes.length > messageBytesMax) return invalid.size;
    const found = this.#found;
    if (this.#layout !== null && matches(this.#layout, bytes, found)) {
      this.#media.sequence = found.sequenceNumber;
      this.#media.timestampMs = found.timestamp;
      if (this.#decodes(bytes, found.payloadAt, found.payloadEnd)) return this.#media;
    }
    return this.#parseAny(bytes);
  }

  /** Takes the audio from base64 between `from` and `to`; false when it is not 1 to 8,000 bytes. */
  #decodes(bytes: Uint8Array, from: number, to: number): boolean {
    const count = decodeBase64(bytes, from, to, decoded);
    if (count < 1) return false;
    if (this.#media.audio.length !== count) this.#media.audio = decoded.subarray(0, count);
    return true;
  }

  #parseAny(bytes: Buffer): MediaMessage {
    const message = parseObject(bytes.toString('utf8'));
    if (message === null) return invalid.json;
    const event = message['event'];
    if (typeof event !== 'string') return invalid.shape;
    if (event === 'connected') return { kind: 'connected' };
    const { sequenceNumber, streamSid } = message;
    const sequence = isNumber(sequenceNumber) ? Number(sequenceNumber) : null;
    if (!isEvent(event)) return { kind: 'unknown', sequence };
    if (sequence === null || !isId(streamSid)) return invalid.shape;
    switch (event) {
      case 'start':
        return startOf(sequence, streamSid, message['start']);
      case 'media':
        return this.#mediaOf(message, sequence, streamSid, bytes);
      case 'stop':
      case 'mark':
      case 'dtmf':
        return { kind: event, sequence, streamSid };
    }
  }

  #mediaOf(
    message: Record<string, unknown>,
    sequence: number,
    streamSid: string,
    bytes: Buffer,
  ): MediaMessage {
    if (!isObject(message['media'])) return invalid.shape;
    const { track, chunk, timestamp, payload } = message['media'];
    if (track !== 'inbound' && track !== 'outbound') return invalid.shape;
    if (!isNumber(timestamp) || !isNumber(chunk)) return invalid.shape;
    if (typeof payload !== 'string') return invalid.payload;
    const encoded = Buffer.from(payload);
    if (!this.#decodes(encoded, 0, encoded.length)) return invalid.payload;
    this.#media.sequence = sequence;
    this.#media.streamSid = streamSid;
    this.#media.track = track;
    this.#media.timestampMs = Number(timestamp);
    const sequenceNumber = message['sequenceNumber'] as string;
    const values = { sequenceNumber, chunk, timestamp, payload, streamSid };
    this.#found.streamSid = Buffer.from(streamSid, 'latin1');
    this.#layout = learnLayout(bytes.toString('latin1'), values);
    return this.#media;
  }
}

function startOf(sequence: number, streamSid: string, value: unknown): MediaMessage {
  if (!isObject(value) || !isId(value['callSid'])) return invalid.shape;
  const format = value['mediaFormat'];
  if (!isObject(format) || format['encoding'] !== 'audio/x-mulaw') return invalid.format;
  // Documented as numbers here, unlike everywhere else: both are taken.
  if (Number(format['sampleRate']) !== 8_000 || Number(format['channels']) !== 1) {
    return invalid.format;
  }
  const parameters = value['customParameters'];
  const token = isObject(parameters) ? parameters['token'] : undefined;
  const readable = typeof token === 'string' && token.length > 0 && token.length <= tokenCharsMax;
  return {
    kind: 'start',
    sequence,
    streamSid,
    callSid: value['callSid'],
    token: readable ? token : null,
  };
}

const events = ['start', 'media', 'stop', 'mark', 'dtmf'] as const;

function isEvent(event: string): event is (typeof events)[number] {
  return (events as readonly string[]).includes(event);
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value);
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && numberPattern.test(value);
}
