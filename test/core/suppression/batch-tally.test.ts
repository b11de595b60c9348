import { expect, test } from 'vitest';
import { BatchTally } from '../../../src/core/suppression/batch-tally.ts';
import type { ListState } from '../../../src/core/suppression/inquiry.ts';
import { bitOf } from '../../../src/core/suppression/reasons.ts';

const state = (list: string, version: string): ListState => ({
  ...{ list, version, obtainedAt: 0, until: null, channels: ['call'], covers: () => true },
});
const looked = (asOf: number, ...states: readonly ListState[]) => ({
  asOf,
  states: new Map(states.map((one) => [one.list, one])),
});

test('each line counts once by its decision, and once for each of its reasons', () => {
  const tally = new BatchTally();
  tally.answered(0, true);
  tally.answered(bitOf.OUTSIDE_HOURS, true);
  tally.answered(bitOf.OUTSIDE_HOURS | bitOf.INTERNAL_DNC, true);
  tally.answered(bitOf.INVALID_NUMBER, false);
  expect(tally.counts).toEqual({ lines: 4, allow: 1, hold: 1, deny: 2, unreadable: 1 });
  expect(tally.reasons).toEqual({ OUTSIDE_HOURS: 2, INTERNAL_DNC: 1, INVALID_NUMBER: 1 });
});

test('every version that was in force is told, and which were all the time', () => {
  const tally = new BatchTally();
  const [us, tps, us2, state2] = [
    state('national-US', '1'),
    state('tps-GB', '1'),
    state('national-US', '2'),
    state('state-US-FL', '1'),
  ];
  tally.looked(looked(3, us, tps));
  expect(tally.throughout).toEqual(['national-US/1', 'tps-GB/1']);
  tally.looked(looked(5, us2, tps, state2));
  tally.looked(looked(9, us, tps, state2));
  expect(tally.throughout).toEqual(['tps-GB/1']);
  expect(tally.lists.map(({ list, version }) => `${list}/${version}`)).toEqual([
    ...['national-US/1', 'tps-GB/1', 'national-US/2', 'state-US-FL/1'],
  ]);
  expect(tally.ownList).toEqual({ from: 3, to: 9 });
});
