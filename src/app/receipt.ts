/** Makes receipts: what a person takes away, and needs nobody to check. */
import { openCheckpoint, type TreeHead } from '../core/ledger/checkpoint.ts';
import { parseLeaf } from '../core/ledger/entry.ts';
import { LedgerFault } from '../core/ledger/fault.ts';
import { inclusionRanges, rangeHash } from '../core/ledger/merkle.ts';
import { verifierOf } from '../core/ledger/note.ts';
import { formatReceipt, type Receipt } from '../core/ledger/receipt.ts';
import { hashesIn, tilesOf } from '../core/ledger/tiles.ts';
import { verifyReceipt } from '../core/ledger/verify.ts';
import type { Uuid } from '../core/words.ts';
import type { LedgerReader, LedgerStore, OpenOpening } from './ledger-ports.ts';

export interface Receipts {
  /**
   * `pending` until a signed checkpoint covers the entry. Null if the tenant has no such entry,
   * or if its leaf was erased: then only the person's own receipt is left.
   *
   * @throws LedgerFault if the receipt would not verify
   */
  receiptFor(tenantId: Uuid, entryId: Uuid): Promise<Receipt | 'pending' | null>;
  /** The newest signed checkpoint; null before the first. */
  checkpoint(): Promise<string | null>;
}

/** @param keys verifier keys, of now and of earlier, that may have signed the last checkpoint */
export function createReceipts(
  store: LedgerStore,
  keys: readonly string[],
  open: OpenOpening,
): Receipts {
  const verifiers = keys.map(verifierOf);
  return {
    receiptFor: (tenantId, entryId) =>
      store.snapshot(async (reader) => {
        const entry = await reader.entry(entryId);
        if (entry === null || entry.tenantId !== tenantId || entry.leaf === null) return null;
        const head = await reader.head();
        if (entry.index === null || head === null) return 'pending';
        const key = openCheckpoint(head.note, verifiers).vkey;
        const receipt: Receipt = {
          v: 1,
          statement: parseLeaf(entry.leaf, `leaf ${entry.index}`),
          openings: entry.openingSealed === null ? {} : await open(entry),
          proof: { leafIndex: entry.index, hashes: await proofOf(reader, entry.index, head) },
          checkpoint: head.note,
          key,
        };
        const verdict = verifyReceipt(formatReceipt(receipt), key);
        if (!verdict.ok)
          throw new LedgerFault(`leaf ${entry.index}, ${verdict.where}`, verdict.why);
        return receipt;
      }),
    checkpoint: () => store.snapshot(async (reader) => (await reader.head())?.note ?? null),
  };
}

async function proofOf(reader: LedgerReader, index: number, head: TreeHead): Promise<string[]> {
  const ranges = inclusionRanges(index, head.size);
  const hashAt = hashesIn(await reader.tiles(tilesOf(ranges, head.size)));
  return ranges.map((range) => rangeHash(range, hashAt).toString('base64'));
}
