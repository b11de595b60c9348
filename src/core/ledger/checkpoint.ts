/** Checkpoints (c2sp.org/tlog-checkpoint): origin, size and root of the tree, as a signed note. */
import { fromBase64 } from './base64.ts';
import { hold } from './fault.ts';
import { hashBytes } from './merkle.ts';
import { openNote, type Signer, signNote, type Verifier } from './note.ts';

export interface TreeHead {
  /** Leaves in the tree. */
  readonly size: number;
  readonly root: Buffer;
}

export interface Checkpoint extends TreeHead {
  /** Name of the ledger; ours is also the name of its key. */
  readonly origin: string;
  /** The key that signed it. */
  readonly vkey: string;
}

/** The signer's name is the origin. */
export function signCheckpoint(head: TreeHead, signer: Signer): string {
  return signNote(`${signer.name}\n${head.size}\n${head.root.toString('base64')}\n`, signer);
}

/**
 * Reads and verifies a checkpoint: three lines, no extensions, one signature by a key of the
 * origin's name.
 *
 * @throws LedgerFault at `where`
 */
export function openCheckpoint(
  note: string,
  verifiers: readonly Verifier[],
  where = 'checkpoint',
): Checkpoint {
  const { text, verifier } = openNote(note, verifiers, where);
  const [origin, sizeText, rootText, ...rest] = text.slice(0, -1).split('\n');
  hold(rest.length === 0, where, 'has more than origin, size and root');
  hold(origin === verifier.name, where, 'has an origin that is not its key’s name');
  hold(/^(0|[1-9][0-9]{0,15})$/.test(sizeText ?? ''), where, 'has no size');
  const size = Number(sizeText);
  hold(Number.isSafeInteger(size), where, 'has a size beyond 2^53');
  const root = fromBase64(rootText ?? '', where);
  hold(root.length === hashBytes, where, 'has a root that is not 32 bytes long');
  return { origin, size, root, vkey: verifier.vkey };
}
