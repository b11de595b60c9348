import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cap } from '../../../src/core/suppression/calling-rules.ts';
import {
  type Attempt,
  countWithin,
  freeFrom,
  reserve,
} from '../../../src/core/suppression/caps.ts';

const hour = 3_600_000;
const three: Cap = { attemptsMax: 3, windowMs: 24 * hour, per: 'subject' };
const four: Cap = { attemptsMax: 4, windowMs: 720 * hour, per: 'number' };
const tried = (...hours: readonly number[]): readonly Attempt[] =>
  hours.map((one) => ({ at: one * hour, subject: 'a' }));

describe('attempts within a time that rolls on', () => {
  test.each([
    [[], 30, 0, 30],
    [[1, 2], 30, 0, 30],
    [[10, 20], 30, 2, 30],
    [[10, 20, 25], 30, 3, 34], // free when the first of them is a day old
    [[10, 20, 25], 34, 2, 34],
    [[10, 20, 25, 28], 34, 3, 44],
    [[10, 20, 25, 40], 30, 4, 44], // one that is planned counts too
  ])('after %j, at hour %i: %i, free from hour %i', (hours, at, count, free) => {
    expect(countWithin(three, tried(...hours), at * hour, 'a')).toBe(count);
    expect(freeFrom(three, tried(...hours), at * hour, 'a')).toBe(free * hour);
  });

  test('an attempt on another subject counts only where all do', () => {
    const attempts = tried(1, 2, 3);
    expect(countWithin(three, attempts, 4 * hour, 'b')).toBe(0);
    expect(countWithin(four, attempts, 4 * hour, 'b')).toBe(3);
  });

  test('where the subject is not known, it may be the same one', () => {
    expect(countWithin(three, tried(1, 2, 3), 4 * hour, null)).toBe(3);
    const unknown = [{ at: hour, subject: null }];
    expect(countWithin(three, unknown, 4 * hour, 'b')).toBe(1);
  });
});

describe('a reservation', () => {
  test('takes a place, until there is none', () => {
    let attempts: readonly Attempt[] = [];
    for (const at of [1, 2, 3]) {
      const taken = reserve([three], attempts, { at: at * hour, subject: 'a' });
      if (!taken.granted) throw new Error('there was a place');
      attempts = taken.attempts;
    }
    const refused = reserve([three], attempts, { at: 4 * hour, subject: 'a' });
    expect(refused).toEqual({ granted: false, cap: three, count: 3, next: 25 * hour });
    expect(reserve([three], attempts, { at: 25 * hour, subject: 'a' }).granted).toBe(true);
  });

  test('waits for the slowest of several caps', () => {
    const attempts = tried(1, 2, 3, 4);
    const refused = reserve([three, four], attempts, { at: 5 * hour, subject: 'a' });
    expect(refused).toMatchObject({ granted: false, cap: three, next: 721 * hour });
  });

  test('never lets more pass in any stretch of time, in whatever order they come', () => {
    const someAttempt = fc.record({
      at: fc.integer({ min: 0, max: 200 }).map((one) => one * hour),
      subject: fc.constantFrom('a', 'b', null),
    });
    fc.assert(
      fc.property(fc.array(someAttempt, { maxLength: 60 }), (asked) => {
        let attempts: readonly Attempt[] = [];
        for (const one of asked) {
          const answer = reserve([three, four], attempts, one);
          if (answer.granted) attempts = answer.attempts;
          else expect(answer.next).toBeGreaterThan(one.at);
        }
        for (const { at } of attempts) {
          const within = attempts.filter((one) => one.at >= at && one.at < at + three.windowMs);
          const of = (subject: string) =>
            within.filter((one) => one.subject === null || one.subject === subject).length;
          expect(Math.max(of('a'), of('b'))).toBeLessThanOrEqual(three.attemptsMax);
        }
        expect(attempts.length).toBeLessThanOrEqual(four.attemptsMax);
      }),
    );
  });

  test('is free when it says it is, and not before', () => {
    const someHours = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 12 });
    fc.assert(
      fc.property(someHours, fc.integer({ min: 0, max: 100 }), (hours, at) => {
        const attempts = tried(...hours);
        const free = freeFrom(three, attempts, at * hour, 'a');
        expect(countWithin(three, attempts, free, 'a')).toBeLessThan(three.attemptsMax);
        if (free === at * hour) return;
        expect(countWithin(three, attempts, free - 1, 'a')).toBeGreaterThanOrEqual(
          three.attemptsMax,
        );
      }),
    );
  });
});
