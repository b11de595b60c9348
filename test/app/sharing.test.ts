import { expect, test } from 'vitest';
import { sharing } from '../../src/app/sharing.ts';

/** Something that is done in two steps: `begun` counts the first, and each is ended by hand. */
function played() {
  const begun: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const shared = sharing((key: string) => {
    begun.push(key);
    return new Promise<void>((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  });
  return { begun, ends, shared };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('whoever asks while it is under way is given one that began after they asked', async () => {
  const { begun, ends, shared } = played();
  const done: number[] = [];
  for (const n of [1, 2, 3]) void shared('a').then(() => done.push(n));
  expect(begun).toEqual(['a']);
  ends[0]?.();
  await turn();
  expect([begun, done]).toEqual([['a', 'a'], [1]]);
  void shared('a').then(() => done.push(4));
  ends[1]?.();
  await turn();
  expect([begun.length, done]).toEqual([3, [1, 2, 3]]);
  ends[2]?.();
  await turn();
  expect(done).toEqual([1, 2, 3, 4]);
  void shared('a');
  expect(begun).toHaveLength(4);
});

test('one key does not wait for another', () => {
  const { begun, shared } = played();
  void shared('a');
  void shared('b');
  expect(begun).toEqual(['a', 'b']);
});

test('what fails fails for those who share it, and not for the next', async () => {
  const { ends, shared } = played();
  const [first, second, third] = [shared('a'), shared('a'), shared('a')];
  ends[0]?.(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await turn();
  ends[1]?.();
  await expect(Promise.all([second, third])).resolves.toEqual([undefined, undefined]);
});
