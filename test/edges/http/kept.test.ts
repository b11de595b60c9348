import { expect, test } from 'vitest';
import { kept } from '../../../src/edges/http/kept.ts';

/** Answers are given by hand, and time passes by hand. */
function played() {
  const asked: { answer(value: string): void; fail(error: Error): void }[] = [];
  const world = { nowMs: 0, asked };
  const ask = () =>
    new Promise<string>((answer, fail) => {
      asked.push({ answer, fail });
    });
  return { world, get: kept(ask, 1_000, { monotonic: () => world.nowMs }) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('all who want to know meanwhile have the same answer, asked for once', async () => {
  const { world, get } = played();
  const all = [get(), get(), get()];
  world.asked[0]?.answer('yes');
  expect(await Promise.all(all)).toEqual(['yes', 'yes', 'yes']);
  expect(world.asked).toHaveLength(1);
});

test('an answer holds from when it came, and is then asked for again', async () => {
  const { world, get } = played();
  void get();
  world.nowMs = 800;
  world.asked[0]?.answer('old');
  await turn();
  world.nowMs = 1_799;
  expect(await get()).toBe('old');
  world.nowMs = 1_800;
  const next = get();
  world.asked[1]?.answer('new');
  expect(await next).toBe('new');
  expect(world.asked).toHaveLength(2);
});

test('nothing is asked beside a question that hangs, however long', async () => {
  const { world, get } = played();
  void get();
  world.nowMs = 1e9;
  const late = get();
  expect(world.asked).toHaveLength(1);
  world.asked[0]?.answer('at last');
  expect(await late).toBe('at last');
});

test('that there was no answer holds as long as an answer', async () => {
  const { world, get } = played();
  const first = get();
  world.asked[0]?.fail(new Error('none'));
  await expect(first).rejects.toThrow('none');
  await expect(get()).rejects.toThrow('none');
  expect(world.asked).toHaveLength(1);
  world.nowMs = 1_000;
  const next = get();
  world.asked[1]?.answer('yes');
  expect(await next).toBe('yes');
});
