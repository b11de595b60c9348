import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstOf, fullBucket, takeToken } from '../../../src/core/access/rate.ts';

const rates = fc.integer({ min: 1, max: 5_000 });
const pauses = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 300 });

/** Somebody who asks: answers how long they have to wait, 0 if they were let through. */
function asker(perSecond: number, start = 0): (at: number) => number {
  let bucket = fullBucket(perSecond, start);
  return (at) => {
    const taken = takeToken(bucket, perSecond, at);
    bucket = taken.bucket;
    return taken.waitMs;
  };
}

describe('a bucket of tokens', () => {
  test('lets through no more than a burst and what flowed in, however it is asked', () => {
    fc.assert(
      fc.property(rates, pauses, (perSecond, rests) => {
        const ask = asker(perSecond);
        let at = 0;
        let passed = 0;
        for (const rest of rests) {
          at += rest;
          for (let i = 0; i < 5; i += 1) if (ask(at) === 0) passed += 1;
          expect(passed).toBeLessThanOrEqual(burstOf(perSecond) + (at * perSecond) / 1_000 + 1e-6);
        }
      }),
    );
  });

  test('lets everything through that keeps to the rate', () => {
    fc.assert(
      fc.property(rates, (perSecond) => {
        const ask = asker(perSecond);
        for (let i = 0; i < 1_000; i += 1) expect(ask((i * 1_000) / perSecond)).toBe(0);
      }),
    );
  });

  test('whoever waits as long as is said is let through', () => {
    fc.assert(
      fc.property(rates, (perSecond) => {
        const ask = asker(perSecond);
        let wait = 0;
        for (let i = 0; i <= burstOf(perSecond); i += 1) wait = ask(0);
        expect(wait).toBeGreaterThan(0);
        expect(ask(wait)).toBe(0);
      }),
    );
  });

  test('holds no more than a burst after the longest rest', () => {
    const ask = asker(10);
    const passed = Array.from({ length: 100 }, () => ask(86_400_000)).filter((wait) => wait === 0);
    expect(passed.length).toBe(burstOf(10));
  });

  test('no clock that steps back empties it', () => {
    expect(asker(10, 1_000)(0)).toBe(0);
  });
});
