/** The whole check of a receipt: pure, offline, with nothing but node:crypto below it. */

import type { Json } from './canonical.ts';
import { openCheckpoint } from './checkpoint.ts';
import { checkOpening, leafOf, type Statement } from './entry.ts';
import { labelsOf } from './facts.ts';
import { hold, LedgerFault } from './fault.ts';
import { leafHash, rootFromInclusion } from './merkle.ts';
import { verifierOf } from './note.ts';
import { readReceipt } from './receipt.ts';

export interface VerifiedReceipt {
  readonly ok: true;
  readonly statement: Statement;
  /** The opened facts, by label. */
  readonly facts: Readonly<Record<string, Json>>;
  /** Labels whose openings were left out. */
  readonly withheld: readonly string[];
  readonly leafIndex: number;
  /** Leaves under the checkpoint. */
  readonly size: number;
  readonly origin: string;
  readonly key: string;
  /** `given`: the caller named the key; `receipt`: the receipt's own was taken at its word. */
  readonly keyFrom: 'given' | 'receipt';
}

export interface RefusedReceipt {
  readonly ok: false;
  readonly where: string;
  readonly why: string;
}

/**
 * Never throws for what is in the text.
 *
 * @param text the receipt's JSON
 * @param keyOverride the verifier key to trust; without it, the one in the receipt
 */
export function verifyReceipt(
  text: string,
  keyOverride?: string,
): VerifiedReceipt | RefusedReceipt {
  try {
    return verify(text, keyOverride);
  } catch (error) {
    if (error instanceof LedgerFault) return { ok: false, where: error.where, why: error.why };
    throw error;
  }
}

function verify(text: string, keyOverride: string | undefined): VerifiedReceipt {
  const { receipt, hashes } = readReceipt(text);
  const { statement, openings } = receipt;
  checkOpening(statement, openings, 'openings');

  const verifier = verifierOf(keyOverride ?? receipt.key);
  hold(receipt.key === verifier.vkey, 'key', 'is not the key that was given');
  const checkpoint = openCheckpoint(receipt.checkpoint, [verifier]);

  const { leafIndex } = receipt.proof;
  hold(leafIndex < checkpoint.size, 'proof.leafIndex', 'lies beyond the checkpoint');
  const leaf = leafHash(leafOf(statement));
  const root = rootFromInclusion(leaf, leafIndex, checkpoint.size, hashes);
  hold(root !== null, 'proof.hashes', 'has a number of hashes that does not fit index and size');
  const why = 'does not lead from the statement to the root of the checkpoint';
  hold(root.equals(checkpoint.root), 'proof', why);

  return {
    ok: true,
    statement,
    facts: Object.fromEntries(Object.entries(openings).map(([label, { value }]) => [label, value])),
    withheld: labelsOf(statement.v, statement.kind).filter(
      (label) => !Object.hasOwn(openings, label),
    ),
    leafIndex,
    size: checkpoint.size,
    origin: checkpoint.origin,
    key: verifier.vkey,
    keyFrom: keyOverride === undefined ? 'receipt' : 'given',
  };
}
