import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresLedger } from '../../../src/adapters/postgres/ledger.ts';
import { createReceipts } from '../../../src/app/receipt.ts';
import { openCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { verifierOf } from '../../../src/core/ledger/note.ts';
import type { CommandStores } from '../../../src/edges/cli/parts.ts';
import {
  type LedgerWorld,
  ledgerWorld,
  openSealed,
  signer,
  tenantId,
} from '../../app/ledger-world.ts';
import { consentry } from './console.ts';

let world: LedgerWorld;
let stores: Partial<CommandStores>;

beforeAll(async () => {
  world = await ledgerWorld();
  const store = postgresLedger(world.sql);
  stores = {
    tenantId,
    receipts: createReceipts(store, [signer.vkey], openSealed),
    ledger: { store, keys: [signer.vkey], keeper: world.keeper, open: openSealed },
  };
});
afterAll(() => world.close());

const ledger = (...args: readonly string[]) => consentry({ stores }, 'ledger', ...args);

async function sequence(count: number): Promise<void> {
  await world.enterMany(count);
  const sequencer = world.sequencer();
  await sequencer.start();
  await sequencer.flush();
  await sequencer.stop();
}

test('an empty ledger holds and has no checkpoint', async () => {
  expect(await ledger('verify')).toMatchObject({ code: 0, err: '' });
  expect(await ledger('checkpoint')).toMatchObject({
    code: 1,
    err: 'consentry: no checkpoint is signed yet\n',
  });
});

test('a ledger that holds is told by size, root, checkpoints and entries', async () => {
  await sequence(300);
  await world.enter();
  const { code, out } = await ledger('verify');
  expect(code).toBe(0);
  expect(out).toMatch(/^leaves {7}300\nroot {9}[0-9a-f]{64}\ncheckpoints {2}\d+\n/);
  expect(out).toContain('entries      301, of which 301 were opened and compared\n');
  expect(out).toContain('The ledger holds.');
  const json = JSON.parse((await ledger('verify', '--json')).out);
  expect(json).toMatchObject({ ok: true, size: 300, entries: 301, problems: [] });
});

test('the bar moves with the leaves and is taken away', async () => {
  const { drawn } = await consentry({ stores, isTty: true }, 'ledger', 'verify');
  expect(drawn[0]).toMatch(/^verifying \[\.+\] 0 %$/);
  expect(drawn.at(-1)).toBe('');
});

test('the checkpoint is printed with the key that verifies it', async () => {
  const { code, out } = await ledger('checkpoint');
  expect(code).toBe(0);
  const [note = '', key = ''] = out.split('\nVerifier key: ');
  expect(key.trim()).toBe(signer.vkey);
  expect(openCheckpoint(note, [verifierOf(key.trim())]).size).toBe(300);
  const json = JSON.parse((await ledger('checkpoint', '--json')).out);
  expect(json).toMatchObject({ note, key: signer.vkey, origin: 'ledger.test', size: 300 });
  expect(json.root).toMatch(/^[0-9a-f]{64}$/);
});

test('a wrong byte in a leaf is named, with exit code 1', async () => {
  await world.tamper(
    (tx) => tx`update ledger_leaf set leaf = set_byte(leaf, 20, 0) where idx = 257`,
  );
  const { code, out } = await ledger('verify');
  expect(code).toBe(1);
  expect(out).toContain('The ledger does not hold:\n  leaf 257: ');
  const json = await ledger('verify', '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false });
});
