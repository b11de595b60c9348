/** What parties sound like, so that every frame of a recording can be told from every other. */
import { type AudioSource, type CallHandle, tones } from '../../src/carrier/carrier.ts';
import type { Gap } from '../../src/core/words.ts';

const frameMs = 20;
const bytesPerMs = 8;
/** Mu-law zero. */
const silenceByte = 0xff;
/** The carrier lets everybody it rings speak in tones from 400 Hz on; these begin at 2,000 Hz. */
const secondsAhead = 40;

/** A caller's voice, when it must not be an agent's. */
export function callerVoice(): AudioSource {
  const source = tones();
  return (frame) => source(frame + secondsAhead * 50);
}

/** What frames `first` to `first + count` of a voice sound like. */
export function spoken(first: number, count: number, voice: AudioSource = tones()): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, i) => voice(first + i)));
}

/** The same, with silence where a recording has its gaps. */
export function spokenBetween(
  first: number,
  { durationMs, gaps }: { readonly durationMs: number; readonly gaps: readonly Gap[] },
  voice?: AudioSource,
): Buffer {
  const audio = spoken(first, Math.ceil(durationMs / frameMs), voice).subarray(
    0,
    durationMs * bytesPerMs,
  );
  for (const { atMs, ms } of gaps) {
    audio.fill(silenceByte, atMs * bytesPerMs, (atMs + ms) * bytesPerMs);
  }
  return audio;
}

/** Where in its voice the nth stream of a call began. */
export const firstFrame = async (call: CallHandle, nth = 1): Promise<number> =>
  (await call.when('stream-started', nth)).firstFrame;
