import { expect, test } from 'vitest';
import { drawBelow } from '../../src/app/draw-below.ts';

/** Bytes that were drawn beforehand, six at a time. */
function drawn(...numbers: readonly number[]) {
  const left = [...numbers];
  return {
    bytes: (count: number) => {
      const bytes = Buffer.alloc(count);
      bytes.writeUIntBE(left.shift() ?? 0, 0, count);
      return bytes;
    },
    left,
  };
}

test.each([
  [0, 10, 0],
  [9, 10, 9],
  [10, 10, 0],
  [1_234_567, 1_000_000, 234_567],
])('%d drawn below %d is %d', (number, below, expected) => {
  expect(drawBelow(drawn(number), below)).toBe(expected);
});

test('what would favour the small ones is drawn again', () => {
  const last = 2 ** 48 - 1; // 2^48 leaves 6 over when it is cut into tens
  const random = drawn(last, last - 5, last - 6);
  expect(drawBelow(random, 10)).toBe(9);
  expect(random.left).toEqual([]);
});
