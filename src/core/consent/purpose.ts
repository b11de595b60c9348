import type { Purpose } from '../words.ts';

/**
 * The purposes that use the live audio: each has a gate on every leg. The others are uses of
 * what was kept, or of the number; they have a status and no gate.
 */
export const gatedPurposes = [
  'recording',
  'transcription',
  'analysis',
] as const satisfies readonly Purpose[];

export function isGated(purpose: Purpose): boolean {
  return (gatedPurposes as readonly Purpose[]).includes(purpose);
}
