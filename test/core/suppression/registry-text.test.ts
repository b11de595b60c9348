import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaOf, bitOf, countOf, has, numbersOf } from '../../../src/core/suppression/area-bits.ts';
import type { FileForm, FileKind } from '../../../src/core/suppression/registry-line.ts';
import {
  areChanges,
  type NumberSet,
  newNumberSet,
  newTally,
  registryReader,
} from '../../../src/core/suppression/registry-text.ts';
import { hasWorld, worldSet } from '../../../src/core/suppression/world-set.ts';

function read(
  text: string,
  kind: FileKind = 'full',
  set = newNumberSet(),
  piece = text.length,
  form: Partial<FileForm> = {},
) {
  const tally = newTally();
  const reader = registryReader({ kind, home: null, prefixes: false, ...form }, set, tally);
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += Math.max(1, piece)) {
    reader.take(bytes.subarray(i, i + Math.max(1, piece)));
  }
  reader.end();
  return { set, tally, numbers: listed(set) };
}

const listed = (set: NumberSet): string[] =>
  [
    ...[...set.areas].flatMap(([area, bits]) => [...numbersOf(area, bits)]),
    ...[...set.world].map((digits) => `+${digits}`),
    ...set.prefixes,
  ].sort();

describe('a number in a registry file', () => {
  test.each([
    ['201,2000000', '+12012000000'],
    ['2012000000', '+12012000000'],
    ['201,9999999\r', '+12019999999'],
    ['"201","2000000"', '+12012000000'],
    ['(201) 200-0000', '+12012000000'],
    ['1-201-200-0000', '+12012000000'],
    ['+1 201 200 0000', '+12012000000'],
    ['12012000000', '+12012000000'],
    ['201;2000000;2026-03-01', '+12012000000'],
    ['Smith\t2012000000\t20260301', '+12012000000'],
    ['2012000000,03/01/2026', '+12012000000'],
    ['+44 20 7946 0018', '+442079460018'],
    ['+4915112345678', '+4915112345678'],
  ])('%j is %s', (line, number) => expect(read(line).numbers).toEqual([number]));

  test.each([
    ['101,2000000', 'no-number'],
    ['2011000000', 'invalid-number'],
    ['+44 12', 'no-number'],
    ['hello 5', 'no-number'],
    ['2012000000,2012000001', 'several-numbers'],
    ['20120000001234567', 'invalid-number'],
    ['+999 999 999 9999', 'invalid-number'],
  ])('%j is none: %s', (line, why) => {
    const { numbers, tally } = read(`x\n${line}`);
    expect(numbers).toEqual([]);
    expect(tally.examples).toEqual([{ line: 2, why }]);
  });

  test.each([
    ['GB', '02079460018', '+442079460018'],
    ['GB', '2079460018', '+442079460018'],
    ['GB', '020 7946 0018,2026-03-01', '+442079460018'],
    ['GB', '+44 20 7946 0018;SW1A', '+442079460018'],
    ['GB', '442079460018', '+442079460018'],
    ['GB', '1234567,02079460018', '+442079460018'],
    ['FR', '"01 23 45 67 89"', '+33123456789'],
    ['CA', '416,5550100', '+14165550100'],
    ['US', '2015550100', '+12015550100'],
  ])('of %s: %j is %s', (home, line, number) => {
    expect(read(line, 'full', newNumberSet(), 99, { home }).numbers).toEqual([number]);
  });

  test.each([
    ['GB', '02079460018123', 'invalid-number'],
    ['GB', '02079460018,02079460019', 'several-numbers'],
    ['US', '02079460018', 'invalid-number'],
    ['US', '+1 201 155 0100', 'invalid-number'],
  ])('of %s: %j is none: %s', (home, line, why) => {
    const { numbers, tally } = read(`x\n${line}`, 'full', newNumberSet(), 99, { home });
    expect([numbers, tally.examples]).toEqual([[], [{ line: 2, why }]]);
  });

  test('may be the beginning of numbers, in the own list alone', () => {
    const text = '+1900*\n+12015550100\n+1*\n1900*';
    const own = read(text, 'full', newNumberSet(), 99, { prefixes: true });
    expect(own.numbers).toEqual(['+12015550100', '+1900*']);
    expect(own.tally.examples.map(({ line }) => line)).toEqual([3, 4]);
    expect(read(text).numbers).toEqual(['+12015550100']);
  });

  test('behind the mark that some programs begin a file with is read', () => {
    const { numbers, tally } = read('\ufeff2012000000\n2012000001', 'full', newNumberSet(), 2);
    expect(numbers).toEqual(['+12012000000', '+12012000001']);
    expect(tally.examples).toEqual([]);
  });

  test('names of columns and empty lines are nothing, and each line is counted', () => {
    const { tally, numbers } = read('area,number\n\n201,2000000\n\r\n201,2000001');
    expect(numbers).toHaveLength(2);
    expect(tally).toMatchObject({ lines: 3, added: 2, unchanged: 0, examples: [] });
  });

  test('that stands there twice is one', () => {
    expect(read('201,2000000\n2012000000\n').tally).toMatchObject({ added: 1, unchanged: 1 });
  });
});

