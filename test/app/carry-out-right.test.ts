/** What fulfilling each kind of request does, and that nothing else is done. */
import { expect, test } from 'vitest';
import { carryOutRight, interestBased } from '../../src/app/carry-out-right.ts';
import type { RightsRequest } from '../../src/app/rights-ports.ts';
import { type RightKind, rightKinds } from '../../src/core/rights/request.ts';

const done: Readonly<Record<RightKind, readonly string[]>> = {
  know: [],
  access: [],
  correct: ['correct p Ada by r'],
  restrict: ['restrict p', 'withdraw p all', 'opt out p call,text'],
  object: [...interestBased.map((purpose) => `withdraw p ${purpose}`), 'opt out p call,text'],
  'do-not-sell': ['withdraw p sale'],
  delete: ['erase p'],
  revoke: ['withdraw p all', 'opt out p call,text'],
};

function world(proved = true) {
  const told: string[] = [];
  const act = carryOutRight({
    restrict: async (person) => void told.push(`restrict ${person}`),
    withdraw: async (person, purpose) => void told.push(`withdraw ${person} ${purpose}`),
    optOut: async (person, channels) => void told.push(`opt out ${person} ${channels}`),
    correct: async (person, { name }, { request }) =>
      told.push(`correct ${person} ${name} by ${request}`),
    erase: async (person) => {
      told.push(`erase ${person}`);
      return { proved };
    },
  });
  return {
    told,
    act: (kind: RightKind) =>
      act(
        { id: 'r', personId: 'p', kind } as RightsRequest,
        'u',
        kind === 'correct' ? { name: 'Ada' } : null,
      ),
  };
}

test.each(rightKinds)('%s does what it says, in that order', async (kind) => {
  const { told, act } = world();
  await act(kind);
  expect(told).toEqual(done[kind]);
});

test('a deletion that left something behind is not fulfilled', async () => {
  await expect(world(false).act('delete')).rejects.toMatchObject({ code: 'conflict' });
});
