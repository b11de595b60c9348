import { expect, test } from 'vitest';
import { createLineBook } from '../../src/app/line-book.ts';
import type { Line } from '../../src/app/lines.ts';
import { ConsentryError } from '../../src/core/error.ts';
import type { Uuid } from '../../src/core/words.ts';

const first = '+4930123456';
const second = '+4930123457';
const stranger = '+4930999999';

function line(number: string, changes: Partial<Line> = {}): Line {
  return {
    id: `00000000-0000-4000-8000-${number.slice(-12).padStart(12, '0').replace('+', '0')}` as Uuid,
    number,
    flow: 'inbound',
    locale: 'en',
    controller: `Firm at ${number}`,
    agent: null,
    team: null,
    isDefault: false,
    updatedAt: 0,
    ...changes,
  };
}

/** A book over a list of lines that can change, fall silent and be counted. */
function world(...lines: Line[]) {
  const state = { lines, silent: false, reads: 0, now: 0 };
  async function answer<T>(value: () => T): Promise<T> {
    state.reads += 1;
    if (state.silent) throw new ConsentryError('unavailable');
    return value();
  }
  const book = createLineBook(
    {
      all: () => answer(() => state.lines),
      byNumber: (e164) => answer(() => state.lines.find(({ number }) => number === e164) ?? null),
      byId: (id) => answer(() => state.lines.find((one) => one.id === id) ?? null),
      default: () => answer(() => state.lines.find(({ isDefault }) => isDefault) ?? null),
    },
    { now: () => state.now, monotonic: () => state.now },
  );
  const inMemory = (number: string | null) => book.cached(number)?.controller;
  const found = async (number: string | null) => (await book.find(number)).controller;
  return { book, state, inMemory, found };
}

test('a book that was never warmed has nothing in memory', () => {
  expect(world(line(first)).book.cached(first)).toBeNull();
});

test('each line is in memory from the start, though nobody called it and nothing answers', async () => {
  const { book, state, inMemory, found } = world(line(first), line(second, { isDefault: true }));
  await book.warm();
  state.silent = true;
  state.now = 60_000;
  expect(inMemory(first)).toBe(`Firm at ${first}`);
  expect(inMemory(second)).toBe(`Firm at ${second}`);
  expect(await found(first)).toBe(`Firm at ${first}`);
});

test('a number nobody configured has the default line in memory', async () => {
  const { book, inMemory } = world(line(first), line(second, { isDefault: true }));
  await book.warm();
  expect([stranger, 'anonymous', null].map(inMemory)).toEqual(Array(3).fill(`Firm at ${second}`));
});

test('without a default line it has the built-in settings', async () => {
  const { book, inMemory, found } = world(line(first));
  await book.warm();
  expect(inMemory(stranger)).toBe('the company you called');
  expect(await found(stranger)).toBe('the company you called');
});

test('any number of wrong numbers pushes no line out', async () => {
  const { book, state, inMemory, found } = world(line(first), line(second, { isDefault: true }));
  await book.warm();
  for (let n = 0; n < 10_050; n += 1) await found(`+49308${String(n).padStart(6, '0')}`);
  state.silent = true;
  expect(inMemory(first)).toBe(`Firm at ${first}`);
  expect(inMemory(null)).toBe(`Firm at ${second}`);
  // Of the wrong numbers the oldest was forgotten, so it is read again; the newest was not.
  expect(await found('+49308010049')).toBe(`Firm at ${second}`);
  await expect(found('+49308000000')).rejects.toThrow(ConsentryError);
});

test('a change is heard after 5 s, and one read serves all calls until then', async () => {
  const { book, state, found } = world(line(first));
  await book.warm();
  state.lines = [line(first, { controller: 'New Firm' })];
  const { reads } = state;
  state.now = 4_999;
  expect(await found(first)).toBe(`Firm at ${first}`);
  expect(state.reads).toBe(reads);
  state.now = 5_000;
  expect(await found(first)).toBe('New Firm');
  expect(book.cached(first)?.controller).toBe('New Firm');
});

test('a number that becomes a line, and one that is none any more, are what they are now', async () => {
  const { book, state, inMemory, found } = world(line(first), line(second, { isDefault: true }));
  await book.warm();
  expect(await found(stranger)).toBe(`Firm at ${second}`);
  state.lines = [line(stranger), line(second, { isDefault: true, controller: 'Default' })];
  state.now = 5_000;
  expect(await found(stranger)).toBe(`Firm at ${stranger}`);
  expect(await found(first)).toBe('Default');
  expect([stranger, first, null].map(inMemory)).toEqual([
    `Firm at ${stranger}`,
    'Default',
    'Default',
  ]);
});

test('a number never read is an error while nothing answers, not a guess', async () => {
  const { state, found } = world(line(first));
  state.silent = true;
  await expect(found(first)).rejects.toThrow(ConsentryError);
});
