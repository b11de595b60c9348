import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallFacts,
  differences,
  endOf,
  endOfCall,
  judgeCall,
  judgeRecord,
  type RecordFacts,
  type RetentionRule,
  recordKinds,
  ruleFor,
  youngestDue,
} from '../../../src/core/retention/plan.ts';

const day = 86_400_000;
const at = Date.parse('2026-01-01T00:00:00Z');
const rule = (change: Partial<RetentionRule>): RetentionRule => ({
  kind: 'calls',
  purpose: null,
  lineId: null,
  campaign: null,
  days: 30,
  ...change,
});
const facts = { at, lineId: 'line-1', campaign: 'spring', purposes: ['recording', 'sale'] };
const call: CallFacts = { ...facts, recordings: null, forms: null, isHeld: false, isOpen: false };

describe('the rule that decides', () => {
  test.each<[string, Partial<RetentionRule>[], number | null | undefined]>([
    ['none: nothing does', [], undefined],
    ['one of another kind does not', [{ kind: 'texts' }], undefined],
    ['a line that is named beats none', [{ days: 9 }, { lineId: 'line-1', days: 90 }], 90],
    ['another line does not count', [{ days: 9 }, { lineId: 'line-2', days: 1 }], 9],
    [
      'two names beat one',
      [
        { lineId: 'line-1', days: 1 },
        { lineId: 'line-1', campaign: 'spring', days: 60 },
      ],
      60,
    ],
    [
      'of equals the shortest counts',
      [
        { lineId: 'line-1', days: 9 },
        { campaign: 'spring', days: 5 },
      ],
      5,
    ],
    [
      'for ever is the longest of equals',
      [
        { lineId: 'line-1', days: null },
        { campaign: 'spring', days: 5 },
      ],
      5,
    ],
    ['for ever, where only it is meant', [{ days: 5 }, { lineId: 'line-1', days: null }], null],
    ['any purpose of the call will do', [{ purpose: 'sale', days: 7 }, { days: 8 }], 7],
    ['a purpose it has not does not', [{ purpose: 'training', days: 7 }, { days: 8 }], 8],
  ])('%s', (_, rules, days) => {
    expect(ruleFor(rules.map(rule), 'calls', facts)?.days).toBe(days);
  });
});

describe('the end of a record', () => {
  test.each([1, 30, 60, 90, 4_321])('comes after %i days, to the millisecond', (days) => {
    const rules = [rule({ days })];
    const end = at + days * day;
    expect(endOf(rules, 'calls', facts)).toBe(end);
    expect(judgeCall(rules, call, end - 1)).toBe('kept');
    expect(judgeCall(rules, call, end)).toBe('due');
  });

  test('a call stays whole while a rule of its own keeps a part of it', () => {
    const parts = { count: 1, oldest: at, newest: at + day };
    const recorded = { ...call, recordings: parts };
    const rules = [rule({ days: 30 }), rule({ kind: 'recordings', days: 90 })];
    expect(endOfCall(rules, call)).toBe(at + 30 * day);
    expect(endOfCall(rules, recorded)).toBe(at + 91 * day);
    expect(endOfCall([rule({ days: 30 })], recorded)).toBe(at + 30 * day);
    const forEver = [rule({ days: 30 }), rule({ kind: 'forms', days: null })];
    expect(endOfCall(forEver, { ...call, forms: parts })).toBeNull();
    expect(endOfCall(forEver, call)).toBe(at + 30 * day);
  });

  test('a hold beats every rule, and an open request waits', () => {
    const rules = [rule({ days: 1 })];
    const late = at + 5 * day;
    expect(judgeCall(rules, { ...call, isHeld: true, isOpen: true }, late)).toBe('held');
    expect(judgeCall(rules, { ...call, isOpen: true }, late)).toBe('open');
    expect(judgeCall(rules, { ...call, isHeld: true }, at)).toBe('kept');
    const text = { ...facts, isHeld: true };
    expect(judgeRecord([rule({ kind: 'texts', days: 1 })], 'texts', text, late)).toBe('held');
  });
});

const anyRule = fc.record({
  kind: fc.constantFrom(...recordKinds),
  purpose: fc.constantFrom(null, 'recording', 'sale', 'training'),
  lineId: fc.constantFrom(null, 'line-1', 'line-2'),
  campaign: fc.constantFrom(null, 'spring', 'autumn'),
  days: fc.option(fc.integer({ min: 1, max: 400 })),
});
const anyFacts = fc.record({
  at: fc.integer({ min: at, max: at + 500 * day }),
  lineId: fc.constantFrom(null, 'line-1', 'line-2'),
  campaign: fc.constantFrom(null, 'spring', 'autumn'),
  purposes: fc.subarray(['recording', 'sale', 'training']),
});

describe('for any rules', () => {
  test('nothing younger than the youngest that can be due is due', () => {
    fc.assert(
      fc.property(fc.array(anyRule), anyFacts, (rules, record: RecordFacts) => {
        const asOf = at + 500 * day;
        for (const kind of recordKinds) {
          const end = endOf(rules, kind, record);
          const youngest = youngestDue(rules, kind, asOf);
          if (end !== null && end <= asOf) expect(record.at).toBeLessThanOrEqual(youngest!);
        }
      }),
    );
  });

  test('the order of rules does not matter', () => {
    fc.assert(
      fc.property(fc.array(anyRule), anyFacts, (rules, record) => {
        const turned = rules.toReversed();
        expect(endOf(turned, 'calls', record)).toBe(endOf(rules, 'calls', record));
      }),
    );
  });

  test('one more rule that is as specific never keeps anything longer', () => {
    fc.assert(
      fc.property(fc.array(anyRule), anyFacts, fc.integer({ min: 1 }), (rules, record, days) => {
        const first = ruleFor(rules, 'calls', record);
        if (first === null) return;
        const end = endOf(rules, 'calls', record) ?? Number.POSITIVE_INFINITY;
        const more = endOf([...rules, { ...first, days }], 'calls', record);
        expect(more ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(end);
      }),
    );
  });
});

test('differences say what was added, changed and taken away, and nothing else', () => {
  const before = [rule({ days: 30 }), rule({ kind: 'texts', days: 60 })];
  const after = [rule({ days: 90 }), rule({ kind: 'forms', days: null })];
  expect(
    differences(before, after).map(({ kind, ...one }) => [kind, one.before, one.after]),
  ).toEqual([
    ['calls', 30, 90],
    ['forms', 'none', null],
    ['texts', 60, 'none'],
  ]);
  expect(differences(after, after)).toEqual([]);
});
