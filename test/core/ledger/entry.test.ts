import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../../src/core/ledger/canonical.ts';
import { commitment } from '../../../src/core/ledger/commitment.ts';
import {
  checkOpening,
  decodeOpening,
  leafBytes,
  leafOf,
  makeEntry,
  parseLeaf,
  saltBytesFor,
  textsNamedIn,
} from '../../../src/core/ledger/entry.ts';
import {
  type EntryFacts,
  type EntryKind,
  entryKinds,
  labelsOf,
  writtenVersion,
} from '../../../src/core/ledger/facts.ts';
import { leafHash } from '../../../src/core/ledger/merkle.ts';
import { amongThese, textId } from '../../../src/core/ledger/shared-text.ts';
import { entryOf, everyKind, grant, madeOf, saltsFor, tenant } from './samples.ts';

const written = (kind: EntryKind) => labelsOf(writtenVersion(kind), kind);

describe('commitments', () => {
  it('a commitment is the hash of four parts, each after its length', () => {
    const salt = Buffer.alloc(32, 3);
    const framed = Buffer.concat([
      Buffer.from([0, 0, 0, 23]),
      Buffer.from('consentry/commitment/v1'),
      Buffer.from([0, 0, 0, 6]),
      Buffer.from('number'),
      Buffer.from([0, 0, 0, 32]),
      salt,
      Buffer.from([0, 0, 0, 14]),
      Buffer.from('"+14155550123"'),
    ]);
    const expected = createHash('sha256').update(framed).digest('hex');
    expect(commitment('number', salt, '+14155550123')).toBe(expected);
  });

  it('label, salt and value cannot run into each other', () => {
    const salt = Buffer.alloc(32, 3);
    expect(commitment('a', salt, 'bc')).not.toBe(commitment('ab', salt, 'c'));
    expect(commitment('a', salt, 1)).not.toBe(commitment('a', salt, '1'));
    expect(commitment('a', salt, null)).not.toBe(commitment('a', salt, 'null'));
  });
});

describe('entries of every kind', () => {
  it('the samples have one of every kind', () => {
    expect(everyKind.map(({ kind }) => kind)).toEqual(entryKinds);
  });

  it.each(everyKind)('$kind: leaf and opening are read back and fit each other', (facts) => {
    const { leaf, opening } = entryOf(facts);
    const statement = parseLeaf(leaf, 'leaf');
    expect(leafOf(statement)).toEqual(leaf);
    expect([statement.kind, statement.purpose, statement.day]).toEqual([
      facts.kind,
      facts.purpose,
      '2026-11-22',
    ]);
    expect(Object.keys(opening)).toEqual([...written(facts.kind)].sort());
    expect(() => checkOpening(statement, opening, 'o')).not.toThrow();
    expect(opening['at']?.value).toBe('2026-11-22T09:30:00.250Z');
  });

  it.each(everyKind)('$kind: every fact but kind and purpose is committed to', (facts) => {
    const facts_ = Object.keys(facts).filter((key) => key !== 'kind' && key !== 'purpose');
    expect([...written(facts.kind)].sort()).toEqual(facts_.sort());
  });

  it('consents are written in the version that says which law, on what evidence, by what way and to whom', () => {
    expect(parseLeaf(entryOf(grant).leaf, 'leaf')).toMatchObject({
      v: 3,
      commitments: expect.objectContaining({
        jurisdiction: expect.any(String),
        evidence: expect.any(String),
        channel: expect.any(String),
        recipients: expect.any(String),
      }),
    });
  });

  it.each(everyKind)('$kind: the leaf holds no fact in the clear', (facts) => {
    const leaf = entryOf(facts).leaf.toString();
    const { kind: _kind, purpose: _purpose, ...said } = facts;
    for (const value of Object.values(said).flatMap((one) => Object.values(Object(one)))) {
      if (String(value).length > 4) expect(leaf).not.toContain(String(value));
    }
    expect(leaf).not.toContain('4155550123');
  });
});

