/** Signed heads of the tree, from the table and from outside, before they are compared with it. */
import { openCheckpoint, type TreeHead } from '../core/ledger/checkpoint.ts';
import { hold, LedgerFault } from '../core/ledger/fault.ts';
import type { Verifier } from '../core/ledger/note.ts';
import type { Problem, StoredCheckpoint } from './ledger-ports.ts';

/** A root that the tree must have had at a size, and where that is written. */
export interface Mark {
  readonly where: string;
  readonly size: number;
  readonly root: Buffer;
}

export function checkpointLabel(size: number): string {
  return `checkpoint of ${size} leaves`;
}

/**
 * A row of `ledger_checkpoint` whose note is signed by us and says what its columns say.
 *
 * @throws LedgerFault
 */
export function markOf(stored: StoredCheckpoint, verifiers: readonly Verifier[]): Mark {
  const where = checkpointLabel(stored.size);
  const signed = openCheckpoint(stored.note, verifiers, where);
  hold(signed.size === stored.size, where, `has a note that says ${signed.size} leaves`);
  hold(signed.root.equals(stored.root), where, 'has a note that says another root');
  return { where, size: signed.size, root: signed.root };
}

/**
 * The checkpoint kept outside, which the ledger must still contain.
 *
 * @param size leaves in the ledger now
 * @throws LedgerFault
 */
export function outsideMark(note: string, size: number, verifiers: readonly Verifier[]): Mark {
  const where = 'checkpoint kept outside';
  const { size: keptSize, root } = openCheckpoint(note, verifiers, where);
  return contained({ where, size: keptSize, root }, size);
}

/** The head that this process signed last, which the ledger must still contain. */
export function signedMark({ size: signedSize, root }: TreeHead, size: number): Mark {
  return contained({ where: 'checkpoint signed here', size: signedSize, root }, size);
}

function contained(mark: Mark, size: number): Mark {
  const why = `covers ${mark.size} leaves and the ledger has ${size}: it was set back`;
  hold(mark.size <= size, mark.where, why);
  return mark;
}

/** Collects what does not hold, in the order found, up to a limit. */
export interface Problems {
  add(where: string, why: string): void;
  /** Runs a check and turns a `LedgerFault` into a problem; null then. */
  try<Result>(check: () => Result): Result | null;
  list(): readonly Problem[];
}

/** One cause can show in every later leaf; the first hundred places say enough. */
const problemsMax = 100;

export function collectProblems(): Problems {
  const found: Problem[] = [];
  let more = 0;
  const add = (where: string, why: string): void => {
    if (found.length < problemsMax) found.push({ where, why });
    else more += 1;
  };
  return {
    add,
    try(check) {
      try {
        return check();
      } catch (error) {
        if (!(error instanceof LedgerFault)) throw error;
        add(error.where, error.why);
        return null;
      }
    },
    list: () =>
      more === 0 ? found : [...found, { where: 'ledger', why: `has ${more} problems more` }],
  };
}
