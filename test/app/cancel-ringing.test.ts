import { expect, test } from 'vitest';
import {
  type CancelParts,
  cancelListedRinging,
  cancelRingingAt,
} from '../../src/app/cancel-ringing.ts';

const numbers = ['+12125550101', '+12125550102', '+12125550103'];

/** Looks at the first number break; what was looked for is kept. */
function broken() {
  const looked: (string | null)[] = [];
  const ringing = async (number: string | null) => {
    looked.push(number);
    if (number === numbers[0]) throw new Error('its call cannot be loaded');
    return number === null
      ? numbers.map((one) => ({ callId: one, callSid: null, personId: one }))
      : [];
  };
  const parts = {
    dials: { rung: async (some: readonly string[]) => some, ringing, asked: async () => [] },
    contacts: { underWay: async () => [], isListed: async () => true },
    people: { find: async (id: string) => ({ id, number: id }) },
    clock: { now: () => 0 },
  };
  return { looked, parts: parts as unknown as CancelParts };
}

test('one number that fails keeps no other ringing, and is told', async () => {
  const { looked, parts } = broken();
  await expect(cancelRingingAt(parts, numbers)).rejects.toThrow('cannot be loaded');
  expect(looked).toEqual(numbers);
});

test('nor does it at the start of a server', async () => {
  const { looked, parts } = broken();
  await expect(cancelListedRinging(parts)).rejects.toThrow('cannot be loaded');
  expect(looked).toEqual([null, ...numbers]);
});
