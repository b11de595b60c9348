import { describe, expect, test } from 'vitest';
import { type ScreenPartyParts, screenParty } from '../../src/app/screen-party.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { contactsThat } from '../support/contacts.ts';

const callId = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';

async function screened(to: string, codes: readonly string[], decision = 'deny') {
  const entries: unknown[] = [];
  const asked: unknown[] = [];
  const reasons = codes.map((code) => ({ code }));
  const parts = {
    screen: async (ask: unknown) => {
      asked.push(ask);
      return { decision, reasons, view: { reasons }, evidence: { reasons }, caps: [] };
    },
    people: { ensure: async (number: string) => ({ id: 'person', number }) },
    entries: {
      screening: (facts: { decision: string }) => {
        entries.push(facts.decision);
        return { id: 'entry' };
      },
    },
    dials: { addEntry: async () => {} },
    contacts: contactsThat(true),
    clock: { now: () => 0, monotonic: () => 0 },
  } as unknown as ScreenPartyParts;
  const outcome = await screenParty(parts, { callId, to, by: 'key' }).then(
    () => 'rung',
    (error) => (error instanceof ConsentryError ? error.code : String(error)),
  );
  return { outcome, entries, asked: asked.length };
}

describe('a party', () => {
  test.each([
    ['of whom nothing stands in the way', '+12025550123', [], 'rung'],
    ['outside the hours of calling', '+12025550123', ['OUTSIDE_HOURS', 'HOLIDAY'], 'rung'],
    ['at a toll-free number', '+18885550123', ['PREMIUM_OR_TOLLFREE'], 'rung'],
    ['at a premium number', '+19005550123', ['PREMIUM_OR_TOLLFREE'], 'not_dialled'],
    ['who asked not to be called', '+12025550123', ['INTERNAL_DNC'], 'not_dialled'],
    ['whose list may be behind', '+12025550123', ['REPLICA_STALE'], 'not_dialled'],
    [
      'unwanted and outside the hours',
      '+12025550123',
      ['OUTSIDE_HOURS', 'INTERNAL_DNC'],
      'not_dialled',
    ],
    ['at an emergency number', '+12025550123', ['EMERGENCY_NUMBER'], 'not_dialled'],
  ])('%s', async (_, to, codes, expected) => {
    const { outcome, entries } = await screened(to, codes, codes.length === 0 ? 'allow' : 'deny');
    expect([outcome, entries]).toEqual([expected, [expected === 'rung' ? 'allow' : 'deny']]);
  });

  test('at an address that is no number is one of our own telephones', async () => {
    expect(await screened('sip:desk@example.com', ['INTERNAL_DNC'])).toEqual({
      outcome: 'rung',
      entries: [],
      asked: 0,
    });
  });
});
