import { describe, expect, test } from 'vitest';
import { changed, foldStatuses } from '../../../src/core/consent/status.ts';
import { type Status, statuses } from '../../../src/core/words.ts';

const kinds = ['request', 'grant', 'refusal', 'withdrawal', 'expiry'] as const;

/** Every status under every kind of entry; null: that entry cannot follow. */
const table: Readonly<Record<Status, readonly (Status | null)[]>> = {
  unknown: ['requested', null, 'refused', null, null],
  requested: [null, 'granted', 'refused', null, null],
  granted: [null, null, null, 'withdrawn', 'expired'],
  refused: ['requested', null, null, null, null],
  withdrawn: ['requested', null, null, null, null],
  expired: ['requested', null, null, null, null],
};

describe('a status under an entry', () => {
  test.each(
    statuses.flatMap((from) => kinds.map((kind, i) => [from, kind, table[from][i]] as const)),
  )('%s, %s: %s', (from, kind, to) => {
    if (to === null) expect(() => changed(from, kind)).toThrow(`${kind} cannot follow ${from}`);
    else expect(changed(from, kind)).toBe(to);
  });
});

test('[cap 39] statuses are the fold of their entries, each purpose by itself', () => {
  const facts = [
    { kind: 'request', purpose: 'recording' },
    { kind: 'refusal', purpose: 'transcription' },
    { kind: 'grant', purpose: 'recording' },
    { kind: 'withdrawal', purpose: 'recording' },
  ] as const;
  expect(foldStatuses({}, facts)).toEqual({ recording: 'withdrawn', transcription: 'refused' });
});

test('no entry leaves the statuses as they are', () => {
  const before = { recording: 'granted' } as const;
  expect(foldStatuses(before, [])).toBe(before);
});

test('a withdrawn permission is not granted again by a late answer', () => {
  const facts = [
    { kind: 'request', purpose: 'recording' },
    { kind: 'grant', purpose: 'recording' },
    { kind: 'withdrawal', purpose: 'recording' },
    { kind: 'grant', purpose: 'recording' },
  ] as const;
  expect(() => foldStatuses({}, facts)).toThrow('grant cannot follow withdrawn');
});
