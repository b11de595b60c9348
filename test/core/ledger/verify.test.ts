import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { signerOf } from '../../../src/core/ledger/note.ts';
import { formatReceipt } from '../../../src/core/ledger/receipt.ts';
import { verifyReceipt } from '../../../src/core/ledger/verify.ts';
import { entryOf, everyKind, grant, receiptOf, signer } from './samples.ts';

const receipt = receiptOf(37, 70);
const text = formatReceipt(receipt);
const refusal = (changed: unknown, key?: string): string => {
  const verdict = verifyReceipt(JSON.stringify(changed), key);
  return verdict.ok ? 'accepted' : `${verdict.where}: ${verdict.why}`;
};

describe('a good receipt', () => {
  it('verifies with the key in it, and says that it used that one', () => {
    expect(verifyReceipt(text)).toMatchObject({
      ok: true,
      leafIndex: 37,
      size: 70,
      origin: 'ledger.test',
      keyFrom: 'receipt',
      withheld: [],
      facts: { number: '+14155550123', answer: 'grant', controller: 'Example Ltd' },
    });
  });

  it('verifies with a given key, and says so', () => {
    expect(verifyReceipt(text, signer.vkey)).toMatchObject({ ok: true, keyFrom: 'given' });
  });

  it.each(everyKind)('$kind has one', (facts) => {
    expect(verifyReceipt(formatReceipt(receiptOf(2, 5, facts))).ok).toBe(true);
  });

  it('the only entry of a ledger has one, without hashes', () => {
    expect(receiptOf(0, 1).proof.hashes).toEqual([]);
    expect(verifyReceipt(formatReceipt(receiptOf(0, 1))).ok).toBe(true);
  });

  it('verifies when the number was left out, and says what is withheld', () => {
    const { number: _number, ...openings } = receipt.openings;
    const verdict = verifyReceipt(formatReceipt({ ...receipt, openings }));
    expect(verdict).toMatchObject({ ok: true, withheld: ['number'] });
    expect(JSON.stringify(verdict)).not.toContain('4155550123');
  });

  it('verifies when everything was left out', () => {
    expect(verifyReceipt(formatReceipt({ ...receipt, openings: {} }))).toMatchObject({ ok: true });
  });

  it('verifies in any white space and order of fields', () => {
    const turned = Object.fromEntries(Object.entries(receipt).reverse());
    expect(verifyReceipt(JSON.stringify(turned))).toMatchObject({ ok: true });
    expect(verifyReceipt(JSON.stringify(receipt, null, '\t'))).toMatchObject({ ok: true });
  });
});

