/** Numbers while a list is made: as a set of them, whatever is added and taken off in between. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberBag } from '../../../src/core/suppression/number-bag.ts';

test('is the set of what was added and not taken off since', () => {
  const step = fc.tuple(fc.boolean(), fc.integer({ min: 442079460000, max: 442079460040 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const [bag, set] = [new NumberBag(), new Set<number>()];
      for (const [adds, number] of steps) {
        const stood = set.has(number);
        if (adds) set.add(number);
        else set.delete(number);
        expect(adds ? bag.add(number) : !bag.delete(number)).toBe(!stood);
      }
      expect([...bag].sort()).toEqual([...set].sort());
      expect(bag.size).toBe(set.size);
      for (let n = 442079460000; n <= 442079460040; n += 1) expect(bag.has(n)).toBe(set.has(n));
    }),
  );
});

test('finds all of many after half of them were taken off', () => {
  const bag = new NumberBag();
  const number = (i: number) => 440_000_000_000 + i * 7_919;
  for (let i = 0; i < 50_000; i += 1) bag.add(number(i));
  for (let i = 0; i < 50_000; i += 2) bag.delete(number(i));
  expect(bag.size).toBe(25_000);
  for (let i = 0; i < 50_000; i += 1) if (bag.has(number(i)) !== (i % 2 === 1)) expect(i).toBe(-1);
});