describe('what lies in rows', () => {
  it.each(everyKind)(
    '$kind: the leaf is packed, and unpacks to the text that is hashed',
    (facts) => {
      const made = madeOf(facts);
      const { leaf } = entryOf(facts);
      expect(made.leaf).not.toEqual(leaf);
      expect(leafOf(parseLeaf(made.leaf, 'leaf'))).toEqual(leaf);
      expect(leafBytes(made.leaf)).toEqual(leaf);
      expect(parseLeaf(made.leaf, 'leaf')).toEqual(parseLeaf(leaf, 'leaf'));
      expect(leafBytes(leaf)).toEqual(leaf);
    },
  );

  it.each(everyKind)(
    '$kind: an opening in JSON, as it was written before, says the same',
    (facts) => {
      const { opening } = entryOf(facts);
      expect(decodeOpening(Buffer.from(canonical(opening)))).toEqual(opening);
    },
  );

  it('packed, a grant takes less than six tenths of the room', () => {
    const { leaf, opening } = madeOf(grant);
    const plain = entryOf(grant);
    expect(leaf.length).toBeLessThan(plain.leaf.length * 0.5);
    expect(opening.length).toBeLessThan(canonical(plain.opening).length * 0.7);
    expect(leaf.length + opening.length).toBeLessThan(
      0.6 * (plain.leaf.length + canonical(plain.opening).length),
    );
  });

  it('a rule and the recipients are only named in an opening, which needs their texts', () => {
    const { opening, texts } = madeOf(grant);
    const said = [canonical(grant.jurisdiction), canonical(grant.recipients)];
    expect(texts.map(({ text }) => text)).toEqual(said);
    expect(texts.map(({ id }) => id)).toEqual(said.map(textId));
    expect(textsNamedIn(opening)).toEqual(said.map(textId));
    expect(opening.toString()).not.toContain('Carrier Inc.');
    expect(decodeOpening(opening, amongThese(texts))).toEqual(entryOf(grant).opening);
    for (const { id } of texts) {
      const without = amongThese(texts.filter((one) => one.id !== id));
      expect(() => decodeOpening(opening, without)).toThrow('is a text that is not there');
    }
    expect(textsNamedIn(Buffer.from(canonical(entryOf(grant).opening)))).toEqual([]);
  });

  it('another text in the place of one that is named does not fit its commitment', () => {
    const { leaf, opening } = madeOf(grant);
    const other = decodeOpening(opening, () => '[]');
    const statement = parseLeaf(leaf, 'leaf');
    expect(() => checkOpening(statement, other, 'openings')).toThrow('does not fit its commitment');
  });

  it('any changed bit of a packed leaf makes it unreadable or another leaf', () => {
    const { leaf } = madeOf(grant);
    const plain = leafBytes(leaf);
    for (let bit = 0; bit < 8 * leaf.length; bit += 1) {
      const changed = Buffer.from(leaf);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(leafBytes(changed)).not.toEqual(plain);
    }
  });

  it('a packed leaf with a value more is another leaf', () => {
    const { leaf } = madeOf(grant);
    const more = [Buffer.of(1, 17), leaf.subarray(2, 514), Buffer.alloc(32), leaf.subarray(514)];
    expect(leafBytes(Buffer.concat(more))).not.toEqual(leafBytes(leaf));
  });

  it('a packed leaf that was cut is no leaf, and has another hash', () => {
    const { leaf } = madeOf(grant);
    const whole = leafHash(leafBytes(leaf));
    for (let size = 0; size < leaf.length; size += 1) {
      const cut = leaf.subarray(0, size);
      expect(leafHash(leafBytes(cut))).not.toEqual(whole);
      expect(() => parseLeaf(cut, 'leaf')).toThrow('leaf');
    }
  });

  it.each([
    ['cut within the salts', (packed: Buffer) => packed.subarray(0, 100), 'opening: is cut'],
    ['without its text', (packed: Buffer) => packed.subarray(0, 514), 'opening: is not JSON'],
    ['with a salt less', (packed: Buffer) => fewer(packed), 'opening: has salts without values'],
    ['that says what it names', (packed: Buffer) => both(packed), 'has salts without values'],
    [
      'that names a text by no id',
      (packed: Buffer) => badName(packed),
      'opening.jurisdiction: does not have the form',
    ],
    ['with a value twice', (packed: Buffer) => twice(packed), 'opening: is not in canonical form'],
  ])('a packed opening %s is none', (_name, change, why) => {
    const { opening: packed, texts } = madeOf(grant);
    expect(() => decodeOpening(change(packed), amongThese(texts))).toThrow(why);
  });
});

