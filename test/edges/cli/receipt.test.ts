import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresLedger } from '../../../src/adapters/postgres/ledger.ts';
import { createReceipts } from '../../../src/app/receipt.ts';
import { signerOf } from '../../../src/core/ledger/note.ts';
import { formatReceipt } from '../../../src/core/ledger/receipt.ts';
import type { CommandStores } from '../../../src/edges/cli/parts.ts';
import {
  type LedgerWorld,
  ledgerWorld,
  openSealed,
  signer,
  tenantId,
} from '../../app/ledger-world.ts';
import { grant, receiptOf, signer as sampleSigner } from '../../core/ledger/samples.ts';
import { consentry } from './console.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-receipt-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('receipt verify, offline', () => {
  const text = formatReceipt(receiptOf(3, 9));

  test('a receipt that holds is told in words, with the key that was used', async () => {
    const file = join(folder, 'good.json');
    writeFileSync(file, text);
    const { code, out, err } = await consentry({}, 'receipt', 'verify', file);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('The receipt holds: grant of recording on 2026-11-22.');
    expect(out).toContain('It is entry 3 of the 9 under a checkpoint signed by ledger.test.');
    expect(out).toContain(`Checked with the key in the receipt itself: ${sampleSigner.vkey}`);
  });

  test('which law, by what way and on what evidence are told in plain words', async () => {
    const { out } = await consentry({ stdin: [text] }, 'receipt', 'verify', '-');
    const lines = out.split('\n').map((line) => line.trim());
    const at = lines.findIndex((line) => line.startsWith('jurisdiction'));
    expect(lines.slice(at, at + 3)).toEqual([
      'jurisdiction  everybody must consent (rules: US, US-CA, strictest; table of 2026-01-02; no legal advice)',
      'caller: California (US-CA), confidence low',
      'line: not known',
    ]);
    expect(lines).toContain('channel       in the call');
    expect(lines).toContain('evidence      nothing beside the call itself');
  });

  test('facts in a form that is not known are printed as they are', async () => {
    const odd = { ...grant, jurisdiction: { mode: '\u001b[2J' } as never, channel: 'fax' as never };
    const { out } = await consentry(
      { stdin: [formatReceipt(receiptOf(0, 1, odd))] },
      'receipt',
      'verify',
      '-',
    );
    expect(out).toMatch(/channel +fax/);
    expect(out).toMatch(/jurisdiction +\{"mode":"\\u001b\[2J"\}/);
  });

  test('receipts of the first version verify as ever', async () => {
    const file = join(import.meta.dirname, '../../golden/receipts/v1-grant.json');
    const { code, out } = await consentry({}, 'receipt', 'verify', file);
    expect(code).toBe(0);
    expect(out).toContain('The receipt holds: grant of recording on 2026-11-22.');
    expect(out).not.toContain('jurisdiction');
  });

  test('it can come by standard input, and the verdict as JSON', async () => {
    const { code, out } = await consentry({ stdin: [text] }, 'receipt', 'verify', '-', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, keyFrom: 'receipt', leafIndex: 3, size: 9 });
  });

  test('a given key is used and named; another key than the signer’s refuses', async () => {
    const verify = (key: string) =>
      consentry({ stdin: [text] }, 'receipt', 'verify', '-', '--key', key);
    const good = await verify(sampleSigner.vkey);
    expect(good).toMatchObject({ code: 0 });
    expect(good.out).toContain(`Checked with the key that was given: ${sampleSigner.vkey}`);
    const other = await verify(signerOf('ledger.test', Buffer.alloc(32, 1)).vkey);
    expect(other).toMatchObject({ code: 1 });
    expect(other.out).toContain('The receipt does not hold. key: is not the key that was given');
  });

  /** Characters of values: what stands between quotes, and digits. */
  const places = [...text.matchAll(/[A-Za-z0-9+/=](?=[^\n]*["0-9])/g)].map(({ index }) => index);

  test('one flipped bit anywhere in a value is exit code 1, and says where', async () => {
    const step = Math.max(1, Math.floor(places.length / 120));
    for (let i = 0; i < places.length; i += step) {
      const bytes = Buffer.from(text);
      const at = Buffer.byteLength(text.slice(0, places[i]));
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const { code, out } = await consentry({ stdin: [bytes] }, 'receipt', 'verify', '-', '--json');
      expect({ at, code }).toEqual({ at, code: 1 });
      expect(JSON.parse(out)).toEqual({
        ok: false,
        where: expect.any(String),
        why: expect.any(String),
      });
    }
  });

  test.each([
    ['', 'receipt: is not JSON'],
    ['{}', 'receipt: lacks'],
    [Buffer.concat([Buffer.from(text), Buffer.of(0xff)]), 'standard input is not UTF-8 text'],
    [' '.repeat(1_048_577), 'standard input is larger than 1024 KiB'],
  ])('what is no receipt does not hold', async (stdin, why) => {
    const { code, out } = await consentry({ stdin: [stdin] }, 'receipt', 'verify', '-');
    expect(code).toBe(1);
    expect(out).toContain('The receipt does not hold. ');
    expect(out).toContain(why);
  });

  test('a file that is not there is a failure, not a verdict', async () => {
    const { code, out, err } = await consentry({}, 'receipt', 'verify', join(folder, 'none.json'));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('none.json cannot be read (ENOENT)');
  });
});

describe('receipt show', () => {
  let world: LedgerWorld;
  let stores: Partial<CommandStores>;
  let id: string;
  beforeAll(async () => {
    world = await ledgerWorld();
    const receipts = createReceipts(postgresLedger(world.sql), [signer.vkey], openSealed);
    stores = { tenantId, receipts };
    [id = ''] = await world.enterMany(5);
    const sequencer = world.sequencer();
    await sequencer.start();
    await sequencer.flush();
    await sequencer.stop();
  });
  afterAll(() => world.close());

  const show = (...args: readonly string[]) => consentry({ stores }, 'receipt', 'show', ...args);
  const verify = (text: string) => consentry({ stdin: [text] }, 'receipt', 'verify', '-', '--json');

  test('what is printed verifies, pretty and as one line', async () => {
    const { code, out } = await show(id);
    expect(code).toBe(0);
    expect(await verify(out)).toMatchObject({ code: 0 });
    const json = await show(id, '--json');
    expect(json.out.split('\n')).toHaveLength(2);
    expect(JSON.parse(json.out)).toEqual(JSON.parse(out));
  });

  test('without the number it verifies still, and the number is not in it', async () => {
    const { out } = await show(id, '--without', 'number,callSid');
    expect(out).not.toContain('4155550123');
    const verdict = await verify(out);
    expect(verdict).toMatchObject({ code: 0 });
    expect(JSON.parse(verdict.out)).toMatchObject({ withheld: ['callSid', 'number'] });
    expect((await show(id, '--without', 'number', '--text')).out).toMatch(/number +\(left out\)/);
  });

  test('a fact that the entry does not have cannot be left out', async () => {
    const { code, err } = await show(id, '--without', 'nummer');
    expect(code).toBe(2);
    expect(err).toMatch(/“nummer”; allowed: entryId, .*; did you mean number\?/);
  });

  test('a file is written for its owner only, and replaced only by force', async () => {
    const file = join(folder, 'receipt.json');
    expect(await show(id, '--out', file)).toMatchObject({ code: 0, out: `wrote ${file}\n` });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await verify(readFileSync(file, 'utf8'))).toMatchObject({ code: 0 });
    writeFileSync(file, 'mine');
    const again = await show(id, '--out', file);
    expect(again).toMatchObject({ code: 2, out: '' });
    expect(again.err).toContain(`${file} is there already; --force replaces it`);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await show(id, '--out', file, '--force')).toMatchObject({ code: 0 });
    expect(await verify(readFileSync(file, 'utf8'))).toMatchObject({ code: 0 });
  });

  test('an entry that does not exist is a failure', async () => {
    const none = await show('0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33');
    expect(none).toMatchObject({ code: 1, err: 'consentry: there is no entry with this id\n' });
  });

  test('an entry that no checkpoint covers is waited for, and then pending', async () => {
    const pending = await show(await world.enter());
    expect(pending).toMatchObject({ code: 1 });
    expect(pending.err).toContain('not yet under a signed checkpoint');
  });
});
