import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BatchStore, FinishedBatch } from '../../../src/app/batch-ports.ts';
import { createEntryMaker } from '../../../src/app/make-entry.ts';
import { oneByOne } from '../../../src/app/screen.ts';
import { makeEntry } from '../../../src/core/ledger/entry.ts';
import { formatReceipt } from '../../../src/core/ledger/receipt.ts';
import { screener } from '../../../src/core/suppression/calling-rules-shipped.ts';
import { standardPolicy } from '../../../src/core/suppression/inquiry.ts';
import { receiptOf, signer } from '../../core/ledger/samples.ts';
import { consentry, jsonLines } from './console.ts';

const now = Date.parse('2026-07-01T15:00:00Z');
const batch = '00000000-0000-4000-8000-00000000000f';
const clock = { now: () => now, monotonic: () => now };
const random = { bytes: (count: number) => Buffer.alloc(count, 5), uuid: () => batch };
const hits = () => [];
const none = { states: new Map(), asOf: 4, ageMs: 0, hits, hitsOfEach: oneByOne(hits) };
const finished: FinishedBatch[] = [];
const ended: string[] = [];
const batches = {
  begin: async () => {},
  keep: async () => {},
  finish: async (_id, done) => {
    finished.push(done);
    return true;
  },
  end: async (id) => {
    ended.push(id);
    return true;
  },
} as Partial<BatchStore> as BatchStore;
const cipher = { seal: () => Buffer.alloc(1) } as never;
const tenant = { id: 'tenant', pseudonym: 'a5'.repeat(16), cipher };
const openScreening = async () => ({
  tenantId: 'tenant',
  parts: {
    screener,
    people: { find: async () => ({}) },
    lists: { now: () => none },
    policy: standardPolicy,
    clock,
  },
  batchParts: {
    batches,
    entries: createEntryMaker(
      tenant,
      random,
      () => '',
      () => null,
    ),
    signer,
    pseudonym: tenant.pseudonym,
    place: () => null,
    engine: { tz: 'test' },
    manifests: () => [],
    clock,
    random,
  },
  close: async () => {},
});

let folder: string;
let files: { readonly input: string; readonly output: string; readonly certificate: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'consentry-batch-'));
  const at = (name: string) => join(folder, name);
  files = { input: at('leads.txt'), output: at('answer.txt'), certificate: at('leads.cert') };
  writeFileSync(files.input, '+12125550100\r\n+18085550100\nnonsense');
});

async function certify(...more: readonly string[]) {
  const args = ['--file', files.input, '--certificate', files.certificate, ...more];
  const ran = await consentry({ openScreening }, 'screen', ...args);
  writeFileSync(files.output, ran.out);
  return ran;
}
const verify = (...args: readonly string[]) => consentry({}, 'batch', 'verify', ...args);

