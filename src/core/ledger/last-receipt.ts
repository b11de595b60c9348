/**
 * The receipt of one more entry than a ledger has, made without the ledger: of its right edge and
 * its signer alone. So a certificate can be signed when everything that it is about is gone.
 */
import { signCheckpoint, type TreeHead } from './checkpoint.ts';
import { decodeOpening, leafBytes, type MadeEntry, parseLeaf } from './entry.ts';
import { inclusionRanges, leafHash, rangeHash } from './merkle.ts';
import type { Signer } from './note.ts';
import type { Receipt } from './receipt.ts';
import { amongThese } from './shared-text.ts';
import { append, hashesIn, type Tile } from './tiles.ts';

/**
 * @param size leaves of the ledger so far
 * @param edge its `edgeTiles`
 * @throws LedgerFault if the edge is not complete
 */
export function lastReceipt(
  { leaf, opening, texts }: MadeEntry,
  { size, edge }: Pick<TreeHead, 'size'> & { readonly edge: readonly Tile[] },
  signer: Signer,
): Receipt {
  const grown = append(size, edge, [leafHash(leafBytes(leaf))]);
  const hashAt = hashesIn([...edge, ...grown.tiles]);
  const hashes = inclusionRanges(size, grown.size).map((range) => rangeHash(range, hashAt));
  return {
    v: 1,
    statement: parseLeaf(leaf, 'last leaf'),
    openings: decodeOpening(opening, amongThese(texts)),
    proof: { leafIndex: size, hashes: hashes.map((hash) => hash.toString('base64')) },
    checkpoint: signCheckpoint(grown, signer),
    key: signer.vkey,
  };
}
