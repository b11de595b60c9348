/** Counts of a run, by kind. */
import type { RecordKind } from '../core/retention/plan.ts';
import type { Uuid } from '../core/words.ts';
import type { Batch, Counted, Counts, Leftovers } from './retention-ports.ts';

type Kind = RecordKind | 'permits' | 'people';
const none: Counted = { redacted: 0, held: 0, open: 0, failed: 0 };

/** With so many more; nothing more leaves the counts as they are. */
export function tally(counts: Counts, kind: Kind, more: Partial<Counted>): Counts {
  if (Object.values(more).every((count) => count === 0)) return counts;
  const before = counts[kind] ?? none;
  const added = {
    redacted: before.redacted + (more.redacted ?? 0),
    held: before.held + (more.held ?? 0),
    open: before.open + (more.open ?? 0),
    failed: before.failed + (more.failed ?? 0),
  };
  return { ...counts, [kind]: added };
}

/**
 * @param left of the batch's items, those that a second look found
 * @param unsure recordings whose bytes may be left
 */
export function tallyBatch(
  counts: Counts,
  kind: Kind,
  { items, held, open }: Batch,
  left: Leftovers,
  unsure: readonly Uuid[],
): Counts {
  const gone = items.filter(({ id }) => !left.has(id));
  const late = (why: string) => [...left.values()].filter((found) => found === why).length;
  const rest = { held: held + late('held'), open: open + late('open'), failed: late('remains') };
  if (kind === 'recordings') {
    const redacted = gone.length - unsure.length;
    return tally(counts, kind, { ...rest, redacted, failed: rest.failed + unsure.length });
  }
  const all = tally(counts, kind, { ...rest, redacted: gone.length });
  const recordings = gone.flatMap((item) => item.recordings).length;
  const redacted = recordings - unsure.length;
  const withAudio = tally(all, 'recordings', { redacted, failed: unsure.length });
  return tally(withAudio, 'forms', { redacted: gone.reduce((sum, { forms }) => sum + forms, 0) });
}
