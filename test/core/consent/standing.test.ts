/** Where a permission stands, from everything a person ever chose. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Choice,
  type ChoiceKind,
  choiceKinds,
  counts,
  mayGrantAlone,
} from '../../../src/core/consent/choice.ts';
import { mayAsk } from '../../../src/core/consent/may-ask.ts';
import { after, parsePeriod } from '../../../src/core/consent/period.ts';
import { grantedOn, standing } from '../../../src/core/consent/standing.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 31, 12);
const words = { hash: 'aa', locale: 'en' };

function choice(kind: ChoiceKind, atDay: number, more: Partial<Choice> = {}): Choice {
  return {
    id: `${kind}-${atDay}`,
    kind,
    purpose: 'recording',
    at: start + atDay * day,
    validUntil: kind === 'granted' ? start + (atDay + 365) * day : null,
    scope: 'tenant',
    channel: 'call',
    words: kind === 'granted' ? words : null,
    document: null,
    ageBand: null,
    guardian: false,
    ...more,
  };
}

const at = (atDay: number) => start + atDay * day;
const stands = (choices: readonly Choice[], atDay: number, line: string | null = null) => {
  const { kind, ...rest } = standing(choices, 'recording', at(atDay), {
    line,
    wordsIn: () => 'aa',
  });
  return 'reason' in rest ? `${kind}: ${rest.reason}` : kind;
};

describe('where a permission stands', () => {
  const rows: readonly (readonly [string, readonly Choice[], number, string])[] = [
    ['nobody ever chose', [], 0, 'ask: no-choice'],
    ['a grant counts', [choice('granted', 0)], 1, 'granted'],
    ['to its last moment', [choice('granted', 0)], 364, 'granted'],
    ['and no longer', [choice('granted', 0)], 365, 'needs-renewal: expired'],
    ['not before it was given', [choice('granted', 5)], 4, 'ask: no-choice'],
    ['a refusal counts', [choice('refused', 0)], 1, 'refused'],
    ['a withdrawal ends a grant', [choice('granted', 0), choice('withdrawn', 1)], 2, 'refused'],
    ['a grant ends a refusal', [choice('refused', 0), choice('granted', 1)], 2, 'granted'],
    [
      'of two in one moment the later written counts',
      [choice('granted', 0), choice('withdrawn', 0)],
      1,
      'refused',
    ],
    [
      'a grant told of late does not undo a later no',
      [choice('withdrawn', 5), choice('granted', 1)],
      6,
      'refused',
    ],
    [
      'what ran out is asked again',
      [choice('granted', 0), choice('expired', 9)],
      10,
      'needs-renewal: expired',
    ],
    [
      'what a machine said counts for nothing',
      [choice('granted', 0), choice('invalidated', 1)],
      2,
      'ask: invalidated',
    ],
    [
      'other words, another question',
      [choice('granted', 0, { words: { hash: 'bb', locale: 'en' } })],
      1,
      'needs-renewal: words-changed',
    ],
    [
      'a document needs no words',
      [choice('granted', 0, { words: null, document: 'cc' })],
      1,
      'granted',
    ],
    [
      'what was only implied never counts',
      [choice('granted', 0, { channel: 'implied' })],
      1,
      'ask: no-choice',
    ],
    [
      'nor does it end a refusal',
      [choice('refused', 0), choice('granted', 1, { channel: 'implied' })],
      2,
      'refused',
    ],
    [
      'a child does not grant',
      [choice('granted', 0, { ageBand: 'under-13' })],
      1,
      'ask: no-choice',
    ],
    [
      'a guardian does',
      [choice('granted', 0, { ageBand: 'under-13', guardian: true })],
      1,
      'granted',
    ],
    [
      'a child may refuse',
      [choice('granted', 0), choice('refused', 1, { ageBand: 'under-13' })],
      2,
      'refused',
    ],
    ['364 days after a no nobody asks', [choice('refused', 0)], 364, 'refused'],
    ['367 days after it they may', [choice('refused', 0)], 367, 'ask: refused-long-ago'],
  ];
  test.each(rows)('%s', (_, choices, when, expected) => {
    expect(stands(choices, when)).toBe(expected);
  });

  test('a choice of one line says nothing of another', () => {
    const choices = [choice('granted', 0, { scope: { line: 'a' } })];
    expect(stands(choices, 1, 'a')).toBe('granted');
    expect(stands(choices, 1, 'b')).toBe('ask: no-choice');
    expect(stands(choices, 1)).toBe('ask: no-choice');
    expect(stands([...choices, choice('withdrawn', 2)], 3, 'a')).toBe('refused');
  });

  test('what a child allowed before their age was known does not count; a guardian still does', () => {
    const alone = [choice('granted', 0)];
    const context = { line: null, ageBand: 'under-13' } as const;
    expect(standing(alone, 'recording', at(1), context)).toEqual({
      kind: 'ask',
      reason: 'needs-guardian',
    });
    const guarded = [choice('granted', 0, { guardian: true })];
    expect(standing(guarded, 'recording', at(1), context).kind).toBe('granted');
  });

  test('it is known on which lines a purpose stands granted', () => {
    const choices = [
      choice('granted', 0, { scope: { line: 'a' } }),
      choice('granted', 1, { scope: { line: 'b' } }),
      choice('refused', 2, { scope: { line: 'b' } }),
    ];
    expect(grantedOn(choices, 'recording', at(3), null)).toEqual(['a']);
    expect(grantedOn([choice('granted', 0)], 'recording', at(3), null)).toEqual([null]);
    expect(grantedOn([...choices, choice('withdrawn', 4)], 'recording', at(5), null)).toEqual([]);
  });

  test('a choice of one purpose says nothing of another', () => {
    expect(standing([choice('granted', 0)], 'training', at(1), { line: null })).toEqual({
      kind: 'ask',
      reason: 'no-choice',
    });
  });
});

const anyChoice = fc
  .record({
    kind: fc.constantFrom(...choiceKinds),
    atDay: fc.integer({ min: 0, max: 800 }),
    channel: fc.constantFrom('call', 'form', 'implied') as fc.Arbitrary<Choice['channel']>,
    line: fc.constantFrom(null, 'a', 'b'),
    ageBand: fc.constantFrom(null, 'under-13', '13-15', '16-up') as fc.Arbitrary<Choice['ageBand']>,
    guardian: fc.boolean(),
  })
  .map(({ kind, atDay, line, ...rest }) =>
    choice(kind, atDay, { ...rest, scope: line === null ? 'tenant' : { line } }),
  );

describe('for whatever was chosen', () => {
  const history = fc.array(anyChoice, { maxLength: 12 });
  const when = fc.integer({ min: 0, max: 1600 });

  test('a grant stands only by a grant that counts, was given, and has not run out', () => {
    fc.assert(
      fc.property(history, when, fc.constantFrom(null, 'a'), (choices, day, line) => {
        const now = standing(choices, 'recording', at(day), { line });
        if (now.kind !== 'granted') return;
        expect(now.by.kind).toBe('granted');
        expect(counts(now.by)).toBe(true);
        expect(now.by.at).toBeLessThanOrEqual(at(day));
        expect(now.by.validUntil).toBeGreaterThan(at(day));
      }),
    );
  });

  test('after a no nothing stands, whatever came before', () => {
    fc.assert(
      fc.property(history, when, fc.constantFrom(null, 'a', 'b'), (choices, day, line) => {
        const no = choice('withdrawn', 2000);
        const now = standing([...choices, no], 'recording', no.at + day, { line });
        expect(now.kind).not.toBe('granted');
      }),
    );
  });

  test('who may not be asked hears from nobody for twelve calendar months', () => {
    fc.assert(
      fc.property(history, when, (choices, day) => {
        const { allowed, notBefore } = mayAsk(choices, 'recording', at(day), null);
        expect(allowed).toBe(notBefore === null);
        if (notBefore === null) return;
        expect(notBefore).toBeGreaterThan(at(day));
        expect(
          mayAsk(
            choices.filter((one) => one.at <= at(day)),
            'recording',
            notBefore,
            null,
          ).allowed,
        ).toBe(true);
      }),
    );
  });

  test('what was only implied changes nothing', () => {
    fc.assert(
      fc.property(history, anyChoice, when, (choices, one, day) => {
        const implied: Choice = { ...one, channel: 'implied' };
        const context = { line: 'a' };
        expect(standing([...choices, implied], 'recording', at(day), context)).toEqual(
          standing(choices, 'recording', at(day), context),
        );
      }),
    );
  });
});

describe('periods', () => {
  test.each([
    ['P1D', '2026-02-01T12:00:00.000Z'],
    ['P2W', '2026-02-14T12:00:00.000Z'],
    ['P1M', '2026-02-28T12:00:00.000Z'],
    ['P12M', '2027-01-31T12:00:00.000Z'],
    ['P25M', '2028-02-29T12:00:00.000Z'],
    ['P1Y', '2027-01-31T12:00:00.000Z'],
  ])('%s after the last of January', (text, expected) => {
    const period = parsePeriod(text);
    expect(period && new Date(after(start, period)).toISOString()).toBe(expected);
  });

  test.each([
    '',
    'P',
    'P0M',
    'P12',
    '12M',
    'P1.5Y',
    'P37M',
    'P4Y',
    'P1099D',
    'P1Y6M',
    'PT1H',
    'p1y',
    7,
    null,
  ])('%j is none', (text) => {
    expect(parsePeriod(text)).toBeNull();
  });
});

test.each([
  [null, 'recording', true],
  ['16-up', 'sale', true],
  ['13-15', 'sale', true],
  ['13-15', 'recording', false],
  ['under-13', 'sale', false],
  ['under-13', 'recording', false],
] as const)('%s alone may grant %s: %s', (band, purpose, expected) => {
  expect(mayGrantAlone(band, purpose)).toBe(expected);
});
