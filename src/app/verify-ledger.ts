/** Verifies all that the ledger holds and names what does not fit, in the order of the tree. */
import type { TreeHead } from '../core/ledger/checkpoint.ts';
import { checkOpening, dayOf, type Opening, parseLeaf } from '../core/ledger/entry.ts';
import { labelsOf } from '../core/ledger/facts.ts';
import { hold, LedgerFault } from '../core/ledger/fault.ts';
import { type Verifier, verifierOf } from '../core/ledger/note.ts';
import type { Hex, Uuid } from '../core/words.ts';
import {
  collectProblems,
  type Mark,
  markOf,
  outsideMark,
  type Problems,
  signedMark,
} from './ledger-heads.ts';
import type {
  CheckpointKeeper,
  LedgerReader,
  LedgerStore,
  OpenOpening,
  Problem,
  StoredCheckpoint,
  StoredEntry,
} from './ledger-ports.ts';
import { checkTree } from './ledger-tree.ts';

export interface LedgerReport {
  readonly ok: boolean;
  /** Leaves under the last checkpoint. */
  readonly size: number;
  readonly root: Hex;
  readonly checkpoints: number;
  /** Rows of `entry`, in the tree and in the queue. */
  readonly entries: number;
  /** Entries whose opening was opened and fits its leaf. */
  readonly opened: number;
  readonly problems: readonly Problem[];
}

/**
 * @param keys verifier keys, of now and of earlier, that may have signed checkpoints
 * @param keeper the checkpoint kept outside, if it can be reached
 * @param open opens sealed openings, if they are to be compared with their commitments
 */
export async function verifyLedger(
  store: LedgerStore,
  keys: readonly string[],
  keeper: CheckpointKeeper | null,
  open: OpenOpening | null,
): Promise<LedgerReport> {
  const verifiers = keys.map(verifierOf);
  // Before the snapshot: a checkpoint is kept outside only after it was committed.
  const kept = (await keeper?.last()) ?? null;
  const problems = collectProblems();
  /** Entries whose opening did not open, while their person may have been on the way out. */
  const unopened: Uuid[] = [];
  const report = await store.snapshot(async (reader) => {
    const head = await reader.head();
    const size = head?.size ?? 0;
    const outside = kept === null ? null : problems.try(() => outsideMark(kept, size, verifiers));
    let checkpoints = 0;
    const root = await checkTree(
      reader,
      size,
      async (after, upTo) => {
        const stored = await reader.checkpoints(after, upTo);
        checkpoints += stored.length;
        const marks = stored.map((row) => problems.try(() => markOf(row, verifiers)));
        return [...marks, within(outside, after, upTo)].filter((mark) => mark !== null);
      },
      problems,
    );
    for (const { where, why } of await reader.strays(size, 100)) problems.add(where, why);
    const counts = await checkEntries(reader, open, problems, unopened);
    return { size, root: root.toString('hex'), checkpoints, ...counts };
  });
  if (unopened.length > 0) await lookAgain(store, unopened, problems);
  const list = problems.list();
  return { ok: list.length === 0, ...report, problems: list };
}

/**
 * Keys are no part of the snapshot: of a person who was erased since, it shows openings that nobody
 * can open any more. What is not there any more was erased; what still is does not open.
 */
async function lookAgain(
  store: LedgerStore,
  ids: readonly Uuid[],
  problems: Problems,
): Promise<void> {
  await store.snapshot(async (reader) => {
    for (const id of ids) {
      const now = await reader.entry(id);
      if (now !== null && (now.leaf === null || now.openingSealed === null)) continue;
      problems.add(`entry ${id}`, 'its opening cannot be opened');
    }
  });
}

/**
 * What must hold before anything is signed: the tree, its last checkpoint, the one kept outside
 * and the one this process signed last belong together. Earlier checkpoints are not looked at.
 *
 * @param signed null if this process has signed nothing yet
 */
