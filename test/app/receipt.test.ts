import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postgresLedger } from '../../src/adapters/postgres/ledger.ts';
import type { LedgerStore } from '../../src/app/ledger-ports.ts';
import { createReceipts, type Receipts } from '../../src/app/receipt.ts';
import type { Sequencer } from '../../src/app/sequence-ledger.ts';
import { signerOf } from '../../src/core/ledger/note.ts';
import { formatReceipt, type Receipt } from '../../src/core/ledger/receipt.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import { type LedgerWorld, ledgerWorld, openSealed, signer, tenantId } from './ledger-world.ts';

let world: LedgerWorld;
let store: LedgerStore;
let sequencer: Sequencer;
let receipts: Receipts;
beforeEach(async () => {
  world = await ledgerWorld();
  store = postgresLedger(world.sql);
  sequencer = world.sequencer();
  await sequencer.start();
  receipts = createReceipts(store, [signer.vkey], openSealed);
});
afterEach(async () => {
  await sequencer.stop();
  await world.close();
});

const receiptOf = async (id: string): Promise<Receipt> => {
  const receipt = await receipts.receiptFor(tenantId, id);
  if (receipt === null || receipt === 'pending') throw new Error(`no receipt: ${receipt}`);
  return receipt;
};

describe('a receipt', () => {
  it('is pending until a signed checkpoint covers its entry', async () => {
    const id = await world.enter();
    expect(await receipts.receiptFor(tenantId, id)).toBe('pending');
    expect(await receipts.checkpoint()).toBe(null);
    await sequencer.flush();
    const receipt = await receiptOf(id);
    expect(receipt.checkpoint).toBe(await receipts.checkpoint());
    expect(verifyReceipt(formatReceipt(receipt), signer.vkey)).toMatchObject({
      ok: true,
      facts: { entryId: id, number: '+14155550123', answer: 'grant' },
    });
  });

  it('verifies for every entry of a growing tree, and the earlier ones for ever', async () => {
    const kept: string[] = [];
    for (const count of [1, 3, 255, 80]) {
      const ids = await world.enterMany(count);
      await sequencer.flush();
      for (const id of ids) kept.push(formatReceipt(await receiptOf(id)));
    }
    expect(kept).toHaveLength(339);
    for (const text of kept) expect(verifyReceipt(text, signer.vkey)).toMatchObject({ ok: true });
    const indexes = kept.map((text) => JSON.parse(text).proof.leafIndex);
    expect(indexes.sort((a, b) => a - b)).toEqual(kept.map((_, i) => i));
  });

  it('does not exist for an unknown entry, nor for another tenant', async () => {
    const id = await world.enter();
    await sequencer.flush();
    expect(await receipts.receiptFor(tenantId, tenantId)).toBe(null);
    expect(await receipts.receiptFor(id, id)).toBe(null);
  });

  it('says nothing of the person once the opening was erased, and is gone with the leaf', async () => {
    const id = await world.enter('+14155550199');
    await sequencer.flush();
    const earlier = formatReceipt(await receiptOf(id));
    await world.sql`update entry set opening = null where id = ${id}`;
    const bare = await receiptOf(id);
    expect(bare.openings).toEqual({});
    expect(verifyReceipt(formatReceipt(bare))).toMatchObject({ ok: true });
    await world.sql`update ledger_leaf set leaf = null where entry_id = ${id}`;
    expect(await receipts.receiptFor(tenantId, id)).toBe(null);
    await world.enterMany(3);
    await sequencer.flush();
    expect(verifyReceipt(earlier, signer.vkey)).toMatchObject({ ok: true });
  });

  it('carries the key that signed its checkpoint, also after a new one began', async () => {
    const id = await world.enter();
    await sequencer.flush();
    const next = signerOf('ledger.test', Buffer.alloc(32, 5));
    receipts = createReceipts(store, [next.vkey, signer.vkey], openSealed);
    expect((await receiptOf(id)).key).toBe(signer.vkey);
  });

  it('is not given out when the ledger would not bear it', async () => {
    const [id = ''] = await world.enterMany(3);
    await sequencer.flush();
    await world.tamper(
      (tx) => tx`update ledger_tile set data = set_byte(data, 70, get_byte(data, 70) # 1)`,
    );
    const [row] = await world.sql`select idx from ledger_leaf where entry_id = ${id}`;
    if (Number(row?.['idx']) !== 2) {
      await expect(receipts.receiptFor(tenantId, id)).rejects.toThrow('does not lead');
    }
    await world.tamper(
      (tx) => tx`update ledger_leaf set leaf = set_byte(leaf, 90, 48) where entry_id = ${id}`,
    );
    await expect(receipts.receiptFor(tenantId, id)).rejects.toThrow('ledger_broken');
  });
});
