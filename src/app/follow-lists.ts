/**
 * Loads the lists in force, and looks every few seconds whether other versions came into force. A
 * list that is there and cannot be read is not taken for one that nobody has: what needs it is
 * refused.
 */
import type { AreaBits } from '../core/suppression/area-bits.ts';
import type { Manifest } from '../core/suppression/list-manifest.ts';
import { anywhereKinds } from '../core/suppression/list-use.ts';
import { type ListsInMemory, type LoadedList, loadedList } from './loaded-lists.ts';
import type { Log } from './ports.ts';

const lookEveryMs = 5_000;
/** Looks between attempts at a version that was found damaged: all of it has to be read for one. */
const looksBetween = 12;

export interface ListReads {
  lists(): Promise<readonly string[]>;
  current(list: string): Promise<Manifest | null>;
  area(manifest: Manifest, area: string): Promise<AreaBits>;
  areaNow(manifest: Manifest, area: string): AreaBits;
  world(manifest: Manifest): Promise<Float64Array<ArrayBufferLike>>;
}

export interface FollowListsParts {
  readonly shelf: ListReads;
  readonly memory: ListsInMemory;
  readonly log: Log;
}

export interface ListFollower {
  /** Resolves when every list answers, from whichever area codes are asked for first. */
  look(): Promise<void>;
  /** Resolves when every area code of every list is in memory, its hash checked. */
  filled(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export function followLists({ shelf, memory, log }: FollowListsParts): ListFollower {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();
  let filling: Promise<void> = Promise.resolve();
  let stopped = false;
  /** Versions that were damaged, by list, and how often they were looked at since. */
  const damaged = new Map<string, { readonly version: string; readonly looks: number }>();

  async function load(list: string): Promise<void> {
    const manifest = await shelf.current(list);
    const known = memory.loaded().find((one) => one.list === list);
    if (manifest === null) {
      if (known === undefined && !memory.unreadable().includes(list)) return;
      memory.drop(list);
      log.warn({ list }, 'a list was retired and is not looked at any more');
      return;
    }
    if (manifest.version === known?.version) return;
    if (!isDue(manifest)) return;
    const world = await shelf.world(manifest);
    const loaded = loadedList(manifest, world, (area) => shelf.areaNow(manifest, String(area)));
    // What was damaged once is read to its end before anybody relies on it again.
    if (damaged.has(list)) await readAll(loaded);
    damaged.delete(list);
    memory.put(loaded);
    log.info({ list, version: manifest.version }, 'a list came into force');
    filling = filling.then(() => fill(loaded));
  }

  function isDue({ list, version }: Manifest): boolean {
    const known = damaged.get(list);
    if (known?.version !== version) {
      damaged.delete(list);
      return true;
    }
    damaged.set(list, { version, looks: known.looks + 1 });
    return known.looks % looksBetween === 0;
  }

  /** One area code at a time, so that whoever asks meanwhile waits for one at most. */
  async function fill(loaded: LoadedList): Promise<void> {
    const { list, version } = loaded.manifest;
    try {
      await readAll(loaded);
    } catch (error) {
      damaged.set(list, { version, looks: 1 });
      log.error({ err: error, list }, 'a list is damaged and not used any more');
      // Another version may have taken its place meanwhile.
      const inMemory = memory.loaded().find((one) => one.list === list);
      if (inMemory?.version === version) memory.markUnreadable(list);
    }
  }

  async function readAll({ manifest, areas }: LoadedList): Promise<void> {
    for (const [area, { sha256 }] of Object.entries(manifest.areas)) {
      if (stopped) return;
      if (sha256 === null) continue;
      const slot = Number(area) - 200;
      areas[slot] ??= await shelf.area(manifest, area);
    }
  }

  async function lookAtAll(): Promise<void> {
    const lists = await namesOf();
    for (const list of lists) {
      try {
        await load(list);
      } catch (error) {
        log.error({ err: error, list }, 'a list cannot be loaded; the version before stays');
        markUnlessLoaded(list);
      }
    }
  }

  /** Lists that are there, and those that were there and were taken away unread. */
  async function namesOf(): Promise<readonly string[]> {
    try {
      return [...new Set([...(await shelf.lists()), ...memory.unreadable()])];
    } catch (error) {
      log.error({ err: error }, 'the lists cannot be read; what is in memory stays');
      // Those that a rule asks for are missed by themselves.
      for (const kind of anywhereKinds) markUnlessLoaded(kind);
      return [];
    }
  }

  function markUnlessLoaded(list: string): void {
    const isLoaded = memory.loaded().some((one) => one.list === list);
    if (!isLoaded && !memory.unreadable().includes(list)) memory.markUnreadable(list);
  }

  const look = (): Promise<void> => {
    looking = looking.then(lookAtAll);
    return looking;
  };

  return {
    look,
    filled: () => looking.then(() => filling),
    start() {
      timer = setInterval(() => void look(), lookEveryMs);
      timer.unref();
    },
    async stop() {
      stopped = true;
      if (timer !== null) clearInterval(timer);
      await looking;
      await filling;
    },
  };
}