export async function verifyHead(
  store: LedgerStore,
  verifiers: readonly Verifier[],
  keeper: CheckpointKeeper,
  signed: TreeHead | null,
): Promise<{ readonly problems: readonly Problem[]; readonly head: StoredCheckpoint | null }> {
  const kept = await keeper.last();
  return store.snapshot(async (reader) => {
    const problems = collectProblems();
    const head = await reader.head();
    const size = head?.size ?? 0;
    const marks = [
      head && problems.try(() => markOf(head, verifiers)),
      kept === null ? null : problems.try(() => outsideMark(kept, size, verifiers)),
      signed && problems.try(() => signedMark(signed, size)),
    ];
    const marksIn = async (after: number, upTo: number): Promise<readonly Mark[]> =>
      marks.map((mark) => within(mark, after, upTo)).filter((mark) => mark !== null);
    await checkTree(reader, size, marksIn, problems);
    return { problems: problems.list(), head };
  });
}

/**
 * What a process that waits for its place looks at: the last checkpoint is signed by us, and the one
 * kept outside and the one found right before it are still among those that led to it. The tree is
 * looked at by whoever has the place, and by this process before it takes it.
 *
 * @throws LedgerFault
 */
export async function followHead(
  store: LedgerStore,
  verifiers: readonly Verifier[],
  kept: string | null,
  before: TreeHead | null,
): Promise<StoredCheckpoint | null> {
  return store.snapshot(async (reader) => {
    const head = await reader.head();
    const size = head?.size ?? 0;
    if (head !== null) markOf(head, verifiers);
    const marks = [
      kept === null ? null : outsideMark(kept, size, verifiers),
      before === null ? null : signedMark(before, size),
    ];
    for (const mark of marks) {
      if (mark === null || mark.size === 0) continue;
      const [then] = await reader.checkpoints(mark.size - 1, mark.size);
      const isThere = then?.root.equals(mark.root) === true;
      hold(isThere, mark.where, 'is not among the checkpoints of the ledger');
    }
    return head;
  });
}

function within(mark: Mark | null, after: number, upTo: number): Mark | null {
  return mark !== null && mark.size > after && mark.size <= upTo ? mark : null;
}

async function checkEntries(
  reader: LedgerReader,
  open: OpenOpening | null,
  problems: Problems,
  unopened: Uuid[],
): Promise<{ entries: number; opened: number }> {
  let entries = 0;
  let opened = 0;
  let page = await reader.entries(null, 500);
  while (page.length > 0) {
    for (const entry of page) {
      entries += 1;
      if (await checkEntry(entry, open, problems, unopened)) opened += 1;
    }
    page = await reader.entries(page.at(-1)?.id ?? null, 500);
  }
  return { entries, opened };
}

/** True if the opening was opened and fits. */
async function checkEntry(
  entry: StoredEntry,
  open: OpenOpening | null,
  problems: Problems,
  unopened: Uuid[],
): Promise<boolean> {
  const { leaf, openingSealed } = entry;
  if (leaf === null) return false;
  const where = `entry ${entry.id}`;
  const statement = problems.try(() => {
    const said = parseLeaf(leaf, where);
    hold(said.kind === entry.kind, where, 'has another kind in its row than in its leaf');
    hold(said.purpose === entry.purpose, where, 'has another purpose in its row than in its leaf');
    hold(said.tenant === entry.tenant, where, 'has another tenant in its row than in its leaf');
    hold(said.day === dayOf(entry.at), where, 'has another day in its row than in its leaf');
    return said;
  });
  if (statement === null || open === null || openingSealed === null) return false;
  let opening: Opening;
  try {
    opening = await open(entry);
  } catch (error) {
    if (error instanceof LedgerFault) problems.add(where, error.message);
    else unopened.push(entry.id);
    return false;
  }
  return (
    problems.try(() => {
      const missing = labelsOf(statement.v, statement.kind).find(
        (label) => !Object.hasOwn(opening, label),
      );
      hold(missing === undefined, where, `lacks the opening of “${missing}”`);
      checkOpening(statement, opening, where);
      checkColumns(entry, opening, where);
      return true;
    }) ?? false
  );
}

/** The row's columns say what the opened facts say. */
function checkColumns(entry: StoredEntry, opening: Opening, where: string): void {
  const columns = {
    entryId: entry.id,
    callId: entry.callId,
    partyId: entry.partyId,
    recordingId: entry.recordingId,
    at: new Date(entry.at).toISOString(),
  };
  for (const [label, column] of Object.entries(columns)) {
    const opened = opening[label];
    // A redacted call has let go of entries that stand by themselves.
    const isLetGo = column === null && (label === 'callId' || label === 'partyId');
    const fits = opened === undefined || opened.value === column || isLetGo;
    hold(fits, where, `has another ${label} in its row than in its facts`);
  }
}
