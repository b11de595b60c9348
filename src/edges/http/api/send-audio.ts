/** A recording on its way to a listener: entered in the ledger first, opened piece by piece. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { ApiKey, ApiVerbs, OpenAudio } from '../../../app/api-ports.ts';
import type { RecordingRow } from '../../../app/ports.ts';
import { assert, ConsentryError } from '../../../core/error.ts';
import { wavHeaderBytes } from '../../../core/recording/wav.ts';
import type { Uuid } from '../../../core/words.ts';
import { readRange, type Span } from './range.ts';

/** 8 kHz, a byte a sample. */
const mulawBytesPerMs = 8;

export type AudioVerbs = Pick<ApiVerbs, 'openAudio' | 'beforeAudio'>;

export interface AudioAsk {
  readonly recording: RecordingRow;
  readonly key: ApiKey;
  readonly how: 'listening' | 'download';
  readonly request: Request;
  readonly response: Response;
  /** Writes down that it is sent. */
  readonly enter: () => Promise<void>;
  /** Writes down what was sent. */
  readonly heard: (spans: readonly (readonly [from: number, to: number])[]) => Promise<void>;
}

/**
 * Order matters: the first piece is opened before the ledger is written, so that no listening is
 * entered that could not take place; the entry is written before the first byte leaves; if it
 * cannot be written, nothing leaves.
 *
 * Throws before anything was sent: `recording_gone`, `conflict` while live, `range_unsatisfiable`,
 * `recording_unavailable`. What breaks later cuts the connection, for half an answer must not
 * look like a whole one.
 */
export async function sendAudio(verbs: AudioVerbs, ask: AudioAsk): Promise<void> {
  const { recording, key, how, request, response } = ask;
  const audio = await openOrRefuse(verbs, recording);
  // RFC 9110, 14.2: a range is asked for by GET, and by nothing else.
  const isRanged = request.method !== 'POST' && request.headers['if-range'] === undefined;
  const ranged = isRanged ? request.headers.range : undefined;
  const span = readRange(ranged, audio.size);
  response.setHeader('accept-ranges', 'bytes');
  if (span === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${audio.size}`);
    throw new ConsentryError('range_unsatisfiable');
  }
  if (request.method === 'HEAD') {
    await ask.enter();
    writeHead(response, recording.id, how, audio.size, span);
    response.end();
    return;
  }
  const { start, end } = span ?? { start: 0, end: audio.size };
  const pieces = exactly(audio.read(start, end), end - start);
  const first = await pieces.next().catch(refuseUnopened);
  try {
    await ask.enter();
    await verbs.beforeAudio(recording.id, key, how);
  } catch (error) {
    await pieces.return(undefined);
    throw error;
  }
  writeHead(response, recording.id, how, audio.size, span);
  let sent = 0;
  const counted = async function* () {
    for await (const piece of withFirst(first, pieces)) {
      sent += piece.length;
      yield piece;
    }
  };
  try {
    await pipeline(Readable.from(counted(), { objectMode: false }), response);
  } finally {
    // Also of who left in the middle: what was handed on may have been heard.
    if (sent > 0) await ask.heard(spansOf(start, start + sent));
  }
}

/** Bytes of the WAV as times of the recording: the first samples lie behind the head. */
function spansOf(start: number, end: number): readonly (readonly [number, number])[] {
  const ms = (byte: number) => Math.max(0, byte - wavHeaderBytes) / mulawBytesPerMs;
  const from = Math.floor(ms(start));
  const to = Math.ceil(ms(end));
  return to > from ? [[from, to]] : [];
}

async function openOrRefuse(verbs: AudioVerbs, { id, state }: RecordingRow): Promise<OpenAudio> {
  if (state === 'erased') throw new ConsentryError('recording_gone');
  if (state === 'live') throw stillLive();
  const audio = await verbs.openAudio(id).catch(refuseUnopened);
  if (audio === 'erased') throw new ConsentryError('recording_gone');
  if (audio === 'live') throw stillLive();
  if (audio === null) throw new ConsentryError('recording_unavailable');
  return audio;
}

const stillLive = () => new ConsentryError('conflict', 'the recording is not finished yet');

/** Whatever is the matter with keys, vault or bytes: to the listener it cannot be opened. */
function refuseUnopened(cause: unknown): never {
  const said = cause instanceof ConsentryError ? cause.code : null;
  if (said === 'recording_gone' || said === 'restricted') throw cause;
  throw new ConsentryError('recording_unavailable', undefined, { cause });
}

function writeHead(
  response: Response,
  id: Uuid,
  how: AudioAsk['how'],
  size: number,
  span: Span | null,
): void {
  const { start, end } = span ?? { start: 0, end: size };
  if (how === 'download') {
    response.setHeader('content-disposition', `attachment; filename="recording-${id}.wav"`);
  }
  if (span !== null) response.setHeader('content-range', `bytes ${start}-${end - 1}/${size}`);
  response.writeHead(span === null ? 200 : 206, {
    'content-type': 'audio/wav',
    'content-length': end - start,
  });
}

/** Fails rather than send more or less than the head promised. */
async function* exactly(
  pieces: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array, undefined> {
  let left = bytes;
  for await (const piece of pieces) {
    left -= piece.length;
    assert(left >= 0, 'a recording gave more than was asked for');
    yield piece;
  }
  assert(left === 0, 'a recording gave less than was asked for');
}

async function* withFirst(
  first: IteratorResult<Uint8Array, undefined>,
  rest: AsyncGenerator<Uint8Array, undefined>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    // Also when the listener left before the rest was begun.
    await rest.return(undefined);
  }
}
