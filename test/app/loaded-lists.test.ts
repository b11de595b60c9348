/** Numbers that are looked up together are found as each is alone, wherever their lists keep them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LoadedList, listsInMemory, loadedList } from '../../src/app/loaded-lists.ts';
import { add, emptyArea } from '../../src/core/suppression/area-bits.ts';
import type { Manifest } from '../../src/core/suppression/list-manifest.ts';
import { worldSet } from '../../src/core/suppression/world-set.ts';

const noon = '2026-07-01T12:00:00.000Z';

function list(name: string, areas: Manifest['areas'], bits: readonly number[]): LoadedList {
  const manifest: Manifest = {
    list: name,
    version: '1',
    obtainedAt: noon,
    importedAt: noon,
    sourceSha256: '',
    kind: 'full',
    accountToken: null,
    previous: null,
    areas,
    world: null,
    total: bits.length,
  };
  const world = worldSet([442079460018, 12122000003, 16462000004]);
  return loadedList(manifest, world, () => {
    const area = emptyArea();
    for (const bit of bits) add(area, bit);
    return area;
  });
}

const kept = { sha256: 'x', count: 2 };
/** Too few numbers for bits of their own. */
const sparse = { sha256: null, count: 1 };

function lists() {
  const memory = listsInMemory();
  memory.put(list('national-US', { 212: kept, 646: kept }, [1, 2, 3]));
  memory.put(list('state-US-NY', { 212: kept, 646: sparse }, [2, 3, 4]));
  memory.put(list('litigator', { 718: kept }, [1]));
  return memory;
}

const listedSomewhere = [
  ...[212, 646, 718, 808].flatMap((area) =>
    [0, 1, 2, 3, 4, 5].map((rest) => `+1${area}200000${rest}`),
  ),
  ...['+442079460018', '+442079460019', '+12121000001', '+12120000000', '+18005550100', '911', ''],
];

describe('numbers that are looked up together', () => {
  test('are found as each is alone, in their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...listedSomewhere), { maxLength: 60 }),
        fc.boolean(),
        (numbers, isLoaded) => {
          const [alone, together] = [lists(), lists()];
          if (isLoaded) for (const one of listedSomewhere) together.hits(one, 'call');
          const expected = numbers.map((number) => alone.hits(number, 'call'));
          expect(together.hitsOfEach(numbers, 'call')).toEqual(expected);
        },
      ),
    );
  });

  test('on two lists, on either, on none', () => {
    const numbers = [1, 3, 4, 5].map((rest) => `+1212200000${rest}`);
    const memory = lists();
    const names = () =>
      memory.hitsOfEach(numbers, 'call').map((hits) => hits.map((hit) => hit.list));
    const told = [['national-US'], ['national-US', 'state-US-NY'], ['state-US-NY'], []];
    expect(names()).toEqual(told);
    // once more, with their bits in memory
    expect(names()).toEqual(told);
  });

  test('none at all is no number', () => expect(lists().hitsOfEach([], 'call')).toEqual([]));
});
