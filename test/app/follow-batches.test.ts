/** When live batches are looked at, and who is let go at the end. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveBatches, RegistryLook } from '../../src/app/batch-ports.ts';
import { followBatches } from '../../src/app/follow-batches.ts';
import type { Manifest } from '../../src/core/suppression/list-manifest.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function world(played: Partial<LiveBatches> = {}) {
  let wake = (): void => {};
  const asked: string[] = [];
  const looks: RegistryLook[] = [];
  const warned: string[] = [];
  const live: LiveBatches = {
    follow: async () => {
      asked.push('follow');
      return { isAll: true, isNews: false };
    },
    lookAt: async (look) => {
      asked.push('lookAt');
      looks.push(look);
      return false;
    },
    changes: async () => [],
    ...played,
  };
  const manifest = { list: 'national-US', version: '7' } as Manifest;
  const follower = followBatches({
    live,
    registries: { loaded: () => [manifest], hits: () => [] },
    listen: async (look) => {
      wake = look;
      return async () => {
        asked.push('not listening');
      };
    },
    clock: { now: () => 5, monotonic: () => 5 },
    log: { debug() {}, info() {}, error() {}, warn: (_, text) => warned.push(text) },
  });
  const count = (what: string) => asked.filter((one) => one === what).length;
  return { follower, asked, looks, warned, count, wake: () => wake() };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('own requests at every word of one, and every second without; registries every fifth time', async () => {
  const { follower, looks, count, wake } = world();
  await follower.start();
  await pass(0);
  expect([count('follow'), count('lookAt')]).toEqual([1, 1]);
  expect(looks[0]).toMatchObject({ at: 5, versions: [{ name: 'national-US/7' }] });
  wake();
  await pass(0);
  expect([count('follow'), count('lookAt')]).toEqual([2, 1]);
  await pass(4_000);
  expect([count('follow'), count('lookAt')]).toEqual([6, 2]);
  await follower.stop();
  expect(count('not listening')).toBe(1);
  await pass(10_000);
  expect(count('follow')).toBe(6);
});

test('a word that comes during a look means one more, and what is left over is done at once', async () => {
  let left = 3;
  let wake = (): void => {};
  let followed = 0;
  const one = world({
    follow: async () => {
      followed += 1;
      left -= 1;
      if (left === 1) wake();
      return { isAll: left <= 0, isNews: false };
    },
  });
  wake = one.wake;
  await one.follower.start();
  await pass(0);
  expect(followed).toBe(4);
  await one.follower.stop();
});

test('who waits hears when something was found, and after their time in any case', async () => {
  let isNews = false;
  const { follower, wake } = world({ follow: async () => ({ isAll: true, isNews }) });
  await follower.start();
  await pass(0);
  const heard: string[] = [];
  void follower.news.wait(600).then(() => heard.push('time'));
  void follower.news.wait(5_000).then(() => heard.push('news'));
  await pass(600);
  expect(heard).toEqual(['time']);
  wake();
  await pass(0);
  expect(heard).toEqual(['time']);
  isNews = true;
  wake();
  await pass(0);
  expect(heard).toEqual(['time', 'news']);
  await follower.stop();
});

test('a word of an own request does not wait for a long look at registries, of which one goes on', async () => {
  let end = (): void => {};
  let looks = 0;
  let followed = 0;
  const { follower, wake } = world({
    follow: async () => {
      followed += 1;
      return { isAll: true, isNews: false };
    },
    lookAt: () => {
      looks += 1;
      return new Promise((resolve) => {
        end = () => resolve(true);
      });
    },
  });
  await follower.start();
  await pass(0);
  wake();
  await pass(30_000);
  expect([followed, looks]).toEqual([32, 1]);
  let heard = false;
  void follower.news.wait(60_000).then(() => {
    heard = true;
  });
  end();
  await pass(0);
  expect(heard).toBe(true);
  await pass(5_000);
  expect(looks).toBe(2);
  const stopped = follower.stop();
  end();
  await stopped;
});

test('at the end everybody is let go, and a long look at registries is told to stop', async () => {
  let end = (): void => {};
  let isOver: (() => boolean) | null = null;
  const { follower } = world({
    lookAt: (look) => {
      isOver = look.isOver;
      return new Promise((resolve) => {
        end = () => resolve(false);
      });
    },
  });
  await follower.start();
  await pass(0);
  const waiting = follower.news.wait(60_000);
  expect(follower.news.isOver()).toBe(false);
  follower.release();
  await waiting;
  await follower.news.wait(60_000);
  expect([follower.news.isOver(), isOver!()]).toEqual([true, true]);
  const stopped = follower.stop();
  end();
  await stopped;
});

test('what fails is told once, and tried again', async () => {
  let fails = true;
  const { follower, warned, count } = world({
    follow: async () => {
      if (fails) throw new Error('gone');
      return { isAll: true, isNews: false };
    },
  });
  await follower.start();
  await pass(3_000);
  expect([warned, count('lookAt')]).toEqual([['live batches could not be looked at'], 0]);
  fails = false;
  await pass(1_000);
  expect(count('lookAt')).toBe(1);
  await follower.stop();
});
