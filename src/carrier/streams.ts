import type { StreamStoppedBy } from './events.ts';
import type { MediaFaults } from './faults.ts';
import type { Leg } from './leg.ts';
import { MediaStream, type SocketEnd } from './media-stream.ts';
import { newSid } from './sid.ts';
import type { HttpMethod } from './webhook.ts';

/** One-way streams that one call may have at a time. */
const streamsMax = 4;

export interface StreamRequest {
  readonly url: string;
  /** Null: the stream is known by its sid only. */
  readonly name: string | null;
  readonly track: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly statusCallback: { readonly url: string; readonly method: HttpMethod } | null;
}

/** One stream of a leg, as the leg knows it. */
export interface LegStream {
  readonly leg: Leg;
  readonly sid: string;
  readonly name: string;
  readonly request: StreamRequest;
  readonly media: MediaStream;
  /** Stops the clock that drives it at real pace. */
  still: () => void;
}

/** Opens a stream of the leg's inbound audio, or answers why the carrier refuses to. */
export function startStream(leg: Leg, request: StreamRequest): LegStream | string {
  const refusal = refusalOf(leg, request);
  if (refusal !== null) return refusal;
  const faults = leg.faults.media ?? {};
  const stream = openStream(leg, request, faults);
  if (faults.twoSockets === true) openStream(leg, request, {});
  return stream;
}

function refusalOf(leg: Leg, request: StreamRequest): string | null {
  if (!URL.canParse(request.url)) return 'the URL is not absolute';
  const url = new URL(request.url);
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'wss:' && !(url.protocol === 'ws:' && loopback)) {
    return 'the URL must be wss (ws to this machine)';
  }
  if (url.search !== '') return 'the URL must not have a query';
  if (request.track !== 'inbound_track') return 'only the inbound track is simulated';
  if (leg.streams.size >= streamsMax) return `a call has at most ${streamsMax} streams`;
  const taken = request.name !== null && findStream(leg, request.name) !== null;
  return taken ? 'the name is taken by another stream of this call' : null;
}

/** By sid or by name; null if there is none that still runs. */
export function findStream(leg: Leg, name: string): LegStream | null {
  for (const stream of leg.streams.values()) {
    if (stream.sid === name || stream.name === name) return stream;
  }
  return null;
}

function openStream(leg: Leg, request: StreamRequest, faults: MediaFaults): LegStream {
  const sid = newSid('MZ');
  const media = new MediaStream({
    accountSid: leg.world.accountSid,
    callSid: leg.sid,
    streamSid: sid,
    parameters: request.parameters,
    url: request.url,
    authToken: leg.world.authToken,
    audio: leg.audio,
    faults,
    opened: () => begin(stream),
    lost: (end) => lose(stream, end),
  });
  const name = request.name ?? sid;
  const stream: LegStream = { leg, sid, name, request, media, still: () => undefined };
  leg.streams.set(sid, stream);
  return stream;
}

function begin(stream: LegStream): number {
  const { leg, sid, name, media } = stream;
  const { url, parameters } = stream.request;
  const firstFrame = leg.framePosition();
  if (leg.pace.speed !== 'instant') {
    stream.still = leg.world.frames.add(() => media.sendUpTo(leg.framePosition()));
  }
  report(stream, 'stream-started', null);
  leg.emit({ type: 'stream-started', streamSid: sid, name, url, parameters, firstFrame });
  return firstFrame;
}

/** At instant pace: the party speaks, and every open stream of theirs carries it. */
export async function sendFrames(leg: Leg, frames: number): Promise<void> {
  leg.spoken += frames;
  for (const { media } of leg.streams.values()) {
    media.sendUpTo(leg.spoken);
    await media.flushed();
  }
}

/**
 * Ends a stream in order, with all that was spoken before. Resolves when the socket is closed;
 * the stream is stopped at once.
 */
export async function stopStream(stream: LegStream, by: StreamStoppedBy): Promise<void> {
  stream.media.sendUpTo(stream.leg.framePosition());
  if (!stream.leg.streams.has(stream.sid)) return;
  const closed = stream.media.stop();
  forget(stream, by, null);
  await closed;
}

function lose(stream: LegStream, end: SocketEnd): void {
  if (end.how === 'failed') fail(stream, end.twilioCode, end.message);
  else if (end.how === 'closed') forget(stream, 'server', end.code);
  else forget(stream, 'fault', null);
}

function fail(stream: LegStream, code: number, message: string): void {
  const { leg, sid, name } = stream;
  isOver(stream);
  report(stream, 'stream-error', `${code} ${message}`);
  leg.emit({ type: 'stream-failed', streamSid: sid, name, code, message });
}

function forget(stream: LegStream, by: StreamStoppedBy, code: number | null): void {
  const { leg, sid, name, request, media } = stream;
  stream.still();
  isOver(stream);
  report(stream, 'stream-stopped', null);
  leg.emit({ type: 'stream-stopped', streamSid: sid, name, by, frames: media.frames, code });
  if (media.options.faults.reuseToken === true) openStream(leg, request, {});
}

function isOver({ leg, sid, name }: LegStream): void {
  leg.streams.delete(sid);
  leg.formerStreams.add(sid);
  if (name !== null) leg.formerStreams.add(name);
}

function report(stream: LegStream, event: string, error: string | null): void {
  const { leg, sid, name, request } = stream;
  if (request.statusCallback === null) return;
  leg.callbacks.add({
    kind: 'stream',
    ...request.statusCallback,
    parameters: {
      AccountSid: leg.world.accountSid,
      CallSid: leg.sid,
      StreamSid: sid,
      StreamName: name,
      StreamEvent: event,
      Timestamp: new Date().toISOString(),
      ...(error === null ? {} : { StreamError: error }),
    },
  });
}
