/**
 * National-size lists in memory. A list answers from its first moment: an area code that is asked
 * for before the rest is loaded is loaded then, its hash checked; the others follow in the
 * background. A new version takes the place of the old one in one assignment, whole, so a look-up
 * that has begun ends in the version it began in.
 */

import { type AreaBits, areaOf, bitOf, has } from '../core/suppression/area-bits.ts';
import type { RegistryKind } from '../core/suppression/calling-rules.ts';
import { registryKinds } from '../core/suppression/calling-rules.ts';
import type { Hit, ListState } from '../core/suppression/inquiry.ts';
import type { Manifest } from '../core/suppression/list-manifest.ts';
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

function isListed(list: LoadedList, number: string, area: number): boolean {
  const part = area === 0 ? undefined : list.manifest.areas[area];
  // Written among those of the world: numbers of elsewhere, and of area codes with few.
  if (area === 0 || part?.sha256 === null) return hasWorld(list.world, Number(number));
  if (part === undefined) return false;
  const slot = area - 200;
  let bits = list.areas[slot];
  if (bits === undefined) {
    bits = list.loadNow(area);
    list.areas[slot] = bits;
  }
  const bit = bitOf(number);
  return bit >= 0 && has(bits, bit);
}

/** `national-US` is the national list of `US`. */
function keyOf(list: string): string | null {
  const [kind = '', ...place] = list.split('-');
  const isRegistry = (registryKinds as readonly string[]).includes(kind);
  return isRegistry && place.length > 0 ? `${kind} ${place.join('-')}` : null;
}

function stateOf({ list, version, obtainedAt, areas }: Manifest): ListState {
  return {
    list,
    version,
    obtainedAt: Date.parse(obtainedAt),
    covers(number) {
      const area = areaOf(number);
      return area === 0 || areas[String(area)] !== undefined;
    },
  };
}

interface Entry {
  readonly loaded: LoadedList;
  readonly hit: Hit;
}

export interface ListsInMemory {
  /** Puts a version in the place of the one before. */
  put(loaded: LoadedList): void;
  drop(list: string): void;
  /** The versions in memory. */
  loaded(): readonly Manifest[];
  hits(number: string): readonly Hit[];
  /** Lists as they are now, by `keyOf(kind, place)`. */
  states(): ReadonlyMap<string, ListState>;
}

export function listsInMemory(): ListsInMemory {
  let entries: readonly Entry[] = [];
  let states: ReadonlyMap<string, ListState> = new Map();

  function replace(list: string, entry: Entry | null): void {
    const others = entries.filter(({ loaded }) => loaded.manifest.list !== list);
    entries = entry === null ? others : [...others, entry];
    states = new Map(
      entries.flatMap(({ loaded: { manifest } }) => {
        const key = keyOf(manifest.list);
        return key === null ? [] : [[key, stateOf(manifest)] as const];
      }),
    );
  }

  return {
    put(loaded) {
      const { list, version } = loaded.manifest;
      const [kind = ''] = list.split('-');
      replace(list, { loaded, hit: { list, kind: kind as RegistryKind, version, since: null } });
    },
    drop: (list) => replace(list, null),
    loaded: () => entries.map(({ loaded }) => loaded.manifest),
    hits(number) {
      const area = areaOf(number);
      let found = none;
      for (const { loaded, hit } of entries) {
        if (isListed(loaded, number, area)) found = found === none ? [hit] : [...found, hit];
      }
      return found;
    },
    states: () => states,
  };
}
