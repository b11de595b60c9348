/** Parties and tables that several tests use. */
import fc from 'fast-check';
import type { Party } from '../../../src/core/jurisdiction/decide.ts';
import type { RuleRow } from '../../../src/core/jurisdiction/rules.ts';
import { areaCodes } from '../../../src/core/jurisdiction/table/area-codes.ts';
import { usStates } from '../../../src/core/jurisdiction/table/places.ts';

/** A day on which every shipped rule may be relied on. */
export const today = '2026-11-26';

export const row = (id: string, more: Partial<RuleRow> = {}): RuleRow => ({
  id,
  mode: 'one',
  source: ['somebody.example, page 1'],
  checkedOn: '2026-01-01',
  reviewBy: '2026-12-31',
  confidence: 'low',
  ...more,
});

export const party = (number: string | null, more: Partial<Party> = {}): Party => ({
  name: 'from',
  number,
  ...more,
});

const numbers = fc.oneof(
  fc.constantFrom(...areaCodes.keys()).map((code) => `+1${code}5550123`),
  fc.constantFrom(
    null,
    '+18005550123',
    '+12995550123',
    '+493012345678',
    '+4915112345678',
    '+31201234567',
    '+442079460018',
    '+447700900123',
    '+6491234567',
    '+61212345678',
    '+81312345678',
    '+80012345678',
  ),
);

export const places = fc.oneof(
  fc.constantFrom(...Object.keys(usStates)).map((state) => `US-${state}`),
  fc.constantFrom('US', 'CA', 'CA-ON', 'CA-QC', 'DE', 'NL', 'GB', 'NZ', 'AU', 'JP', 'PR'),
);

export const someParty: fc.Arbitrary<Party> = fc
  .record(
    {
      number: numbers,
      declared: places,
      account: places,
      line: fc.constantFrom('landline', 'mobile', 'voip', 'ported'),
    },
    { requiredKeys: ['number'] },
  )
  .map((evidence) => ({ name: 'from', ...evidence }) as Party);

export const someDay = fc
  .integer({ min: 0, max: 1500 })
  .map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10));
