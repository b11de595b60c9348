import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decide,
  type Party,
  recordingRule,
  shippedRules,
} from '../../../src/core/jurisdiction/decide.ts';
import { demands } from '../../../src/core/jurisdiction/lookup.ts';
import { loadRules, type RuleTable } from '../../../src/core/jurisdiction/rules.ts';
import { party, row, someDay, someParty, today } from './samples.ts';

/** How strict a call's rule is. */
const strictness = (parties: readonly Party[], day = today, table?: RuleTable): number =>
  demands.indexOf(decide(parties, day, table).mode);

const texas = '+12145550123';
const newYork = '+12125550123';
const california = '+14155550123';
const tollFree = '+18005550123';
const berlin = '+493012345678';

describe('[cap 75] the strictest place decides', () => {
  test.each([
    ['California and a one-party state', california, newYork, 'all', ['US', 'US-CA', 'US-NY']],
    ['two one-party states', texas, newYork, 'one', ['US', 'US-NY', 'US-TX']],
    ['an area code nobody knows', '+12995550123', newYork, 'all', ['US', 'US-NY', 'strictest']],
    ['a toll-free number', tollFree, newYork, 'all', ['US', 'US-NY', 'strictest']],
    ['a withheld number', null, newYork, 'all', ['US', 'US-NY', 'strictest']],
    ['two withheld numbers', null, null, 'all', ['strictest']],
    ['Ontario and Texas', '+14165550123', texas, 'notice', ['CA', 'US', 'US-TX']],
    ['Québec and Texas', '+15145550123', texas, 'all', ['CA', 'US', 'US-TX', 'strictest']],
    ['Germany and Texas', berlin, texas, 'all', ['DE', 'EU', 'US', 'US-TX']],
    ['Italy, by the rule of the Union', '+390612345678', texas, 'all', ['EU', 'US', 'US-TX']],
    [
      'the Netherlands, where one would do',
      '+31201234567',
      texas,
      'all',
      ['EU', 'NL', 'US', 'US-TX'],
    ],
    ['Britain, which is unknown', '+442079460018', texas, 'all', ['GB', 'US', 'US-TX']],
    ['Jersey, which has no rule', '+441534123456', texas, 'all', ['US', 'US-TX', 'strictest']],
    ['Japan, which has no rule', '+81312345678', texas, 'all', ['US', 'US-TX', 'strictest']],
    ['Puerto Rico, which has no rule', '+17875550123', texas, 'all', ['US', 'US-TX', 'strictest']],
    ['Australia and New Zealand', '+61212345678', '+6491234567', 'notice', ['AU', 'NZ']],
    ['a state whose statutes conflict', '+13025550123', texas, 'all', ['US', 'US-DE', 'US-TX']],
    ['Connecticut, all on the telephone', '+18605550123', texas, 'all', ['US', 'US-CT', 'US-TX']],
  ])('%s', (_what, from, to, mode, ruleIds) => {
    const decision = decide([party(from), party(to, { name: 'to' })], today);
    expect(decision).toMatchObject({ mode, ruleIds, version: shippedRules.version });
    expect(decision.everyPartyMustConsent).toBe(mode !== 'one');
  });

  test.each([
    ['a declared state', party(tollFree, { declared: 'US-TX' }), 'one'],
    ['a declared country without its state', party(tollFree, { declared: 'US' }), 'all'],
    ['Canada without its province', party(tollFree, { declared: 'CA' }), 'all'],
    ['a declared place that the number contradicts', party(newYork, { declared: 'US-TX' }), 'all'],
    ['a declared place behind a withheld number', party(null, { declared: 'US-TX' }), 'all'],
    ['a landline', party(texas, { line: 'landline' }), 'one'],
  ])('%s', (_what, one, mode) => {
    expect(decide([one], today).mode).toBe(mode);
  });

  test.each(['US', 'CA'])('%s is told to have parts that differ', (declared) => {
    expect(decide([party(tollFree, { declared })], today).warnings).toEqual([
      { party: 'from', is: 'division-unknown', place: declared },
    ]);
  });

  test('it is told who decides', () => {
    const parties = [party(california), party(newYork, { name: 'to' })];
    expect(decide(parties, today).decidedBy).toEqual(['from']);
    expect(decide([party(texas), party(newYork, { name: 'to' })], today).decidedBy).toEqual([
      'from',
      'to',
    ]);
  });

  test('a call without parties is a mistake of the program', () => {
    expect(() => decide([], today)).toThrow('a call has a party');
  });
});