describe('a file that is screened', () => {
  test('is counted by decision and reason', async () => {
    const { err, out, code } = await consentry({ openScreening }, 'screen', '--file', files.input);
    expect([code, out.split('\n').length]).toEqual([0, 4]);
    expect(err).toMatch(/^3 lines: 1 allow, 1 hold, 1 deny\n/);
    expect(err).toMatch(/OUTSIDE_HOURS +1\n/);
    expect(err).toMatch(/INVALID_NUMBER +1\n/);
  });

  test('is certified where that is asked for, and the certificate is of both files', async () => {
    const { code, err } = await certify();
    expect(code).toBe(0);
    expect(err).toContain(`certificate of batch ${batch} in ${files.certificate}`);
    const { input, output, certificate } = files;
    const ran = await verify(
      certificate,
      '--input',
      input,
      '--output',
      output,
      '--key',
      signer.vkey,
    );
    expect(ran.code).toBe(0);
    for (const told of [
      'The certificate holds.',
      '3 lines: 1 allow, 1 hold, 1 deny',
      `${input} is the list that was screened`,
      `${output} is the answer that was given`,
      'Checked with the key that was given',
      'Not looked at:',
      'that it stands in the ledger, and since when',
      'whether lists and rules were right',
    ]) {
      expect(ran.out).toContain(told);
    }
    expect(ran.out).not.toContain('which list was screened: name it');
    const text = readFileSync(certificate, 'utf8');
    for (const number of ['2125550100', '8085550100']) expect(text).not.toContain(number);
  });

  test('is not certified over another file, nor without lists and ledger', async () => {
    await certify();
    expect(await certify()).toMatchObject({ code: 2, err: expect.stringContaining('--force') });
    expect((await certify('--force')).code).toBe(0);
    const alone = ['--file', files.input, '--live', '7d', '--rules-only'];
    expect(await consentry({}, 'screen', ...alone)).toMatchObject({
      code: 2,
      err: expect.stringContaining('need the database'),
    });
    const single = ['+12125550100', '--live', '7d'];
    expect(await consentry({ openScreening }, 'screen', ...single)).toMatchObject({ code: 2 });
    const long = ['--file', files.input, '--live', '90d'];
    expect(await consentry({ openScreening }, 'screen', ...long)).toMatchObject({
      code: 2,
      err: expect.stringContaining('allowed: days from 1d to 31d'),
    });
  });

  test('of which a line cannot be read leaves nothing', async () => {
    writeFileSync(files.input, Buffer.of(0x2b, 0x31, 0x0a, 0xff, 0x0a));
    const before = ended.length;
    expect((await certify()).code).toBe(1);
    expect(ended.slice(before)).toEqual([batch]);
    expect(() => readFileSync(files.certificate)).toThrow();
  });
});

describe('a certificate', () => {
  test('checked with its own key says that this does not tell who made it', async () => {
    await certify();
    const { code, out } = await verify(files.certificate);
    expect(code).toBe(0);
    expect(out).toContain('which does not say who made it');
    expect(out).toContain('which list was screened: name it with --input');
  });

  test('of another list or answer does not fit', async () => {
    await certify();
    writeFileSync(files.input, '+12125550100\n');
    const ran = await verify(files.certificate, '--input', files.input, '--output', files.output);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('does not fit');
    expect(ran.out).toContain(`DOES NOT FIT: ${files.input} is not the list that was screened`);
    const json = await verify(files.certificate, '--input', files.input, '--json');
    expect([json.code, jsonLines(json.out)[0]?.['ok']]).toEqual([1, false]);
  });

  test('that was changed does not hold', async () => {
    await certify();
    const text = readFileSync(files.certificate, 'utf8').replace('"allow":1', '"allow":2');
    writeFileSync(files.certificate, text);
    const ran = await verify(files.certificate);
    expect([ran.code, ran.out]).toEqual([1, expect.stringContaining('does not hold')]);
  });

  test('is found in the ledger by its receipt, and by no other', async () => {
    await certify();
    const text = readFileSync(files.certificate, 'utf8');
    const certificateSha256 = createHash('sha256').update(text).digest('hex');
    const facts = {
      ...({ kind: 'batch', purpose: 'oversight', entryId: batch, lines: 3 } as const),
      ...{ certificateSha256, by: 'operator', at: now },
    };
    expect(() => makeEntry(facts, Buffer.alloc(16), Buffer.alloc(160))).not.toThrow();
    const receipt = join(folder, 'receipt.json');
    writeFileSync(receipt, formatReceipt(receiptOf(1, 5, facts)));
    const found = await verify(files.certificate, '--receipt', receipt, '--key', signer.vkey);
    expect([found.code, found.out]).toEqual([0, expect.stringContaining('entry 1 of the 5')]);
    const wrong = { ...facts, certificateSha256: 'ab'.repeat(32) };
    writeFileSync(receipt, formatReceipt(receiptOf(1, 5, wrong)));
    const other = await verify(files.certificate, '--receipt', receipt);
    expect([other.code, other.out]).toEqual([1, expect.stringContaining('of something else')]);
  });

  test('needs a key that is one', async () => {
    await certify();
    expect((await verify(files.certificate, '--key', 'nonsense')).code).toBe(2);
  });
});
