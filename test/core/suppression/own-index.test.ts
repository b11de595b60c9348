import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  channels,
  type ListingScope,
  listingReasons,
  type OwnChange,
} from '../../../src/core/suppression/own-change.ts';
import { OwnIndex } from '../../../src/core/suppression/own-index.ts';

const noon = Date.UTC(2026, 2, 4, 12);
let seq = 0;

function change(number: string, more: Partial<OwnChange> = {}): OwnChange {
  seq += 1;
  return {
    seq,
    number,
    channel: 'call',
    scope: 'all',
    listed: true,
    provisional: false,
    reason: 'request',
    until: null,
    at: noon,
    ...more,
  };
}

function indexOf(...changes: readonly OwnChange[]): OwnIndex {
  const index = new OwnIndex();
  for (const one of changes) index.apply(one);
  return index;
}

describe('the copy of the own list', () => {
  test('says why a number is listed, and nothing of its neighbours', () => {
    const index = indexOf(change('+14155550100', { reason: 'complaint', provisional: true }));
    expect(index.find('+14155550100', 'call', [], noon)).toEqual([
      {
        scope: 'all',
        reason: 'complaint',
        provisional: true,
        since: noon,
        seq: expect.any(Number),
        prefix: null,
      },
    ]);
    for (const other of ['+14155550101', '+14155550099', '+1415555010', '+141555501000']) {
      expect(index.find(other, 'call', [], noon)).toEqual([]);
    }
  });

  test('keeps calls and texts, and scopes, apart', () => {
    const index = indexOf(
      change('+14155550100', { channel: 'text' }),
      change('+14155550101', { scope: 'campaign:spring' }),
    );
    expect(index.find('+14155550100', 'call', [], noon)).toEqual([]);
    expect(index.find('+14155550100', 'text', [], noon)).toHaveLength(1);
    expect(index.find('+14155550101', 'call', ['campaign:autumn'], noon)).toEqual([]);
    expect(index.find('+14155550101', 'call', ['campaign:spring'], noon)).toHaveLength(1);
  });

  test('lists whole prefixes, and names them', () => {
    const index = indexOf(change('+1900*', { reason: 'policy' }), change('+19005550100'));
    const prefixes = (number: string) =>
      index.find(number, 'call', [], noon).map(({ prefix }) => prefix);
    expect(prefixes('+19005550100')).toEqual([null, '+1900*']);
    expect(prefixes('+19005550101')).toEqual(['+1900*']);
    expect(prefixes('+19015550101')).toEqual([]);
    expect(prefixes('+190')).toEqual([]);
    // The same digits elsewhere in a number, or in a longer one, are no prefix.
    expect(prefixes('+49190055501')).toEqual([]);
    index.apply(change('+1900*', { listed: false }));
    expect(prefixes('+19005550101')).toEqual([]);
  });

  test('ends a listing at its time, not before', () => {
    const index = indexOf(change('+14155550100', { until: noon + 1_500 }));
    expect(index.find('+14155550100', 'call', [], noon + 1_499)).toHaveLength(1);
    expect(index.find('+14155550100', 'call', [], noon + 2_000)).toEqual([]);
  });

  test('lets the later change win, whichever comes first, also after a lifting', () => {
    const add = change('+14155550100');
    const lift = change('+14155550100', { listed: false });
    const again = change('+14155550100');
    for (const order of [
      [add, lift, again],
      [again, lift, add],
      [lift, again, add, lift],
    ]) {
      expect(indexOf(...order).find('+14155550100', 'call', [], noon)).toHaveLength(1);
    }
    expect(indexOf(lift, add).find('+14155550100', 'call', [], noon)).toEqual([]);
  });
});

test('agrees with a plain map after any changes in any order, any of them twice', () => {
  const scopes: readonly ListingScope[] = ['all', 'campaign:a', 'line:b'];
  const step = fc.record({
    number: fc.oneof(
      fc.integer({ min: 0, max: 40 }).map((n) => `+1415555${1000 + n}`),
      fc.constantFrom('+1415*', '+14155551*', '+4*', '+999999999999999', '+11'),
    ),
    channel: fc.constantFrom(...channels),
    scope: fc.constantFrom(...scopes),
    listed: fc.boolean(),
    provisional: fc.boolean(),
    reason: fc.constantFrom(...listingReasons),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.infiniteStream(fc.nat()), (steps, picks) => {
      const changes = steps.map((one, i) => ({ ...one, until: null, at: noon, seq: i + 1 }));
      const index = new OwnIndex();
      for (const one of [...changes].sort(() => (picks.next().value % 3) - 1)) index.apply(one);
      for (const one of changes.slice(0, picks.next().value % 20)) index.apply(one);
      const latest = new Map(
        changes.map((one) => [`${one.number} ${one.channel} ${one.scope}`, one]),
      );
      const asked = ['campaign:a'] as const;
      for (let n = 0; n <= 41; n += 1) {
        const number = `+1415555${1000 + n}`;
        for (const channel of channels) {
          const wanted = [...latest.values()].filter(
            (one) =>
              one.listed &&
              one.channel === channel &&
              (one.scope === 'all' || one.scope === 'campaign:a') &&
              (one.number.endsWith('*')
                ? number.startsWith(one.number.slice(0, -1))
                : one.number === number),
          );
          const found = index.find(number, channel, asked, noon);
          expect(found.map((one) => one.seq).sort()).toEqual(wanted.map((one) => one.seq).sort());
          for (const one of found) {
            const same = changes[one.seq - 1]!;
            expect([one.scope, one.reason, one.provisional]).toEqual([
              same.scope,
              same.reason,
              same.provisional,
            ]);
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('grows past its first table and loses nobody', () => {
  const index = new OwnIndex();
  const numberOf = (n: number) => `+${14_150_000_000 + n * 7}`;
  for (let n = 0; n < 50_000; n += 1) index.apply(change(numberOf(n)));
  expect(index.size).toBe(50_000);
  for (let n = 0; n < 50_000; n += 1) {
    if (index.find(numberOf(n), 'call', [], noon).length !== 1) throw new Error(`lost ${n}`);
    if (index.find(`+${14_150_000_001 + n * 7}`, 'call', [], noon).length !== 0) {
      throw new Error(`invented ${n}`);
    }
  }
});