describe('what else a rule asks', () => {
  test.each([
    ['Connecticut', '+18605550123', true],
    ['Washington', '+12065550123', true],
    ['nobody knows where', tollFree, true],
    ['Texas', texas, null],
    ['California', california, null],
  ])('whether the announcement must be recorded: %s', (_where, number, asked) => {
    expect(decide([party(number)], today).announcementMustBeRecorded).toBe(asked);
  });

  test.each([
    ['California', california, { ruleIds: ['US-CA-vendor'], mode: 'all' }],
    ['nobody knows where', null, { ruleIds: ['US-CA-vendor'], mode: 'all' }],
    ['Texas', texas, null],
  ])('the rule on vendors: %s', (_where, number, vendorRow) => {
    expect(decide([party(number)], today).vendorRow).toEqual(vendorRow);
  });

  test('a country without its state is under what any state asks, and no other country', () => {
    expect(decide([party(tollFree, { declared: 'US' })], today)).toMatchObject({
      announcementMustBeRecorded: true,
      vendorRow: { ruleIds: ['US-CA-vendor'], mode: 'all' },
    });
    expect(decide([party(tollFree, { declared: 'CA' })], today)).toMatchObject({
      announcementMustBeRecorded: null,
      vendorRow: null,
    });
  });

  test('a state whose rule did not load is under what any state asks', () => {
    const rows = [...shippedRules.rules.values()];
    const broken = rows.map((one) => (one.id === 'US-CA' ? { ...one, source: [] } : one));
    const decision = decide([party(california)], today, loadRules('2026-11-22', broken));
    expect(decision).toMatchObject({ mode: 'all', vendorRow: { ruleIds: ['US-CA-vendor'] } });
  });

  test('a rule that notice may satisfy is no looser for it', () => {
    const rows = [
      row('CA', { mode: 'all' }),
      row('DE', { mode: 'all' }),
      row('EU', { mode: 'all' }),
    ];
    const strict = loadRules('2026-01-01', rows);
    const noticed = loadRules(
      '2026-01-01',
      rows.map((one) => ({ ...one, noticeSuffices: 'yes', beepSuffices: 'yes' })),
    );
    for (const number of ['+14165550123', berlin]) {
      const one = decide([party(number)], '2026-06-01', strict);
      const other = decide([party(number)], '2026-06-01', noticed);
      expect(other.mode).toBe('all');
      expect(other.everyPartyMustConsent).toBe(one.everyPartyMustConsent);
    }
  });
});

describe('time', () => {
  test('[cap 75] a rule holds up to its review date, and then the strictest does, with a warning', () => {
    const reviewBy = shippedRules.rules.get('US-TX')?.reviewBy ?? '';
    const after = `${reviewBy.slice(0, -2)}${Number(reviewBy.slice(-2)) + 1}`;
    expect(decide([party(texas)], reviewBy)).toMatchObject({ mode: 'one' });
    expect(decide([party(texas)], after)).toMatchObject({
      mode: 'all',
      ruleIds: ['US', 'US-TX', 'strictest'],
      warnings: expect.arrayContaining([{ party: 'from', is: 'stale', rule: 'US-TX' }]),
    });
  });

  test('a stale federal rule is enough to fall back', () => {
    const table = loadRules('2026-01-01', [row('US', { reviewBy: '2026-02-01' }), row('US-TX')]);
    expect(decide([party(texas)], '2026-02-01', table).mode).toBe('one');
    expect(decide([party(texas)], '2026-02-02', table).mode).toBe('all');
  });

  test('a stale rule on vendors still holds, and warns', () => {
    const decision = decide([party(california)], '2027-03-01');
    expect(decision.vendorRow).toEqual({ ruleIds: ['US-CA-vendor'], mode: 'all' });
    expect(decision.warnings).toContainEqual({ is: 'stale', rule: 'US-CA-vendor', party: null });
  });

  test('a rule on vendors that did not load still holds, and warns', () => {
    const rows = [row('US'), row('US-CA', { vendorRule: 'US-CA-vendor' })];
    const table = loadRules('2026-01-01', [...rows, { ...row('US-CA-vendor'), source: [] }]);
    const decision = decide([party(california)], '2026-06-01', table);
    expect(decision.vendorRow).toEqual({ ruleIds: ['US-CA-vendor'], mode: 'all' });
    expect(decision.warnings).toContainEqual({ is: 'refused', rule: 'US-CA-vendor', party: null });
  });

  test('a day before the rules were checked is warned of', () => {
    const warned = (day: string) =>
      decide([party(texas)], day).warnings.some(({ is }) => is === 'before-checked');
    expect(warned('2026-11-21')).toBe(true);
    expect(warned('2026-11-22')).toBe(false);
  });
});

