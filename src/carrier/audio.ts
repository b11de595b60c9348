import { readFile } from 'node:fs/promises';
import { encodeMulaw, frameBytes, silenceByte } from './mulaw.ts';

/** What a party sounds like: 160 bytes of mu-law for every 20 ms since the leg was answered. */
export type AudioSource = (frameIndex: number) => Uint8Array;

const framesPerSecond = 50;
const sampleRate = 8000;
/** Frequencies repeat after this many seconds, below the 4 kHz that the line carries. */
const toneSeconds = 85;
const toneAmplitude = 8000;
const wavFormatPcm = 1;
const wavFormatMulaw = 7;

const silentFrame = new Uint8Array(frameBytes).fill(silenceByte);

export function silence(): AudioSource {
  return () => silentFrame;
}

/** Hz of the tone in the given second: 400, 440, 480 …, so that every second can be told. */
export function toneFrequency(second: number): number {
  return 400 + 40 * (second % toneSeconds);
}

/** One tone a second, each a whole number of waves long, computed once per second of the table. */
export function tones(): AudioSource {
  const seconds = new Map<number, Uint8Array>();
  return (frameIndex) => {
    const second = Math.floor(frameIndex / framesPerSecond) % toneSeconds;
    const audio = seconds.get(second) ?? secondOfTone(second);
    seconds.set(second, audio);
    const at = (frameIndex % framesPerSecond) * frameBytes;
    return audio.subarray(at, at + frameBytes);
  };
}

function secondOfTone(second: number): Uint8Array {
  const turn = (2 * Math.PI * toneFrequency(second)) / sampleRate;
  return Uint8Array.from({ length: sampleRate }, (_, sample) =>
    encodeMulaw(Math.round(toneAmplitude * Math.sin(turn * sample))),
  );
}

/**
 * Audio from a file: raw mu-law, or WAV (mu-law or PCM16), 8 kHz mono. Silence after its end.
 * Throws if a WAV is of another kind.
 */
export async function audioFile(path: string): Promise<AudioSource> {
  const file = await readFile(path);
  const audio = file.toString('latin1', 0, 4) === 'RIFF' ? mulawOfWav(file) : file;
  return (frameIndex) => {
    const frame = audio.subarray(frameIndex * frameBytes, (frameIndex + 1) * frameBytes);
    if (frame.length === frameBytes) return frame;
    const padded = new Uint8Array(frameBytes).fill(silenceByte);
    padded.set(frame);
    return padded;
  };
}

/** ms that a WAV plays; 1,000 for bytes that are not a WAV we can read. */
export function playedMs(file: Buffer): number {
  try {
    return Math.round((mulawOfWav(file).length * 1000) / sampleRate);
  } catch {
    return 1000;
  }
}

function mulawOfWav(file: Buffer): Uint8Array {
  const format = wavChunk(file, 'fmt ');
  const data = wavChunk(file, 'data');
  const kind = format.readUInt16LE(0);
  const channels = format.readUInt16LE(2);
  const rate = format.readUInt32LE(4);
  if (channels !== 1 || rate !== sampleRate || (kind !== wavFormatPcm && kind !== wavFormatMulaw)) {
    throw new Error(
      `WAV is format ${kind}, ${channels} channels, ${rate} Hz; allowed: 1 or 7, 1 channel, 8000 Hz`,
    );
  }
  if (kind === wavFormatMulaw) return data;
  return Uint8Array.from({ length: data.length >> 1 }, (_, at) =>
    encodeMulaw(data.readInt16LE(at * 2)),
  );
}

function wavChunk(file: Buffer, name: string): Buffer {
  for (let at = 12; at + 8 <= file.length; ) {
    const bytes = file.readUInt32LE(at + 4);
    if (file.toString('latin1', at, at + 4) === name) return file.subarray(at + 8, at + 8 + bytes);
    at += 8 + bytes + (bytes % 2);
  }
  throw new Error(`WAV has no "${name}" chunk`);
}
