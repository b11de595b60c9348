/** One step of the tree, from its signed head to the next, with nothing taken on trust. */
import { signCheckpoint, type TreeHead } from '../core/ledger/checkpoint.ts';
import { hold } from '../core/ledger/fault.ts';
import { emptyRoot } from '../core/ledger/merkle.ts';
import type { Signer, Verifier } from '../core/ledger/note.ts';
import { append, edgeRoot, type Tile } from '../core/ledger/tiles.ts';
import { markOf, signedMark } from './ledger-heads.ts';
import type { Growth, QueuedLeaf, StoredCheckpoint } from './ledger-ports.ts';

/**
 * @param head the last checkpoint in the table
 * @param edge the tiles at the tree's right edge
 * @param signed the last head this process signed; null at first
 * @throws LedgerFault, and nothing is signed, if head, edge and memory do not belong together
 */
export function growTree(
  head: StoredCheckpoint | null,
  edge: readonly Tile[],
  queued: readonly QueuedLeaf[],
  signed: TreeHead | null,
  signer: Signer,
  verifiers: readonly Verifier[],
): Growth {
  const { where, size, root } =
    head === null
      ? { where: 'last checkpoint', size: 0, root: emptyRoot }
      : markOf(head, verifiers);
  const own = signed && signedMark(signed, size);
  const same = own === null || size > own.size || root.equals(own.root);
  hold(same, where, 'has another root than the one signed here');
  hold(edgeRoot(size, edge).equals(root), where, 'has a root that the tiles do not have');

  const hashes = queued.map(({ hash }) => hash);
  const grown = append(size, edge, hashes);
  const note = signCheckpoint(grown, signer);
  const checkpoint = { size: grown.size, root: grown.root, note };
  return { firstIndex: size, tiles: grown.tiles, checkpoint };
}