describe('a row without confidence', () => {
  test('is no rule to rely on', () => {
    const table = loadRules('2026-01-01', [row('US'), row('US-TX', { confidence: 'none' })]);
    expect(decide([party(texas)], '2026-06-01', table)).toMatchObject({
      mode: 'all',
      warnings: expect.arrayContaining([{ party: 'from', is: 'unsure', rule: 'US-TX' }]),
    });
  });
});

describe('always', () => {
  const someParties = fc.array(someParty, { minLength: 1, maxLength: 4 });

  test('another party never loosens', () => {
    fc.assert(
      fc.property(someParties, someParty, someDay, (parties, more, day) => {
        expect(strictness([...parties, more], day)).toBeGreaterThanOrEqual(
          strictness(parties, day),
        );
      }),
    );
  });

  test('the order of parties makes no difference', () => {
    const shuffled = someParties.chain((parties) =>
      fc.tuple(
        fc.constant(parties),
        fc.shuffledSubarray([...parties], { minLength: parties.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, someDay, ([parties, others], day) => {
        expect(recordingRule(others, day)).toEqual(recordingRule(parties, day));
        const [one, other] = [decide(parties, day), decide(others, day)];
        expect(other.vendorRow).toEqual(one.vendorRow);
        expect(other.announcementMustBeRecorded).toBe(one.announcementMustBeRecorded);
      }),
    );
  });

  test('a later day never loosens', () => {
    fc.assert(
      fc.property(someParties, someDay, someDay, (parties, one, other) => {
        const [early, late] = [one, other].sort();
        expect(strictness(parties, late)).toBeGreaterThanOrEqual(strictness(parties, early));
      }),
    );
  });

  test('knowing less of a number never loosens', () => {
    fc.assert(
      fc.property(someParty, ({ line, ...known }) => {
        expect(strictness([{ ...known, number: null }])).toBe(demands.length - 1);
        const whole = line === undefined ? known : { ...known, line };
        expect(strictness([known])).toBe(strictness([whole]));
      }),
    );
  });

  test('what is taken away loosens nothing but what it asked for itself', () => {
    fc.assert(
      fc.property(someParty, fc.constantFrom('declared', 'account'), (known, kind) => {
        const { [kind]: place, ...rest } = known;
        if (place === undefined) return;
        const alone = strictness([{ name: 'from', number: tollFree, declared: place }]);
        const before = strictness([known]);
        const contradicts = decide([known], today).parties[0]?.doubt === 'contradiction';
        const after = strictness([rest as Party]);
        expect(after >= before || alone >= before || contradicts).toBe(true);
      }),
    );
  });

  test('a wider place is never looser than a place in it', () => {
    const inside = fc.constantFrom('US-TX', 'US-CA', 'US-VT', 'CA-ON', 'CA-QC', 'CA-NU');
    fc.assert(
      fc.property(inside, someDay, (place, day) => {
        const at = (declared: string) => strictness([party(tollFree, { declared })], day);
        expect(at(place.slice(0, 2))).toBeGreaterThanOrEqual(at(place));
      }),
    );
  });

  test('a rule that is taken out of the table, or does not load, never loosens', () => {
    const rows = [...shippedRules.rules.values()];
    fc.assert(
      fc.property(someParties, fc.constantFrom(...rows), (parties, lost) => {
        const refusing = loadRules(
          shippedRules.version,
          rows.map((one) => (one === lost ? { ...one, source: [] } : one)),
        );
        const whole = strictness(parties);
        expect(strictness(parties, today, refusing)).toBeGreaterThanOrEqual(whole);
      }),
    );
  });

  test('doubt is told', () => {
    fc.assert(
      fc.property(someParties, someDay, (parties, day) => {
        const { ruleIds, warnings, mode } = decide(parties, day);
        if (!ruleIds.includes('strictest')) return;
        expect(mode).toBe('all');
        expect(warnings.some(({ is }) => is !== 'weak' && is !== 'before-checked')).toBe(true);
      }),
    );
  });
});

test('what an entry keeps is mode, ids and version', () => {
  expect(recordingRule([party(california), party(texas)], today)).toEqual({
    mode: 'all',
    ruleIds: ['US', 'US-CA', 'US-TX'],
    version: '2026-11-22',
  });
});
