/**
 * Lists that change while they are read, under random interleavings. Each property is tried on a
 * naive version too, which has to fail.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteSink } from '../../src/app/byte-sink.ts';
import { type LoadedList, listsInMemory, loadedList } from '../../src/app/loaded-lists.ts';
import { ownLists } from '../../src/app/own-lists.ts';
import { createBatchScreener } from '../../src/app/screen-batch.ts';
import { add, emptyArea } from '../../src/core/suppression/area-bits.ts';
import { screener } from '../../src/core/suppression/calling-rules-shipped.ts';
import { standardPolicy } from '../../src/core/suppression/inquiry.ts';
import type { Manifest } from '../../src/core/suppression/list-manifest.ts';
import { OwnIndex } from '../../src/core/suppression/own-index.ts';
import { worldSet } from '../../src/core/suppression/world-set.ts';

const noon = Date.parse('2026-07-01T15:00:00Z');
const areas = [212, 646, 718];

/** A version in which a few numbers stand, the same in each, and one of its own. */
function version(index: number): LoadedList {
  const manifest: Manifest = {
    list: 'national-US',
    version: String(index),
    obtainedAt: new Date(noon).toISOString(),
    importedAt: new Date(noon).toISOString(),
    sourceSha256: '',
    kind: 'full',
    accountToken: null,
    previous: null,
    areas: Object.fromEntries(areas.map((area) => [area, { sha256: 'x', count: 2 }])),
    world: null,
    total: areas.length * 2,
  };
  return loadedList(manifest, worldSet([]), () => {
    const bits = emptyArea();
    add(bits, 7);
    add(bits, 100 + index);
    return bits;
  });
}

/** Listed in every version. */
const always = areas.map((area) => `+1${area}2000007`);

interface Memory {
  readonly start: () => void;
  /** Puts the next version in the place of the last, in as many steps as it takes. */
  swap(index: number, step: () => Promise<void>): Promise<void>;
  /** The versions in which a number is found. */
  found(number: string): readonly (string | null)[];
  inForce(): string | null | undefined;
}

function ours(): Memory {
  const memory = listsInMemory();
  return {
    start: () => memory.put(version(0)),
    async swap(index, step) {
      const next = version(index);
      for (const area of areas) {
        next.areas[area - 200] = next.loadNow(area);
        await step();
      }
      memory.put(next);
    },
    found: (number) => memory.hits(number, 'call').map((hit) => hit.version),
    inForce: () => memory.states().get('national US')?.version,
  };
}

/** Empties what is there and fills it again, an area code at a time. */
function inPlace(): Memory {
  const bits = new Map<number, string>();
  let current = '0';
  return {
    start: () => {
      for (const area of areas) bits.set(area, '0');
    },
    async swap(index, step) {
      bits.clear();
      current = String(index);
      for (const area of areas) {
        await step();
        bits.set(area, current);
      }
    },
    found(number) {
      const one = bits.get(Number(number.slice(2, 5)));
      return one === undefined ? [] : [one];
    },
    inForce: () => current,
  };
}

const swapped = (open: () => Memory) =>
  fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 4 }), async (s, versions) => {
    const memory = open();
    memory.start();
    const swaps = (async () => {
      for (let index = 1; index <= versions; index += 1) {
        await memory.swap(index, () => s.schedule(Promise.resolve()));
      }
    })();
    const looks = always.flatMap((number) =>
      Array.from({ length: 4 }, async () => {
        await s.schedule(Promise.resolve());
        expect(memory.found(number)).toEqual([memory.inForce()]);
      }),
    );
    await s.waitFor(Promise.all([swaps, ...looks]));
  });

describe('a number that stands in every version is found', () => {
  test('at every moment of a swap, in the version that is in force', async () => {
    await fc.assert(swapped(ours), { numRuns: 200 });
  });

  test('which a list that is changed in its place does not do', async () => {
    const { failed } = await fc.check(swapped(inPlace), { numRuns: 200, endOnFailure: true });
    expect(failed).toBe(true);
  });
});

const numbers = Array.from({ length: 12 }, (_, n) => `+1212555${1000 + n}`);

interface Answered {
  readonly number: string;
  readonly allowed: boolean;
  readonly asOf: number;
}

interface World {
  readonly copy: OwnIndex;
  seq: number;
  time: number;
}

type Batch = (world: World, step: () => Promise<void>) => Promise<readonly Answered[]>;

const ourBatch: Batch = async (world, step) => {
  const clock = { now: () => noon, monotonic: () => world.time };
  const follower = { isStale: () => false, place: () => ({ xid: '1', seq: world.seq }) };
  const lists = ownLists({ copy: world.copy, follower, clock });
  const parts = { screener, lists, policy: standardPolicy, clock };
  const about = { at: null, campaign: null, subject: null } as const;
  const ask = { channel: 'call', purpose: 'service', ...about } as const;
  const whole = createBatchScreener(parts, 'tenant', ask, 'ndjson');
  const answers: Answered[] = [];
  for (const [index, number] of numbers.entries()) {
    await step();
    world.time += 40;
    whole.look();
    const sink = createByteSink();
    whole.answerNumber(index + 1, number, sink);
    whole.flush(sink);
    const { decision, asOf } = JSON.parse(sink.take()?.toString() ?? '');
    answers.push({ number, allowed: decision === 'allow', asOf });
  }
  return answers;
};

/** Takes the list as it is at the beginning, and says at the end how new its answer is. */
const snapshot: Batch = async (world, step) => {
  const allowed = numbers.filter((one) => world.copy.find(one, 'call', [], noon).length === 0);
  for (const _ of numbers) await step();
  return numbers.map((number) => ({
    number,
    allowed: allowed.includes(number),
    asOf: world.seq,
  }));
};

const linear = (batch: Batch) =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.array(fc.nat(numbers.length - 1), { minLength: 1, maxLength: 10 }),
    async (s, stops) => {
      const world: World = { copy: new OwnIndex(), seq: 0, time: 0 };
      const acknowledged = new Map<string, number>();
      const optOuts = stops.map(async (index) => {
        await s.schedule(Promise.resolve());
        const number = numbers[index] ?? '';
        world.seq += 1;
        const about = { channel: 'call', scope: 'all', reason: 'request', until: null } as const;
        const change = { seq: world.seq, number, listed: true, provisional: false, at: noon };
        world.copy.apply({ ...about, ...change });
        if (!acknowledged.has(number)) acknowledged.set(number, world.seq);
      });
      const step = () => s.schedule(Promise.resolve());
      const [answers] = await s.waitFor(Promise.all([batch(world, step), ...optOuts]));
      for (const { number, allowed, asOf } of answers) {
        const since = acknowledged.get(number) ?? Number.POSITIVE_INFINITY;
        if (since <= asOf) expect(allowed).toBe(false);
      }
      const untouched = answers.filter(({ number }) => !acknowledged.has(number));
      expect(untouched.every(({ allowed }) => allowed)).toBe(true);
    },
  );

describe('whose stop was acknowledged before the instant that an answer is as of is refused', () => {
  test('wherever the stops fall in a batch', async () => {
    await fc.assert(linear(ourBatch), { numRuns: 200 });
  });

  test('which a batch on a copy of the list does not do', async () => {
    const { failed } = await fc.check(linear(snapshot), { numRuns: 200, endOnFailure: true });
    expect(failed).toBe(true);
  });
});
