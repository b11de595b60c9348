import { describe, expect, test } from 'vitest';
import { knownFrom } from '../../src/app/known-people.ts';
import type { Choice, ChoiceKind } from '../../src/core/consent/choice.ts';
import type { Purpose } from '../../src/core/words.ts';

const at = Date.UTC(2026, 2, 4);
const now = at + 86_400_000;

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
    expect(knownFrom([granted], now).permissions).toMatchObject([permission]);
    expect(knownFrom([granted], now + 1).permissions).toEqual([]);
    expect(knownFrom([choice('granted', 'recording')], now).permissions).toEqual([]);
    const implied = choice('granted', 'marketing-calls', { channel: 'implied' });
    expect(knownFrom([implied], now).permissions).toEqual([]);
  });

  test('a no, and a yes that was taken back, are told apart, and hold for twelve months', () => {
    const refused = knownFrom([choice('refused', 'marketing-calls')], now);
    expect(refused).toMatchObject({ refusedAt: at, withdrawnAt: null });
    const withdrawn = knownFrom(
      [choice('granted', 'marketing-calls'), choice('withdrawn', 'marketing-calls')],
      now,
    );
    expect(withdrawn).toMatchObject({ permissions: [], refusedAt: null, withdrawnAt: at });
    expect(withdrawn.noReaskUntil).toBe(Date.UTC(2027, 2, 4));
    expect(knownFrom([choice('refused', 'marketing-calls')], Date.UTC(2027, 2, 5))).toMatchObject({
      refusedAt: null,
      noReaskUntil: null,
    });
  });
});
