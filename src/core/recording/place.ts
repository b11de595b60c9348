import { chunkBytes, chunkSpan } from './age-payload.ts';
import { audioBytesPerMs } from './records.ts';
import { wavHeaderBytes } from './wav.ts';

/** Where in a recording something is: for the person at the disk, and for the one who listens. */
export interface Place {
  /** In the age payload as it lies in the vault. */
  readonly atByte: number;
  /** In the sound, `mm:ss`; minutes go past 59. */
  readonly at: string;
}

/** Where chunk `index` of the payload begins. */
export function placeOfChunk(index: number): Place {
  const { start } = chunkSpan(index, Number.POSITIVE_INFINITY);
  const dataByte = Math.max(0, index * chunkBytes - wavHeaderBytes);
  const seconds = Math.floor(dataByte / audioBytesPerMs / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return { atByte: start, at: `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}` };
}
