/**
 * A mu-law WAV file of one leg: format tag 7, 8 kHz, mono, 8 bits (RFC 2361 and the RIFF
 * multimedia standards: a non-PCM format has `cbSize` and a `fact` chunk).
 */
import { ConsentryError } from '../error.ts';

const sampleRate = 8_000;
const muLawTag = 7;
/** RIFF 12, fmt 8 + 18, fact 8 + 4, head of data 8. */
export const wavHeaderBytes = 58;
/** Sizes are 32 bits; this is six days of audio. */
const dataBytesMax = 0xffff_ffff - wavHeaderBytes - 1;
/** Mu-law zero: what a gap sounds like. */
export const silenceByte = 0xff;

/** Bytes of the whole file, known before any of it is made. */
export function wavBytes(dataBytes: number): number {
  return wavHeaderBytes + dataBytes + (dataBytes % 2);
}

/** Throws `invalid_request` when the audio does not fit in a WAV file. */
export function wavHeader(dataBytes: number): Buffer {
  if (dataBytes > dataBytesMax) {
    throw new ConsentryError('invalid_request', 'a WAV file holds at most 4 GiB of audio');
  }
  const header = Buffer.alloc(wavHeaderBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(wavBytes(dataBytes) - 8, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16);
  header.writeUInt16LE(muLawTag, 20);
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate, 28); // bytes per second
  header.writeUInt16LE(1, 32); // bytes per sample of all channels
  header.writeUInt16LE(8, 34); // bits per sample
  header.writeUInt16LE(0, 36); // no extension
  header.write('fact', 38, 'latin1');
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(dataBytes, 46); // samples
  header.write('data', 50, 'latin1');
  header.writeUInt32LE(dataBytes, 54);
  return header;
}

const silence = Buffer.alloc(65_536, silenceByte);

/** A piece of the sound: audio as it came, or silence in its place. */
export type WavPart =
  | { readonly type: 'audio'; readonly audio: Uint8Array }
  | { readonly type: 'silence'; readonly bytes: number };

/** The file in pieces. A chunk of odd length is padded by one byte, which is not a sample. */
export function* wavFile(parts: readonly WavPart[]): Generator<Uint8Array> {
  const dataBytes = partsBytes(parts);
  yield wavHeader(dataBytes);
  for (const part of parts) {
    if (part.type === 'audio') yield part.audio;
    else yield* silenceOf(part.bytes);
  }
  if (dataBytes % 2 === 1) yield Buffer.alloc(1);
}

export function partsBytes(parts: readonly WavPart[]): number {
  return parts.reduce(
    (sum, part) => sum + (part.type === 'audio' ? part.audio.length : part.bytes),
    0,
  );
}

function* silenceOf(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= silence.length) {
    yield silence.subarray(0, Math.min(left, silence.length));
  }
}
