import { expect, test } from 'vitest';
import { random } from '../../src/main/chance.ts';

test('bytes are as many as asked for, never twice the same, and nobody else holds them', () => {
  const sizes = [0, 1, 16, 32, 448, 16_384, 20_000, 32];
  for (const size of sizes) expect(random.bytes(size)).toHaveLength(size);
  const many = Array.from({ length: 3_000 }, () => Buffer.from(random.bytes(16)).toString('hex'));
  expect(new Set(many).size).toBe(many.length);
  const mine = random.bytes(32);
  const before = Buffer.from(mine).toString('hex');
  for (let i = 0; i < 2_000; i += 1) random.bytes(32).fill(0);
  expect(Buffer.from(mine).toString('hex')).toBe(before);
});

test('bytes are spread evenly', () => {
  const counts = new Array<number>(256).fill(0);
  for (let i = 0; i < 4_000; i += 1) for (const byte of random.bytes(64)) counts[byte]! += 1;
  // 1,000 of each are expected; nine standard deviations are 285.
  expect(Math.min(...counts)).toBeGreaterThan(700);
  expect(Math.max(...counts)).toBeLessThan(1_300);
});

test('an id is a UUID of version 7 with the time of its making, and no other', () => {
  const began = Date.now();
  const ids = Array.from({ length: 10_000 }, () => random.uuid());
  const ended = Date.now();
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(at).toBeGreaterThanOrEqual(began);
    expect(at).toBeLessThanOrEqual(ended);
  }
});
