/** What others are told of live batches: which lines of theirs changed, and never whose they are. */
import type { Instant, Uuid } from '../words.ts';

export const batchType = 'batch.changed';

export interface ToldChange {
  readonly position: number;
  readonly line: number;
  readonly code: string;
  readonly list: string;
  readonly version: string;
  readonly at: Instant;
}

/** Where a reader of changes goes on. */
export const cursorOf = (position: number): string => String(position);

/** A change as everybody is told of it. */
export const viewOfChange = ({ position, at, ...change }: ToldChange) => ({
  ...change,
  at: new Date(at).toISOString(),
  cursor: cursorOf(position),
});

/** @param isMore true: there are more than are named, to be read from the last one on */
export function batchBodyOf(batch: Uuid, changes: readonly ToldChange[], isMore: boolean): string {
  const latest = Math.max(...changes.map(({ at }) => at));
  return JSON.stringify({
    type: batchType,
    timestamp: new Date(latest).toISOString(),
    data: { batch, changes: changes.map(viewOfChange), more: isMore },
  });
}
