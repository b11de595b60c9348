import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJurisdictionBook } from '../../src/app/jurisdiction-book.ts';
import { decide, shippedRules } from '../../src/core/jurisdiction/decide.ts';
import { staleRules } from '../../src/core/jurisdiction/record.ts';
import { roles } from '../../src/core/words.ts';
import { party, someDay, today } from '../core/jurisdiction/samples.ts';

const warnings: object[] = [];
const log = {
  debug() {},
  info() {},
  warn: (fields: object, message: string) => void warnings.push({ ...fields, message }),
  error() {},
};
const book = createJurisdictionBook(log, () => []);
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

const numbers = fc.constantFrom(
  null,
  '+14155550123',
  '+14155559876',
  '+12145550123',
  '+18005550123',
  '+12995550123',
  '+493012345678',
  '+4915112345678',
  '+441534123456',
  '+447797712345',
  '+447700900123',
  '+77012345678',
  '+79161234567',
  '+80012345678',
);
const someParties = fc.array(
  fc.record({ role: fc.constantFrom(...roles, 'line' as const), number: numbers }),
  { minLength: 1, maxLength: 4 },
);
type Parties = readonly { role: (typeof roles)[number] | 'line'; number: string | null }[];
const ruleFor = (parties: Parties, day: string) =>
  book.ruleFor(
    parties.map(({ role, number }) => ({ role, place: book.placeOf(number) })),
    noon(day),
  );

describe('the rule a call is under', () => {
  test('is what deciding afresh finds, however much is remembered', () => {
    fc.assert(
      fc.property(someParties, someDay, (parties, day) => {
        const afresh = decide(
          parties.map(({ number }) => party(number)),
          day,
        );
        expect(ruleFor(parties, day)).toMatchObject({
          table: shippedRules.version,
          mode: afresh.mode,
          rules: afresh.ruleIds,
        });
      }),
    );
  });

  test('says of each party where, how sure and why not, and never a number', () => {
    expect(
      ruleFor(
        [
          { role: 'line', number: '+18005550123' },
          { role: 'agent', number: null },
          { role: 'caller', number: '+14155550123' },
        ],
        today,
      ).parties,
    ).toEqual([
      { role: 'agent', places: [], confidence: 'none', doubt: 'withheld' },
      { role: 'caller', places: ['US-CA'], confidence: 'low', doubt: null },
      { role: 'line', places: [], confidence: 'none', doubt: 'nowhere' },
    ]);
    fc.assert(
      fc.property(someParties, someDay, (parties, day) => {
        expect(JSON.stringify(ruleFor(parties, day))).not.toMatch(/\d{5}/);
      }),
    );
  });

  test('counts where somebody says they are, as deciding afresh does', () => {
    const declared = fc.option(fc.constantFrom('US-CA', 'US-TX', 'US', 'DE', 'GB'), {
      nil: undefined,
    });
    const some = fc.array(fc.record({ number: numbers, declared }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(some, someDay, (parties, day) => {
        const afresh = decide(
          parties.map(({ number, declared: said }) => ({
            ...party(number),
            ...(said !== undefined && { declared: said }),
          })),
          day,
        );
        const placed = parties.map((one) => ({
          role: 'caller' as const,
          place: book.placeOf(one.number, one.declared),
        }));
        expect(book.ruleFor(placed, noon(day))).toMatchObject({
          mode: afresh.mode,
          rules: afresh.ruleIds,
        });
      }),
    );
  });

  test('the order of parties, and who else has been in the same places, makes no difference', () => {
    fc.assert(
      fc.property(someParties, someDay, (parties, day) => {
        expect(ruleFor([...parties].reverse(), day)).toBe(ruleFor(parties, day));
        expect(ruleFor([...parties, ...parties], day)).toEqual(ruleFor(parties, day));
      }),
    );
  });

  test('a stranger on the bridge makes it the strictest', () => {
    const texan = { role: 'caller' as const, place: book.placeOf('+12145550123') };
    expect(book.ruleFor([texan], noon(today)).mode).toBe('one');
    const stranger = { role: 'stranger' as const, place: book.placeOf(null) };
    expect(book.ruleFor([texan, stranger], noon(today)).mode).toBe('all');
  });
});

describe('rules past their review date', () => {
  test('warn once a day, with a count and nothing of any call', () => {
    const late = '2027-06-01';
    expect(staleRules(today)).toEqual([]);
    expect(staleRules(late).length).toBeGreaterThan(0);
    const own = createJurisdictionBook(log);
    const ask = (day: string) =>
      own.ruleFor([{ role: 'caller', place: own.placeOf('+12145550123') }], noon(day));
    warnings.length = 0;
    expect(ask(today).mode).toBe('one');
    expect(warnings).toEqual([]);
    expect(ask(late)).toMatchObject({ mode: 'all', rules: ['US', 'US-TX', 'strictest'] });
    ask(late);
    ask(today); // a clock that goes back over midnight does not warn again
    ask(late);
    const warning = {
      stale: staleRules(late).length,
      message: 'rules on recording are past their review date; the strictest holds',
    };
    expect(warnings).toEqual([warning]);
    ask('2027-06-02');
    expect(warnings).toEqual([warning, warning]);
  });
});
