/**
 * A prompt's words as somebody recorded them: a WAV file that every carrier plays as it is, 8 kHz,
 * one channel, mu-law or 16-bit PCM.
 */
import { createHash } from 'node:crypto';
import type { Hex } from '../words.ts';

export interface PromptAudio {
  /** SHA-256 of the file: its name when it is asked for, and what entries say was played. */
  readonly sha256: Hex;
  readonly ms: number;
}

/** What lies beside a prompt's words, or why it is not played. */
export type AudioFound = PromptAudio | { readonly fault: string };

/** Looks up the recording of a prompt; null where there is none. */
export type PromptAudioOf = (locale: string, id: string) => AudioFound | null;

const sampleRate = 8_000;
const pcm = { tag: 1, bits: 16 };
const muLaw = { tag: 7, bits: 8 };
/** A minute of PCM: nobody listens longer, and a carrier fetches it while the caller waits. */
const bytesMax = 60 * sampleRate * 2 + 1024;

const form = 'must be a WAV file of 8 kHz, one channel, mu-law or 16-bit PCM';

/** @param words as written: a recording of a variable says one value for all */
export function readPromptAudio(file: Buffer, words: string | null): AudioFound {
  if (words === null) return { fault: 'has no words beside it' };
  if (words.includes('{')) return { fault: 'is a recording of words with a variable' };
  if (file.length > bytesMax) return { fault: 'is longer than a minute' };
  if (!isWav(file)) return { fault: form };
  const format = chunkOf(file, 'fmt ');
  const data = chunkOf(file, 'data');
  if (format === null || data === null || format.length < 16) return { fault: form };
  const tag = format.readUInt16LE(0);
  const bits = format.readUInt16LE(14);
  const known = [pcm, muLaw].some((one) => one.tag === tag && one.bits === bits);
  if (!known || format.readUInt16LE(2) !== 1 || format.readUInt32LE(4) !== sampleRate) {
    return { fault: form };
  }
  const samples = Math.floor(data.length / (bits / 8));
  if (samples === 0) return { fault: 'is silent: it has no sound in it' };
  const sha256 = createHash('sha256').update(file).digest('hex');
  return { sha256, ms: Math.round((samples * 1_000) / sampleRate) };
}

export function isPlayable(found: AudioFound | null): found is PromptAudio {
  return found !== null && 'sha256' in found;
}

function isWav(file: Buffer): boolean {
  return file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WAVE';
}

/** Null if it is not there, or says that it is longer than the file. */
function chunkOf(file: Buffer, name: string): Buffer | null {
  for (let at = 12; at + 8 <= file.length; ) {
    const bytes = file.readUInt32LE(at + 4);
    const end = at + 8 + bytes;
    if (file.toString('latin1', at, at + 4) === name) {
      return end <= file.length ? file.subarray(at + 8, end) : null;
    }
    at = end + (bytes % 2);
  }
  return null;
}