/** A packed opening with one salt of its sixteen gone. */
function fewer(packed: Buffer): Buffer {
  return Buffer.concat([Buffer.of(1, 15), packed.subarray(2, 2 + 15 * 32), packed.subarray(514)]);
}

/** The same with the first value said again. */
function twice(packed: Buffer): Buffer {
  return withText(packed, packed.toString('utf8', 514).replace('{', '{"answer":"deny",'));
}

const withText = (packed: Buffer, text: string): Buffer =>
  Buffer.concat([packed.subarray(0, 514), Buffer.from(text)]);

function both(packed: Buffer): Buffer {
  const text = packed.toString('utf8', 514).replace('"locale"', '"jurisdiction":[],"locale"');
  const salts = Buffer.concat([Buffer.of(1, 17), packed.subarray(2, 514), Buffer.alloc(32)]);
  return Buffer.concat([salts, Buffer.from(text)]);
}

const badName = (packed: Buffer): Buffer =>
  withText(
    packed,
    packed.toString('utf8', 514).replace(/"jurisdiction":"../, '"jurisdiction":"no'),
  );

describe('leaves', () => {
  it('the same facts with other salts make another leaf, with nothing in common', () => {
    const one = parseLeaf(entryOf(grant, 'one').leaf, 'leaf').commitments;
    const two = parseLeaf(entryOf(grant, 'two').leaf, 'leaf').commitments;
    for (const label of written('grant')) expect(one[label]).not.toBe(two[label]);
  });

  it('any changed bit of a leaf makes it unreadable or another leaf', () => {
    const { leaf } = entryOf(grant);
    for (let i = 0; i < leaf.length; i += 1) {
      const changed = Buffer.from(leaf);
      changed[i]! ^= 1;
      try {
        expect(leafOf(parseLeaf(changed, 'leaf'))).not.toEqual(leaf);
      } catch (error) {
        expect(String(error)).toContain('leaf');
      }
    }
  });

  const leafWith = (change: object): string => {
    const fields = { ...JSON.parse(entryOf(grant).leaf.toString()), ...change };
    return JSON.stringify(Object.fromEntries(Object.entries(fields).sort()));
  };
  it.each([
    ['a version to come', { v: 4 }, 'leaf.v: is none of the versions known here (1, 2, 3)'],
    ['a version to come of a kind to come', { v: 4, kind: 'choice' }, 'leaf.v: is none of'],
    ['a version that is a text', { v: '2' }, 'leaf.v: is none of'],
    ['an earlier version', { v: 1 }, 'leaf.commitments: has a field other than'],
    ['a version its kind has not', { v: 2, kind: 'pause' }, 'leaf.v: is 2, and there is no pause'],
    ['an unknown kind', { kind: 'consent' }, 'leaf.kind: is not a kind of entry'],
    ['a kind of every object', { kind: 'toString' }, 'leaf.kind: is not a kind of entry'],
    ['an unknown purpose', { purpose: 'profit' }, 'leaf.purpose: is not a purpose'],
    ['a short tenant', { tenant: 'a5' }, 'leaf.tenant: is not 16 bytes'],
    ['a tenant in capitals', { tenant: 'A5'.repeat(16) }, 'leaf.tenant: is not 16 bytes'],
    ['a day that is none', { day: '2026-13-01' }, 'leaf.day: does not have the form'],
    ['a time for a day', { day: '2026-11-22T09:30' }, 'leaf.day: does not have the form'],
    ['one field more', { zone: 'UTC' }, 'leaf: has a field other than'],
    ['labels of another kind', { v: 1, kind: 'pause' }, 'leaf.commitments: lacks “by”'],
    ['no commitments', { commitments: {} }, 'leaf.commitments: lacks “entryId”'],
    ['a list of commitments', { commitments: [] }, 'leaf.commitments: is not an object'],
  ])('a leaf with %s is refused', (_name, change, why) => {
    expect(() => parseLeaf(Buffer.from(leafWith(change)), 'leaf')).toThrow(why);
  });
});

describe('openings', () => {
  const { leaf, opening } = entryOf(grant);
  const statement = parseLeaf(leaf, 'leaf');
  const salt = '00'.repeat(32);

  it('any label may be left out', () => {
    for (const label of Object.keys(opening)) {
      const { [label]: _left, ...rest } = opening;
      expect(() => checkOpening(statement, rest, 'openings')).not.toThrow();
    }
  });

  it.each([
    ['another number', { number: { ...opening['number']!, value: '+14155550124' } }, 'number'],
    ['no number', { number: { ...opening['number']!, value: null } }, 'number'],
    ['another salt', { number: { salt, value: '+14155550123' } }, 'number'],
    ['values that changed places', { locale: opening['controller']! }, 'locale'],
    ['another answer', { answer: { ...opening['answer']!, value: 'deny' } }, 'answer'],
  ])('%s does not fit', (_name, change, label) => {
    expect(() => checkOpening(statement, { ...opening, ...change }, 'openings')).toThrow(
      `openings.${label}: does not fit its commitment`,
    );
  });

  it('a label that the kind does not have is refused', () => {
    const more = { ...opening, by: { salt, value: 'key-1' } };
    expect(() => checkOpening(statement, more, 'openings')).toThrow('does not say');
  });

  it('a time on another day than the statement is refused', () => {
    const late = { ...grant, at: grant.at + 86_400_000 };
    const other = entryOf(late);
    const mixed = { ...statement, commitments: parseLeaf(other.leaf, 'leaf').commitments };
    expect(() => checkOpening(mixed, other.opening, 'openings')).toThrow('openings.at: is not on');
  });

  it.each([
    ['not JSON', 'number', 'opening: is not JSON'],
    ['a list', '[]', 'opening: is not an object'],
    ['a field more', `{"at":{"more":1,"salt":"${salt}","value":1}}`, 'opening.at: has a field'],
    ['a short salt', '{"at":{"salt":"00","value":1}}', 'opening.at.salt: is not 32 bytes'],
    ['a label for the prototype', `{"__proto__":{"salt":"${salt}","value":1}}`, 'has a label'],
  ])('%s is no opening', (_name, text, why) => {
    expect(() => decodeOpening(Buffer.from(text))).toThrow(why);
  });
});

describe('making an entry', () => {
  it('too few salts, another tenant and a value that is not canonical are refused', () => {
    const salts = saltsFor(grant, 'salt');
    expect(saltBytesFor('grant')).toBe(16 * 32);
    expect(() => makeEntry(grant, tenant, salts.subarray(1))).toThrow('salts');
    expect(() => makeEntry(grant, tenant.subarray(1), salts)).toThrow('tenant');
    const half = { ...grant, flow: { ...grant.flow, version: 1.5 } };
    expect(() => makeEntry(half, tenant, salts)).toThrow('$.version: is not a safe integer');
    const { number: _number, ...missing } = grant;
    expect(() => makeEntry(missing as EntryFacts, tenant, salts)).toThrow('number: is missing');
  });
});
