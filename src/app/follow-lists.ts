/** Loads the lists in force, and looks every few seconds whether other versions came into force. */
import type { AreaBits } from '../core/suppression/area-bits.ts';
import type { Manifest } from '../core/suppression/list-manifest.ts';
import { type ListsInMemory, type LoadedList, loadedList } from './loaded-lists.ts';
import type { Log } from './ports.ts';

const lookEveryMs = 5_000;

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

  async function load(list: string): Promise<void> {
    const manifest = await shelf.current(list);
    const known = memory.loaded().find((one) => one.list === list);
    if (manifest === null) {
      if (known === undefined) return;
      memory.drop(list);
      log.warn({ list }, 'a list was retired and is not looked at any more');
      return;
    }
    if (manifest.version === known?.version) return;
    const world = await shelf.world(manifest);
    const loaded = loadedList(manifest, world, (area) => shelf.areaNow(manifest, String(area)));
    memory.put(loaded);
    log.info({ list, version: manifest.version }, 'a list came into force');
    filling = filling.then(() => fill(loaded));
  }

  /** One area code at a time, so that whoever asks meanwhile waits for one at most. */
  async function fill(loaded: LoadedList): Promise<void> {
    const { manifest, areas } = loaded;
    for (const [area, { sha256 }] of Object.entries(manifest.areas)) {
      if (stopped) return;
      if (sha256 === null) continue;
      const slot = Number(area) - 200;
      if (areas[slot] !== undefined) continue;
      try {
        areas[slot] = await shelf.area(manifest, area);
      } catch (error) {
        // A list that is damaged is as good as none: what needs it is refused.
        memory.drop(manifest.list);
        log.error({ err: error, list: manifest.list }, 'a list is damaged and not used any more');
        return;
      }
    }
  }

  async function lookAtAll(): Promise<void> {
    for (const list of await shelf.lists()) {
      try {
        await load(list);
      } catch (error) {
        log.error({ err: error, list }, 'a list cannot be loaded; the version before stays');
      }
    }
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
