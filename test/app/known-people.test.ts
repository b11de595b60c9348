import { describe, expect, test } from 'vitest';
import { type KnownAsk, knownFrom } from '../../src/app/known-people.ts';
import type { Choice, ChoiceKind } from '../../src/core/consent/choice.ts';
import type { Purpose } from '../../src/core/words.ts';

const at = Date.UTC(2026, 2, 4);
const now = at + 86_400_000;
const calls: KnownAsk = { channel: 'call', purpose: 'marketing-calls' };
const texts: KnownAsk = { channel: 'text', purpose: 'marketing-texts' };
const sale: KnownAsk = { channel: 'call', purpose: 'sale' };

function choice(kind: ChoiceKind, purpose: Purpose, more: Partial<Choice> = {}): Choice {
  return {
    id: `${kind}-${purpose}`,
    kind,
    purpose,
    at,
    validUntil: null,
    scope: 'tenant',
    channel: 'form',
    words: null,
    document: null,
    ageBand: null,
    guardian: false,
    ...more,
  };
}

describe('what a screening knows of what somebody chose', () => {
  test('[cap 42] a permission is for its channel, and only while it stands', () => {
    const granted = choice('granted', 'marketing-calls', { validUntil: now + 1 });
    const permission = { purpose: 'marketing-calls', channel: 'call', givenAt: at };
    expect(knownFrom([granted], now, calls).permissions).toMatchObject([permission]);
    expect(knownFrom([granted], now + 1, calls).permissions).toEqual([]);
    expect(knownFrom([choice('granted', 'recording')], now, calls).permissions).toEqual([]);
    const implied = choice('granted', 'marketing-calls', { channel: 'implied' });
    expect(knownFrom([implied], now, calls).permissions).toEqual([]);
  });

  test('a no, and a yes that was taken back, are told apart, and hold for twelve months', () => {
    const refused = knownFrom([choice('refused', 'marketing-calls')], now, calls);
    expect(refused).toMatchObject({ refusedAt: at, withdrawnAt: null });
    const withdrawn = knownFrom(
      [choice('granted', 'marketing-calls'), choice('withdrawn', 'marketing-calls')],
      now,
      calls,
    );
    expect(withdrawn).toMatchObject({ permissions: [], refusedAt: null, withdrawnAt: at });
    expect(withdrawn.noReaskUntil).toBe(Date.UTC(2027, 2, 4));
    expect(
      knownFrom([choice('refused', 'marketing-calls')], Date.UTC(2027, 2, 5), calls),
    ).toMatchObject({
      refusedAt: null,
      noReaskUntil: null,
    });
  });

  test('[cap 42] a no to texts is kept from texts, whatever they are for, and not from calls', () => {
    const notBefore = Date.UTC(2027, 2, 4);
    const refused = [choice('refused', 'marketing-texts')];
    const kept = { refusedAt: at, withdrawnAt: null, noReaskUntil: notBefore };
    expect(knownFrom(refused, now, texts)).toMatchObject(kept);
    expect(knownFrom(refused, now, { ...calls, channel: 'text' })).toMatchObject(kept);
    expect(knownFrom(refused, now, calls)).toMatchObject({ refusedAt: null, noReaskUntil: null });
    const withdrawn = [choice('withdrawn', 'marketing-texts')];
    expect(knownFrom(withdrawn, now, texts)).toMatchObject({ refusedAt: null, withdrawnAt: at });
    expect(knownFrom(withdrawn, now, calls)).toMatchObject({ withdrawnAt: null });
  });

  test('of a no to calls and one to texts the later counts, and the longer rest', () => {
    const both = [
      choice('withdrawn', 'marketing-calls'),
      choice('withdrawn', 'marketing-texts', { at: at + 1_000 }),
    ];
    for (const choices of [both, both.toReversed()]) {
      expect(knownFrom(choices, now, texts)).toMatchObject({
        withdrawnAt: at + 1_000,
        noReaskUntil: Date.UTC(2027, 2, 4) + 1_000,
      });
    }
  });

  test.each(['refused', 'withdrawn'] as const)(
    'whose data is not to be sold (%s) stays out of every sale until they allow it themselves',
    (kind) => {
      const no = choice(kind, 'sale');
      expect(knownFrom([no], now, sale)).toMatchObject({
        withdrawnAt: at,
        noReaskUntil: Date.UTC(2027, 2, 4),
        permissions: [],
      });
      expect(knownFrom([no], Date.UTC(2029, 0, 1), sale)).toMatchObject({ withdrawnAt: at });
      const yes = choice('granted', 'sale', { at: at + 1 });
      expect(knownFrom([no, yes], now, sale)).toMatchObject({
        withdrawnAt: null,
        permissions: [{ purpose: 'sale', channel: null, givenAt: at + 1 }],
      });
      for (const other of [calls, texts]) {
        expect(knownFrom([no], now, other)).toMatchObject({ withdrawnAt: null, refusedAt: null });
      }
      expect(knownFrom([], now, sale)).toMatchObject({ withdrawnAt: null, refusedAt: null });
    },
  );
});
