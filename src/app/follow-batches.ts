/**
 * Keeps live batches current: an own request, or a registry that came into force, is looked for in them
 * as soon as there is word of it, and every second without any. Several processes may do it; each batch
 * is worked on by one at a time.
 */
import type { Channel, Hit } from '../core/suppression/inquiry.ts';
import type { Manifest } from '../core/suppression/list-manifest.ts';
import { reasonOfVersion } from '../core/suppression/live-batch.ts';
import type { Uuid } from '../core/words.ts';
import type { KeptChange, LiveBatches, NewVersion } from './batch-ports.ts';
import type { ListsInMemory } from './loaded-lists.ts';
import type { OwnListStore } from './own-list-ports.ts';
import type { Clock, Log } from './ports.ts';
import { sharing } from './sharing.ts';
import { troubleOf } from './trouble.ts';

const everyMs = 1_000;
/** Registries are looked for every so many rounds. */
const seldom = 5;

export interface FollowBatchesParts {
  readonly live: LiveBatches;
  readonly registries: Pick<ListsInMemory, 'loaded' | 'hits'>;
  readonly listen: OwnListStore['listen'];
  readonly clock: Clock;
  readonly log: Log;
}

export interface BatchNews {
  /** Resolves when there may be something new, after `ms` at the latest. */
  wait(ms: number): Promise<void>;
  /** True: nobody is told here any more, who waits goes elsewhere. */
  isOver(): boolean;
}

export interface BatchFollower {
  readonly news: BatchNews;
  start(): Promise<void>;
  /** Lets everybody go who waits for news. */
  release(): void;
  stop(): Promise<void>;
}

export function followBatches({ live, registries, listen, clock, log }: FollowBatchesParts) {
  const trouble = troubleOf(log, 'live batches could not be looked at');
  const registryTrouble = troubleOf(log, 'live batches could not be looked at with registries');
  let timer: NodeJS.Timeout | null = null;
  let round: Promise<void> | null = null;
  let registryLook: Promise<void> | null = null;
  let again = false;
  let rounds = 0;
  let isOver = false;
  let stopListening: (() => Promise<void>) | null = null;
  const waiting = new Set<() => void>();

  function tell(): void {
    for (const one of [...waiting]) one();
  }

  async function once(): Promise<void> {
    let isAll = false;
    while (!isAll && !isOver) {
      const followed = await live.follow(null);
      if (followed.isNews) tell();
      isAll = followed.isAll;
    }
    rounds += 1;
    if (rounds % seldom === 1) lookAtRegistries();
  }

  /** Beside the rounds: it may take a minute, and a word of an own request does not wait for that. */
  function lookAtRegistries(): void {
    if (registryLook !== null || isOver) return;
    const look = { versions: versionsOf(registries), at: clock.now(), isOver: () => isOver };
    registryLook = live
      .lookAt(look)
      .then((isNews) => {
        if (isNews) tell();
        registryTrouble.over();
      }, registryTrouble.failed)
      .finally(() => {
        registryLook = null;
      });
  }

  function look(): void {
    if (round !== null) {
      again = true;
      return;
    }
    round = once()
      .then(trouble.over, trouble.failed)
      .finally(() => {
        round = null;
        if (!again || isOver) return;
        again = false;
        look();
      });
  }

  function release(): void {
    isOver = true;
    tell();
  }

  const follower: BatchFollower = {
    news: {
      wait: (ms) =>
        new Promise((resolve) => {
          if (isOver) return resolve();
          const go = (): void => {
            clearTimeout(over);
            waiting.delete(go);
            resolve();
          };
          const over = setTimeout(go, ms);
          waiting.add(go);
        }),
      isOver: () => isOver,
    },
    async start() {
      stopListening = await listen(look);
      timer = setInterval(look, everyMs);
      timer.unref();
      look();
    },
    release,
    async stop() {
      release();
      if (timer !== null) clearInterval(timer);
      await stopListening?.();
      await round;
      await registryLook;
    },
  };
  return follower;
}

/** The versions in memory, as live batches are looked at with them. */
export function versionsOf({
  loaded,
  hits,
}: FollowBatchesParts['registries']): readonly NewVersion[] {
  return loaded().map(({ list, version }: Manifest): NewVersion => {
    const isThis = (hit: Hit) => hit.list === list && hit.version === version;
    const hitsOf = (number: string) => (channel: Channel) => hits(number, channel).filter(isThis);
    return {
      name: `${list}/${version}`,
      // Whose number changed hands is not the person it was, whatever the contact is for.
      matters: ({ purpose }, isMixed) => isMixed || purpose !== 'service' || list === 'reassigned',
      against: (batch, number, otherwise) => reasonOfVersion(hitsOf(number), batch, otherwise),
    };
  });
}

/**
 * Changes after a position, in order, with everything of own requests that was acknowledged before
 * they were asked for. However many ask at once, a batch is looked at once, and once more for all
 * who came meanwhile: each look takes a connection.
 */
export function changeReader(live: Pick<LiveBatches, 'follow' | 'changes'>) {
  const current = sharing(async (id: Uuid) => {
    while (!(await live.follow(id)).isAll);
  });
  return async (id: Uuid, after: number, limit: number): Promise<readonly KeptChange[]> => {
    await current(id);
    return live.changes(id, after, limit);
  };
}
