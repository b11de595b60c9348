/** What was listed elsewhere ends what rings here: once it is heard of, and not given up for a fault. */
import { expect, test } from 'vitest';
import { cancelListed } from '../../src/app/cancel-listed.ts';
import type { OwnChange } from '../../src/core/suppression/own-change.ts';

const change = (number: string, listed = true): OwnChange => ({
  seq: 1,
  number,
  channel: 'call',
  scope: 'all',
  listed,
  provisional: false,
  reason: 'import',
  until: null,
  at: 0,
});

function world() {
  const asked: string[][] = [];
  const told: string[] = [];
  let fault: Error | null = null;
  const elsewhere = cancelListed(
    async (numbers) => {
      asked.push([...numbers]);
      if (fault !== null) throw fault;
    },
    { warn: (_, text) => void told.push(text) },
  );
  return {
    asked,
    told,
    elsewhere,
    breaks(error: Error | null) {
      fault = error;
    },
  };
}

test('a number is ended once, however many of its changes are heard; a lifted one is not', async () => {
  const { elsewhere, asked } = world();
  elsewhere.hear([change('+12015550100'), change('+12015550100'), change('+12015550101', false)]);
  await elsewhere.settled();
  elsewhere.hear([]);
  await elsewhere.settled();
  expect(asked).toEqual([['+12015550100']]);
});

test('what comes while others are ended is ended after them', async () => {
  const { elsewhere, asked } = world();
  elsewhere.hear([change('+12015550100')]);
  elsewhere.hear([change('+12015550101')]);
  await elsewhere.settled();
  expect(asked).toEqual([['+12015550100'], ['+12015550101']]);
});

test('what failed is tried again at the next look, and told of once', async () => {
  const { elsewhere, asked, told, breaks } = world();
  breaks(new Error('the database is away'));
  elsewhere.hear([change('+12015550100')]);
  await elsewhere.settled();
  elsewhere.hear([]);
  await elsewhere.settled();
  expect(told).toHaveLength(1);
  breaks(null);
  elsewhere.hear([change('+12015550101')]);
  await elsewhere.settled();
  expect(asked.at(-1)).toEqual(['+12015550100', '+12015550101']);
  elsewhere.hear([]);
  await elsewhere.settled();
  expect(asked).toHaveLength(3);
});