describe('a change list', () => {
  test.each([
    ['A,2012000000', 1, 0],
    ['2012000000,add,20260301', 1, 0],
    ['"201","2000005","D"', 0, 1],
    ['delete\t2012000005', 0, 1],
    ['D,2012000000', 0, 0],
    ['A,2012000005', 0, 0],
  ])('%j', (line, added, removed) => {
    const { set } = read('2012000005');
    expect(read(line, 'change', set).tally).toMatchObject({ added, removed, examples: [] });
  });

  test.each([
    ['2012000000', 'no-change'],
    ['A,2012000000,D', 'several-changes'],
    ['A', 'no-number'],
  ])('%j says too little or too much: %s', (line, why) => {
    const { tally } = read(`head\n${line}`, 'change');
    expect(tally.examples).toEqual([{ line: 2, why }]);
  });
});

test('the pieces that a file comes in make no difference', () => {
  const line = fc.oneof(
    fc.integer({ min: 2_000_000, max: 9_999_999 }).map((rest) => `201,${rest}`),
    fc.integer({ min: 2_000_000, max: 9_999_999 }).map((rest) => `305${rest}`),
    fc.constantFrom('', 'x', '+442079460018', '1', '(212) 555-0100'),
  );
  const file = fc.tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean());
  fc.assert(
    fc.property(file, fc.integer({ min: 1, max: 40 }), ([lines, ending, ends], piece) => {
      const text = lines.join(ending) + (ends ? ending : '');
      const [whole, pieces] = [read(text), read(text, 'full', newNumberSet(), piece)];
      expect(pieces.numbers).toEqual(whole.numbers);
      expect(pieces.tally).toEqual(whole.tally);
      const numbers = new Set(
        lines.flatMap((one) => {
          const digits = one.replace(/\D/g, '');
          if (one.startsWith('+')) return [one];
          return digits.length === 10 ? [`+1${digits}`] : [];
        }),
      );
      expect(whole.numbers).toEqual([...numbers].sort());
    }),
  );
});

test('a line that is no number is named as whoever looks for it finds it', () => {
  const [set, tally] = [newNumberSet(), newTally()];
  const reader = registryReader({ kind: 'full', home: null, prefixes: false }, set, tally);
  for (const [file, text] of [
    [1, 'number\n\n2012000000\n\r\nhello 1'],
    [2, `phone\n${'9'.repeat(10_000)}\n2012000001\nhello 2\n`],
  ] as const) {
    reader.begin(file);
    for (const byte of text) reader.take(Buffer.from(byte));
    reader.end();
  }
  reader.begin(null);
  reader.record(['hello 3'], 7);
  expect(tally.examples).toEqual([
    { file: 1, line: 5, why: 'no-number' },
    { file: 2, line: 2, why: 'no-number' },
    { file: 2, line: 4, why: 'no-number' },
    { line: 7, why: 'no-number' },
  ]);
  expect(listed(set)).toEqual(['+12012000000', '+12012000001']);
});

test.each([
  ['2012000000,A\n2012000001,D', true],
  ['number,change\nA,2012000000\nD,2012000001\nhello', true],
  ['2012000000,A\n2012000001,A', false],
  ['2012000000,D\n2012000001', false],
  ['201,2000000', false],
])('%j are changes: %j', (text, are) => {
  const { tally, numbers } = read(text);
  expect(areChanges(tally)).toBe(are);
  // Whoever a full list names is on it, whatever else it says.
  expect(numbers).toHaveLength(tally.added);
});

test('a line without an end is given up, and what follows is read', () => {
  const { numbers, tally } = read(
    `${'9'.repeat(100_000)}\n2012000000\n`,
    'full',
    newNumberSet(),
    1_000,
  );
  expect(numbers).toEqual(['+12012000000']);
  expect(tally.rejected['no-number']).toBeGreaterThan(0);
});

test('bits know their numbers, and their count', () => {
  const numbers = ['+12012000000', '+12019999999', '+12015550100'];
  const { set } = read(numbers.map((number) => number.slice(2)).join('\n'));
  const bits = set.areas.get(201)!;
  expect(countOf(bits)).toBe(3);
  for (const number of numbers)
    expect([areaOf(number), has(bits, bitOf(number))]).toEqual([201, true]);
  expect(has(bits, bitOf('+12015550101'))).toBe(false);
  expect([areaOf('+4420794600'), areaOf('+1101200000'), areaOf('+120120000001')]).toEqual([
    0, 0, 0,
  ]);
});

test('numbers of the world are found among their neighbours', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1e9, max: 1e9 + 60 })), (numbers) => {
      const set = worldSet(numbers);
      for (let n = 1e9 - 1; n < 1e9 + 62; n += 1) {
        expect(hasWorld(set, n)).toBe(numbers.includes(n));
      }
    }),
  );
});
