/**
 * National-size lists in memory. A list answers from its first moment: an area code that is asked
 * for before the rest is loaded is loaded then, its hash checked; the others follow in the
 * background. A new version takes the place of the old one in one assignment, whole, so a look-up
 * that has begun ends in the version it began in.
 */

import { type AreaBits, areaOf, bitOf, has } from '../core/suppression/area-bits.ts';
import type { RegistryKind } from '../core/suppression/calling-rules.ts';
import { registryKinds } from '../core/suppression/calling-rules.ts';
import type { Channel, Hit, ListState } from '../core/suppression/inquiry.ts';
import { type Manifest, termOf, toldOf } from '../core/suppression/list-manifest.ts';
import { anywhereKinds } from '../core/suppression/list-use.ts';
import { hasWorld, type WorldSet } from '../core/suppression/world-set.ts';

/** One version of one list. */
export interface LoadedList {
  readonly manifest: Manifest;
  /** By area code less 200; undefined: not loaded yet. */
  readonly areas: (AreaBits | undefined)[];
  readonly world: WorldSet;
  /** Loads an area code now. Throws `list_damaged`. */
  loadNow(area: number): AreaBits;
}

const slots = 800;
const none: readonly Hit[] = Object.freeze([]);

export function loadedList(
  manifest: Manifest,
  world: WorldSet,
  loadNow: (area: number) => AreaBits,
): LoadedList {
  return { manifest, areas: new Array(slots), world, loadNow };
}

/** How the numbers of an area code are kept: not at all, as bits, or among those of the world. */
const notThere = 0;
const asBits = 1;
const amongWorld = 2;

function waysOf({ areas }: Manifest): Uint8Array {
  const ways = new Uint8Array(slots);
  for (const [area, { sha256 }] of Object.entries(areas)) {
    ways[Number(area) - 200] = sha256 === null ? amongWorld : asBits;
  }
  return ways;
}

/** In an area code that has no bits in memory: not loaded yet, or none of the list. */
function isListedOtherwise(
  { areas, world, loadNow }: LoadedList,
  ways: Uint8Array,
  number: string,
  slot: number,
  bit: number,
): boolean {
  if (ways[slot] === notThere) return false;
  if (ways[slot] === amongWorld) return hasWorld(world, Number(number));
  const bits = loadNow(slot + 200);
  areas[slot] = bits;
  return bit >= 0 && has(bits, bit);
}

/** `national-US` is the national list of `US`; `litigator` is of no place. */
function keyOf(list: string): string | null {
  if ((anywhereKinds as readonly string[]).includes(list)) return list;
  const [kind = '', ...place] = list.split('-');
  const isRegistry = (registryKinds as readonly string[]).includes(kind);
  return isRegistry && place.length > 0 ? `${kind} ${place.join('-')}` : null;
}

function stateOf(manifest: Manifest): ListState {
  const { list, version } = manifest;
  const ways = waysOf(manifest);
  return {
    list,
    version,
    ...termOf(manifest),
    channels: toldOf(manifest).channels,
    covers(number) {
      const area = areaOf(number);
      return area === 0 || ways[area - 200] !== notThere;
    },
  };
}

interface Entry {
  readonly loaded: LoadedList;
  /** Those of `loaded`. */
  readonly areas: LoadedList['areas'];
  readonly ways: Uint8Array;
  readonly channels: readonly Channel[];
  /** What a number that stands on this list only is answered with: made once. */
  readonly alone: readonly Hit[];
}

/** Lists that are for a channel and have anything of an area code. */
type BySlot = Readonly<Record<Channel, readonly (readonly Entry[])[]>>;

export interface ListsInMemory {
  /** Puts a version in the place of the one before. */
  put(loaded: LoadedList): void;
  drop(list: string): void;
  /** The versions in memory. */
  loaded(): readonly Manifest[];
  hits(number: string, channel: Channel): readonly Hit[];
  /** Lists as they are now, by `keyOf(kind, place)`. */
  states(): ReadonlyMap<string, ListState>;
}

export function listsInMemory(): ListsInMemory {
  let entries: readonly Entry[] = [];
  /** Those that have anything of an area code, by its slot: of twenty lists mostly one or two. */
  let bySlot: BySlot = { call: [], text: [] };
  let states: ReadonlyMap<string, ListState> = new Map();

  function replace(list: string, entry: Entry | null): void {
    const others = entries.filter(({ loaded }) => loaded.manifest.list !== list);
    entries = entry === null ? others : [...others, entry];
    bySlot = { call: slotsFor('call'), text: slotsFor('text') };
    states = new Map(
      entries.flatMap(({ loaded: { manifest } }) => {
        const key = keyOf(manifest.list);
        return key === null ? [] : [[key, stateOf(manifest)] as const];
      }),
    );
  }

  function slotsFor(channel: Channel): readonly (readonly Entry[])[] {
    const those = entries.filter((entry) => entry.channels.includes(channel));
    return Array.from({ length: slots }, (_, slot) =>
      those.filter(({ ways }) => ways[slot] !== notThere),
    );
  }

  function hitsAbroad(number: string, channel: Channel): readonly Hit[] {
    const digits = Number(number);
    return entries.flatMap(({ loaded, alone, channels: of }) =>
      of.includes(channel) && hasWorld(loaded.world, digits) ? alone : [],
    );
  }

  return {
    put(loaded) {
      const { list, version } = loaded.manifest;
      const [kind = ''] = list.split('-');
      const hit: Hit = { list, kind: kind as RegistryKind, version, since: null };
      replace(list, {
        loaded,
        areas: loaded.areas,
        ways: waysOf(loaded.manifest),
        channels: toldOf(loaded.manifest).channels,
        alone: Object.freeze([hit]),
      });
    },
    drop: (list) => replace(list, null),
    loaded: () => entries.map(({ loaded }) => loaded.manifest),
    hits(number, channel) {
      const area = areaOf(number);
      if (area === 0) return hitsAbroad(number, channel);
      const slot = area - 200;
      const lists = bySlot[channel][slot];
      if (lists === undefined || lists.length === 0) return none;
      const bit = bitOf(number);
      let found = none;
      for (const { areas, alone, loaded, ways } of lists) {
        const bits = areas[slot];
        const isListed =
          bits === undefined
            ? isListedOtherwise(loaded, ways, number, slot, bit)
            : bit >= 0 && has(bits, bit);
        if (isListed) found = found === none ? alone : [...found, ...alone];
      }
      return found;
    },
    states: () => states,
  };
}
