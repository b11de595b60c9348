import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGroup } from '../../../src/adapters/postgres/group.ts';

/** A group of numbers whose statements end when the test says so. */
function held(itemsMax: number, inFlightMax: number) {
  const begun: { items: readonly number[]; end: () => void }[] = [];
  const add = createGroup<number, string>({
    itemsMax,
    inFlightMax,
    keyOf: String,
    run: (items) =>
      new Promise((resolve) => {
        begun.push({ items, end: () => resolve(items.map((item) => `done ${item}`)) });
      }),
  });
  const sizes = () => begun.map(({ items }) => items.length);
  return { add, begun, sizes };
}

test('what comes at once goes into one statement, and each gets its own result', async () => {
  const { add, begun, sizes } = held(10, 2);
  const all = Promise.all([3, 1, 2].map(add));
  await turn();
  expect(sizes()).toEqual([3]);
  begun[0]?.end();
  expect(await all).toEqual(['done 3', 'done 1', 'done 2']);
});

test('beside a statement under way a small one waits for its end', async () => {
  const { add, begun, sizes } = held(10, 2);
  const first = add(1);
  await turn();
  const later = Promise.all([2, 3, 4].map(add));
  await turn();
  expect(sizes()).toEqual([1]);
  begun[0]?.end();
  await first;
  await turn();
  expect(sizes()).toEqual([1, 3]);
  begun[1]?.end();
  await later;
});

test('beside a statement under way another begins as soon as half of a full one waits', async () => {
  const { add, sizes } = held(10, 2);
  void add(1);
  await turn();
  for (const item of [2, 3, 4, 5, 6, 7]) void add(item);
  await turn();
  expect(sizes()).toEqual([1, 6]);
});

test('nobody waits behind a statement that is held up', async () => {
  const { add, begun, sizes } = held(10, 2);
  void add(1);
  await turn();
  const second = add(2);
  while (sizes().length < 2) await wait(1);
  begun[1]?.end();
  expect(await second).toBe('done 2');
});

test('never more statements at once than there may be', async () => {
  const { add, begun, sizes } = held(2, 2);
  const all = Promise.all([1, 2, 3, 4, 5, 6, 7].map(add));
  await turn();
  expect(sizes()).toEqual([2, 2]);
  for (let i = 0; i < 4; i += 1) {
    while (begun[i] === undefined) await turn();
    begun[i]?.end();
    await turn();
  }
  await all;
  expect(sizes()).toEqual([2, 2, 2, 1]);
});
