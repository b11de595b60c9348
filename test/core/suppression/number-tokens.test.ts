import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bucketOf,
  LineBuffer,
  linesOf,
  liveLinesMax,
  NumberTokens,
  without,
} from '../../../src/core/suppression/number-tokens.ts';

const tokens = new NumberTokens(Buffer.alloc(32, 1));
const digits = fc.bigInt({ min: 1n, max: 999_999_999_999_999n }).map((n) => `+${n}`);
const lines = fc.array(
  fc.record({
    number: fc.oneof(digits, fc.constantFrom('+12125550100', '+493012345678')),
    line: fc.integer({ min: 1, max: liveLinesMax }),
    otherwise: fc.boolean(),
  }),
  { maxLength: 300 },
);
type Kept = { readonly number: string; readonly line: number; readonly otherwise: boolean };
const keyOf = ({ number, line, otherwise }: Kept) => `${number} ${line} ${otherwise}`;

function pagesOf(kept: readonly Kept[]) {
  const buffer = new LineBuffer(4);
  for (const { number, line, otherwise } of kept) buffer.add(number, line, otherwise);
  return buffer.take(tokens);
}

describe('the lines of a live batch', () => {
  test('are all found by their number, and no other is', () => {
    fc.assert(
      fc.property(lines, digits, (kept, stranger) => {
        const pages = pagesOf(kept);
        for (const number of new Set([...kept.map((one) => one.number), stranger])) {
          const token = tokens.token(number);
          const found = pages
            .filter(({ bucket }) => bucket === bucketOf(token))
            .flatMap(({ entries }) => linesOf(entries, token));
          const wanted = kept.filter((one) => one.number === number);
          expect(found.map((one) => keyOf({ number, ...one })).sort()).toEqual(
            wanted.map(keyOf).sort(),
          );
        }
      }),
    );
  });

  test('are opened again with the key, each once', () => {
    fc.assert(
      fc.property(lines, (kept) => {
        const opened = pagesOf(kept).flatMap(({ entries }) => [...tokens.open(entries)]);
        expect(opened.map(keyOf).sort()).toEqual(kept.map(keyOf).sort());
      }),
    );
  });

  test('of somebody who is erased are gone, and those of others are there', () => {
    fc.assert(
      fc.property(lines, (kept) => {
        const number = '+12125550100';
        const token = tokens.token(number);
        const left = pagesOf(kept).flatMap(({ entries }) => [
          ...tokens.open(without(entries, token)),
        ]);
        const others = kept.filter((one) => one.number !== number);
        expect(left.map(keyOf).sort()).toEqual(others.map(keyOf).sort());
      }),
    );
  });

  test('are not to be read, and of each batch are others', () => {
    const kept = [{ number: '+12125550100', line: 7, otherwise: false }];
    const bytes = pagesOf(kept)[0]?.entries ?? Buffer.of();
    const block = Buffer.alloc(8);
    block.writeBigUInt64BE(12_125_550_100n);
    expect([bytes.length, bytes.includes(block)]).toEqual([20, false]);
    const other = new NumberTokens(Buffer.alloc(32, 2));
    expect(linesOf(bytes, other.token('+12125550100'))).toEqual([]);
    expect(() => [...other.open(bytes)]).toThrow('a token opens to a number');
  });

  test('leave the buffer when they are taken', () => {
    const buffer = new LineBuffer(4);
    buffer.add('+12125550100', 1, false);
    buffer.take(tokens);
    expect([buffer.size, buffer.take(tokens)]).toEqual([0, []]);
  });
});