describe('forgeries', () => {
  it('every bit of every byte counts', () => {
    const bytes = Buffer.from(text);
    let tried = 0;
    for (let i = 0; i < bytes.length - 1; i += 1) {
      for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const changed = Buffer.from(bytes);
        changed[i]! ^= bit;
        if (verifyReceipt(changed.toString()).ok) expect.fail(`bit ${bit} of byte ${i} accepted`);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(20_000);
  });

  it('no byte of a value can be left out or doubled', () => {
    const compact = JSON.stringify(receipt);
    for (let i = 0; i < compact.length; i += 1) {
      const without = compact.slice(0, i) + compact.slice(i + 1);
      const twice = compact.slice(0, i) + compact.slice(i - 1);
      expect(verifyReceipt(without).ok, `character ${i} left out`).toBe(false);
      if (i > 0) expect(verifyReceipt(twice).ok, `character ${i} doubled`).toBe(false);
    }
  });

  const { statement, openings, proof } = receipt;
  const otherKey = signerOf('ledger.test', Buffer.alloc(32, 10));
  const opened = (label: string, value: unknown): unknown => ({
    ...receipt,
    openings: { ...openings, [label]: { ...openings[label], value } },
  });
  const resigned = { ...receipt, key: otherKey.vkey };
  it.each<[string, unknown, string]>([
    [
      'a decision turned round',
      { ...receipt, statement: { ...statement, kind: 'refusal' } },
      'proof:',
    ],
    ['an answer turned round', opened('answer', 'deny'), 'openings.answer: does not fit'],
    ['another purpose', { ...receipt, statement: { ...statement, purpose: 'sale' } }, 'proof:'],
    ['another day', { ...receipt, statement: { ...statement, day: '2026-11-23' } }, 'openings.at:'],
    ['another number', opened('number', '+14155550124'), 'openings.number: does not fit'],
    ['another prompt', opened('prompts', []), 'openings.prompts: does not fit'],
    ['another index', { ...receipt, proof: { ...proof, leafIndex: 36 } }, 'proof:'],
    ['an index beyond', { ...receipt, proof: { ...proof, leafIndex: 70 } }, 'proof.leafIndex:'],
    [
      'a fraction of an index',
      { ...receipt, proof: { ...proof, leafIndex: 0.5 } },
      'proof.leafIndex:',
    ],
    ['a dropped hash', { ...receipt, proof: { ...proof, hashes: proof.hashes.slice(1) } }, 'proof'],
    [
      'an added hash',
      { ...receipt, proof: { ...proof, hashes: [...proof.hashes, proof.hashes[0]] } },
      'proof.hashes:',
    ],
    [
      'a thousand hashes',
      { ...receipt, proof: { ...proof, hashes: Array(1_000).fill(proof.hashes[0]) } },
      'proof.hashes:',
    ],
    [
      'hashes out of order',
      { ...receipt, proof: { ...proof, hashes: [...proof.hashes].reverse() } },
      'proof:',
    ],
    [
      'an edited size',
      { ...receipt, checkpoint: receipt.checkpoint.replace('\n70\n', '\n71\n') },
      'checkpoint: has a signature that',
    ],
    ['a foreign key in it', resigned, 'checkpoint: is signed by another key'],
    ['a statement that is a number', { ...receipt, statement: 1 }, 'statement: is not an object'],
    ['no proof', { ...receipt, proof: null }, 'proof: is not an object'],
    ['a later version', { ...receipt, v: 2 }, 'v: is not 1'],
    ['an extra field', { ...receipt, note: 'paid' }, 'receipt: has a field other than'],
    [
      'an extra field in the statement',
      { ...receipt, statement: { ...statement, x: 1 } },
      'statement: has',
    ],
    [
      'an extra commitment',
      {
        ...receipt,
        statement: { ...statement, commitments: { ...statement.commitments, x: '00' } },
      },
      'statement.commitments: has',
    ],
    [
      'an extra opening',
      { ...receipt, openings: { ...openings, x: openings['at'] } },
      'openings: opens something',
    ],
    [
      'an extra field in an opening',
      { ...receipt, openings: { at: { ...openings['at'], x: 1 } } },
      'openings.at: has a field',
    ],
    [
      'an extra field in the proof',
      { ...receipt, proof: { ...proof, x: 1 } },
      'proof: has a field',
    ],
    ['a list', [receipt], 'receipt: is not an object'],
    ['null', null, 'receipt: is not an object'],
  ])('%s is refused', (_name, changed, where) => {
    expect(refusal(changed).slice(0, where.length)).toBe(where);
  });

  it('a ledger made up by somebody else is refused under the key of ours', () => {
    const alone = receiptOf(0, 1);
    const size = alone.checkpoint.split('\n')[1];
    const root = Buffer.from(alone.checkpoint.split('\n')[2] ?? '', 'base64');
    const checkpoint = signCheckpoint({ size: Number(size), root }, otherKey);
    const foreign = { ...alone, checkpoint, key: otherKey.vkey };
    expect(verifyReceipt(JSON.stringify(foreign))).toMatchObject({ ok: true, keyFrom: 'receipt' });
    expect(refusal(foreign, signer.vkey)).toBe('key: is not the key that was given');
    expect(refusal({ ...foreign, key: signer.vkey }, signer.vkey)).toContain('another key');
    expect(refusal(receipt, otherKey.vkey)).toBe('key: is not the key that was given');
    expect(refusal(receipt, 'nonsense')).toContain('key: is not a verifier key');
  });

  it('a checkpoint of another root is refused though signed', () => {
    const checkpoint = signCheckpoint({ size: 70, root: Buffer.alloc(32) }, signer);
    expect(refusal({ ...receipt, checkpoint })).toContain('proof: does not lead');
  });

  it('the proof of one entry does not fit another', () => {
    const other = receiptOf(38, 70);
    expect(refusal({ ...receipt, statement: other.statement, openings: other.openings })).toContain(
      'proof: does not lead',
    );
  });

  it('openings of another entry do not fit', () => {
    const other = entryOf(grant, 'other').opening;
    expect(refusal({ ...receipt, openings: other })).toContain('does not fit its commitment');
  });

  it.each([
    ['in the receipt', text.replace('"key"', '"key": "x",\n  "key"')],
    ['in the proof', text.replace('"leafIndex"', '"leafIndex": 1, "leafIndex"')],
    ['spelt otherwise', text.replace('"leafIndex"', '"leaf\\u0049ndex": 1, "leafIndex"')],
  ])('a field named twice %s is refused', (_name, twice) => {
    expect(verifyReceipt(twice)).toEqual({
      ok: false,
      where: 'receipt',
      why: 'has a field twice in one object',
    });
  });

  it('text that is no receipt is refused, whatever its size', () => {
    expect(verifyReceipt('')).toMatchObject({ ok: false, why: 'is not JSON' });
    expect(verifyReceipt('['.repeat(100_000))).toMatchObject({ ok: false, why: 'is not JSON' });
    expect(verifyReceipt(`"${'a'.repeat(250_000)}"`)).toMatchObject({ ok: false });
    expect(verifyReceipt(' '.repeat(300_000))).toMatchObject({ why: 'is larger than 256 KiB' });
  });
});
