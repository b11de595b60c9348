/** Deadlines against days that were worked out by hand, and what must hold of all of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addBusinessDays, isBusinessDay } from '../../../src/core/rights/business-days.ts';
import {
  deadlineRules,
  deadlinesOf,
  lawOf,
  rightLaws,
  urgencyOf,
} from '../../../src/core/rights/deadline.ts';
import { rightKinds } from '../../../src/core/rights/request.ts';

const day = (text: string) => Date.parse(`${text}T00:00Z`) / 86_400_000;
const noon = (text: string) => Date.parse(`${text}T18:00Z`);

describe('[cap 55] the month of the General Data Protection Regulation', () => {
  // EDPB Guidelines 01/2022: 5 March ends on 5 April, 31 August on 30 September.
  test.each([
    ['2023-03-05', '2023-04-05', '2023-06-05'],
    ['2022-08-31', '2022-09-30', '2022-11-30'],
    // Ends on a Saturday: Regulation 1182/71 article 3(4).
    ['2026-01-31', '2026-03-02', '2026-04-30'],
    ['2024-01-31', '2024-02-29', '2024-04-30'],
    ['2023-01-30', '2023-02-28', '2023-05-01'],
    // Friday, 25 December; then a weekend.
    ['2026-11-25', '2026-12-28', '2027-02-25'],
    // Sunday, 1 January, then Monday.
    ['2022-12-01', '2023-01-02', '2023-03-01'],
    ['2026-12-01', '2027-01-04', '2027-03-01'],
  ])('of a request from %s ends on %s, extended on %s', (received, answer, extended) => {
    const found = deadlinesOf('gdpr', 'access', noon(received));
    expect([found.answerBy, found.extendedBy, found.confirmBy]).toEqual([answer, extended, null]);
  });
});

describe('[cap 55] the days of California', () => {
  test.each([
    // Ten business days over Thanksgiving; 45 and 90 days by the calendar, weekends and all.
    ['2026-11-20', '2026-12-07', '2027-01-04', '2027-02-18'],
    ['2026-06-15', '2026-06-30', '2026-07-30', '2026-09-13'],
    // Columbus Day is no holiday there.
    ['2026-10-05', '2026-10-19', '2026-11-19', '2027-01-03'],
    // Christmas and New Year are Fridays.
    ['2026-12-21', '2027-01-06', '2027-02-04', '2027-03-21'],
  ])(
    'of a request from %s: confirmed by %s, answered by %s, extended to %s',
    (received, ...days) => {
      const found = deadlinesOf('ccpa', 'delete', noon(received));
      expect([found.confirmBy, found.answerBy, found.extendedBy]).toEqual(days);
    },
  );

  test.each([
    ['2026-11-20', '2026-12-14'],
    ['2026-07-01', '2026-07-22'],
    ['2027-06-28', '2027-07-20'], // 4 July 2027 is a Sunday, and Monday is kept
  ])('an opt-out of sale from %s is done by %s and not later', (received, answer) => {
    const found = deadlinesOf('ccpa', 'do-not-sell', noon(received));
    expect([found.answerBy, found.extendedBy]).toEqual([answer, null]);
  });

  test.each([
    ['2026-10-05', '2026-10-20'], // over Columbus Day, which is federal
    ['2026-11-20', '2026-12-07'],
    ['2026-06-30', '2026-07-15'], // 4 July 2026 is a Saturday, and Friday is kept
  ])('a revocation from %s is honoured by %s (47 CFR 64.1200(a)(10))', (received, answer) => {
    expect(deadlinesOf('ccpa', 'revoke', noon(received)).answerBy).toBe(answer);
  });
});

test('the earliest place of a law decides which day it is', () => {
  const night = Date.parse('2026-03-02T03:00Z'); // still 1 March in Hawaii
  expect(deadlinesOf('ccpa', 'access', night).answerBy).toBe('2026-04-15');
  const { answerEnds } = deadlinesOf('gdpr', 'access', noon('2026-03-05'));
  expect(new Date(answerEnds).toISOString()).toBe('2026-04-06T21:00:00.000Z');
});

test('every law has exactly one rule for every right, with its source and dates', () => {
  for (const law of rightLaws) {
    for (const kind of rightKinds) {
      const rules = deadlineRules.filter((one) => one.law === law && one.kinds.includes(kind));
      expect(rules, `${law} ${kind}`).toHaveLength(1);
    }
  }
  for (const rule of deadlineRules) {
    expect(rule.source.length).toBeGreaterThan(10);
    expect(Date.parse(rule.checkedOn)).toBeLessThan(Date.parse(rule.reviewBy));
    expect(Date.parse(rule.since)).toBeLessThan(Date.parse(rule.checkedOn));
  }
});

test('who has a North American number is under the laws there, everybody else under the Union', () => {
  expect(['+14155550100', '+4930123456', '+442071838750'].map(lawOf)).toEqual([
    'ccpa',
    'gdpr',
    'gdpr',
  ]);
});

test('business days are counted as a calendar on the wall is: one by one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 18_000, max: 40_000 }),
      fc.integer({ min: 1, max: 60 }),
      (from, n) => {
        const last = addBusinessDays('us', from, n);
        let found = 0;
        for (let one = from + 1; one <= last; one += 1) if (isBusinessDay('us', one)) found += 1;
        expect([found, isBusinessDay('us', last)]).toEqual([n, true]);
      },
    ),
  );
  expect(isBusinessDay('us', day('2026-07-03'))).toBe(false);
  expect(isBusinessDay('us-ca', day('2026-07-03'))).toBe(true);
});

test('a later request is never due earlier, and no extension is shorter than what it extends', () => {
  const received = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2035-01-01') });
  fc.assert(
    fc.property(
      fc.constantFrom(...rightLaws),
      fc.constantFrom(...rightKinds),
      received,
      fc.integer({ min: 0, max: 40 * 86_400_000 }),
      (law, kind, at, later) => {
        const [one, two] = [deadlinesOf(law, kind, at), deadlinesOf(law, kind, at + later)];
        expect(two.answerEnds).toBeGreaterThanOrEqual(one.answerEnds);
        expect(one.answerEnds).toBeGreaterThan(at);
        expect(one.extendedEnds ?? Infinity).toBeGreaterThan(one.answerEnds);
        expect(one.confirmEnds ?? 0).toBeLessThan(one.answerEnds);
      },
    ),
  );
});

test('an alarm comes three days before the end, and says so when it is over', () => {
  const due = noon('2026-04-06');
  const hour = 3_600_000;
  expect(urgencyOf(due, due - 73 * hour)).toBe('open');
  expect(urgencyOf(due, due - 72 * hour)).toBe('soon');
  expect(urgencyOf(due, due)).toBe('late');
});
