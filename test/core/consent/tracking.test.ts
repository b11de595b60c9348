import { describe, expect, test } from 'vitest';
import type { Choice } from '../../../src/core/consent/choice.ts';
import type { Standing } from '../../../src/core/consent/standing.ts';
import { mayTrack, trackingWords } from '../../../src/core/consent/tracking.ts';
import { type Status, statuses } from '../../../src/core/words.ts';

const by = {} as Choice;
const granted: Standing = { kind: 'granted', by };
const refused: Standing = { kind: 'refused', by, notBefore: 0 };
const unasked: Standing = { kind: 'ask', reason: 'no-choice' };
const changed: Standing = { kind: 'needs-renewal', by, reason: 'words-changed' };

describe('where a call came from', () => {
  test.each<[string, Status | undefined, Standing, boolean]>([
    ['may be kept after a yes in the call', 'granted', unasked, true],
    ['may be kept after a yes in the call to words that changed', 'granted', changed, true],
    ['may be kept of who allowed it beyond the call', undefined, granted, true],
    ['may be kept of who was not asked again', 'unknown', granted, true],
    ['may not be kept of who was never asked', undefined, unasked, false],
    ['may not be kept of who allowed other words', undefined, changed, false],
    ['may not be kept after a no beyond the call', 'granted', refused, false],
  ])('%s', (_, inCall, beyond, may) => {
    expect(mayTrack(inCall, beyond)).toBe(may);
  });

  test('may not be kept of who was asked in the call and did not say yes', () => {
    const others = statuses.filter((one) => one !== 'granted' && one !== 'unknown');
    expect(others.length).toBeGreaterThan(3);
    for (const status of others)
      expect([status, mayTrack(status, granted)]).toEqual([status, false]);
  });
});

test.each([
  ['spring sale', true],
  ['Frühjahr/2026', true],
  ['www.example.com', true],
  ['+14155550100', false],
  ['call 4155550100', false],
  ['415 555 0100', false],
  ['ann@example.com', false],
  ['=1+1', false],
  ['', false],
])('%j is a name of a campaign: %s', (name, isOne) => {
  expect(trackingWords.test(name)).toBe(isOne);
});
