/**
 * National-size lists in memory. A list answers from its first moment: an area code that is asked
 * for before the rest is loaded is loaded then, its hash checked; the others follow in the
 * background. A new version takes the place of the old one in one assignment, whole, so a look-up
 * that has begun ends in the version it began in.
 */

import { type AreaBits, areaCodesMin, areaOf, bitOf, has } from '../core/suppression/area-bits.ts';
import type { RegistryKind } from '../core/suppression/calling-rules.ts';
import { registryKinds } from '../core/suppression/calling-rules.ts';
import {
  type Channel,
  channels,
  type Hit,
  type ListState,
  unreadableVersion,
} from '../core/suppression/inquiry.ts';
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

/** Not to be relied on, for whatever channel: what is on it nobody knows. */
const stateOfUnreadable = (list: string): ListState => ({
  list,
  version: unreadableVersion,
  obtainedAt: 0,
  until: 0,
  channels,
  covers: () => true,
});

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
  /** The list is no more. */
  drop(list: string): void;
  /** The list is there and cannot be read: what needs it is refused until it can. */
  markUnreadable(list: string): void;
  /** The versions in memory. */
  loaded(): readonly Manifest[];
  unreadable(): readonly string[];
  hits(number: string, channel: Channel): readonly Hit[];
  /**
   * The same for many numbers, in their order. It is worked out first where each of them lies, and
   * then what lies there: the memory of the next is on its way while that of one is looked at, which
   * is four times as quick for numbers in no order.
   */
  hitsOfEach(numbers: readonly string[], channel: Channel): readonly (readonly Hit[])[];
  /** Lists as they are now, by `keyOf(kind, place)`. */
  states(): ReadonlyMap<string, ListState>;
}

/** What a first look at a number found: on none of the lists, on the first alone, or neither. */
const [onNone, onFirst, unsure] = [0, 1, 2];

/** Without a branch on what was found: it cannot be foretold, so that each would cost a dozen ns. */
function looked(lists: readonly Entry[] | undefined, slot: number, bit: number): number {
  if (lists === undefined || bit < 0) return unsure;
  let found = onNone;
  for (let i = 0; i < lists.length; i += 1) {
    const bits = lists[i]?.areas[slot];
    if (bits === undefined) return unsure;
    found |= (((bits[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) << (i === 0 ? 0 : 1);
  }
  return found;
}

/** Where the numbers of a batch lie, and what was found there; as long as the longest so far. */
let desk = { slots: new Int16Array(0), bits: new Int32Array(0), listed: new Uint8Array(0) };

function deskFor(count: number): typeof desk {
  if (desk.bits.length < count) {
    desk = {
      slots: new Int16Array(count),
      bits: new Int32Array(count),
      listed: new Uint8Array(count),
    };
  }
  return desk;
}

export function listsInMemory(): ListsInMemory {
  let entries: readonly Entry[] = [];
  let unreadable: readonly string[] = [];
  /** Those that have anything of an area code, by its slot: of twenty lists mostly one or two. */
  let bySlot: BySlot = { call: [], text: [] };
  let states: ReadonlyMap<string, ListState> = new Map();

  function replace(list: string, entry: Entry | null, isUnreadable = false): void {
    const otherUnreadable = unreadable.filter((one) => one !== list);
    unreadable = isUnreadable ? [...otherUnreadable, list] : otherUnreadable;
    const others = entries.filter(({ loaded }) => loaded.manifest.list !== list);
    entries = entry === null ? others : [...others, entry];
    bySlot = { call: slotsFor('call'), text: slotsFor('text') };
    const all = [
      ...entries.map(({ loaded: { manifest } }) => stateOf(manifest)),
      ...unreadable.map(stateOfUnreadable),
    ];
    states = new Map(
      all.flatMap((state) => {
        const key = keyOf(state.list);
        return key === null ? [] : [[key, state] as const];
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

  function hitsAt(number: string, channel: Channel, slot: number, bit: number): readonly Hit[] {
    const lists = bySlot[channel][slot];
    if (lists === undefined || lists.length === 0) return none;
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
    markUnreadable: (list) => replace(list, null, true),
    unreadable: () => unreadable,
    loaded: () => entries.map(({ loaded }) => loaded.manifest),
    hits(number, channel) {
      const area = areaOf(number);
      if (area === 0) return hitsAbroad(number, channel);
      return hitsAt(number, channel, area - 200, bitOf(number));
    },
    hitsOfEach(numbers, channel) {
      const count = numbers.length;
      const { slots: slotOf, bits: bitAt, listed } = deskFor(count);
      for (let n = 0; n < count; n += 1) {
        const number = numbers[n] ?? '';
        slotOf[n] = areaOf(number) - areaCodesMin;
        bitAt[n] = bitOf(number);
      }
      const lists = bySlot[channel];
      for (let n = 0; n < count; n += 1) {
        const slot = slotOf[n] ?? 0;
        listed[n] = looked(lists[slot], slot, bitAt[n] ?? 0);
      }
      const found: (readonly Hit[])[] = new Array(count);
      for (let n = 0; n < count; n += 1) {
        const slot = slotOf[n] ?? 0;
        if (listed[n] === onNone) found[n] = none;
        else if (listed[n] === onFirst) found[n] = lists[slot]?.[0]?.alone ?? none;
        else if (slot < 0) found[n] = hitsAbroad(numbers[n] ?? '', channel);
        else found[n] = hitsAt(numbers[n] ?? '', channel, slot, bitAt[n] ?? 0);
      }
      return found;
    },
    states: () => states,
  };
}
