/**
 * Keeps this process's copy of the own list current from the stream. A word of a change wakes it;
 * what may be lost is the word, so it also looks a few times a second. While it cannot look, the
 * copy may be behind, and after `staleAfterMs` whoever asks is told to hold.
 */
import type { OwnChange } from '../core/suppression/own-change.ts';
import type { OwnListStore, StreamPlace } from './own-list-ports.ts';
import type { Clock, Log } from './ports.ts';
import { troubleOf } from './trouble.ts';

/** An acknowledged change is known everywhere within a second, also if no word of it came. */
const defaultLookEveryMs = 250;
/** Changes read at once. */
const defaultPageMax = 5_000;
/** How long a copy may be behind before it says so. */
export const staleAfterMs = 5_000;

/** The copy. Two changes of one key may come in any order; the one with the higher `seq` counts. */
export interface OwnListCopy {
  apply(change: OwnChange): void;
}

export interface FollowParts {
  readonly store: Pick<OwnListStore, 'news' | 'listen'>;
  readonly copy: OwnListCopy;
  readonly clock: Clock;
  readonly log: Log;
  /** Told after every look since the start what it brought, once the copy has it. */
  readonly heard?: (changes: readonly OwnChange[]) => void;
  readonly lookEveryMs?: number;
  readonly pageMax?: number;
}

export interface Follower {
  /** Reads everything there is; for the start. Throws when the store does. */
  catchUp(): Promise<void>;
  /** Looks from now on, until `stop`. */
  start(): Promise<void>;
  /** True while the copy may lack something that was acknowledged `staleAfterMs` ago. */
  isStale(): boolean;
  /** How far the confirmed stream has been read. */
  place(): StreamPlace | null;
  stop(): Promise<void>;
}

/**
 * Changes that are early (something still being written may come before them in the stream) are
 * applied too: the number of a change says which of two is the later one, and a stop must not
 * wait. They are read again once they are confirmed.
 */
export function followOwnList(parts: FollowParts): Follower {
  const { store, copy, clock, log, heard, lookEveryMs = defaultLookEveryMs } = parts;
  const { pageMax = defaultPageMax } = parts;
  const trouble = troubleOf(log, 'the own list could not be read');
  let place: StreamPlace | null = null;
  let seenAt: number | null = null;
  let looking: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout | null = null;
  let stopListening: (() => Promise<void>) | null = null;

  /** @param tell called with each piece of news */
  async function read(tell: FollowParts['heard']): Promise<void> {
    let isConfirmed = true;
    let askedAt = clock.monotonic();
    for (let from = place; ; ) {
      if (isConfirmed) askedAt = clock.monotonic();
      const news = await store.news(from, pageMax);
      for (const change of news.confirmed) copy.apply(change);
      for (const change of news.early) copy.apply(change);
      // Behind an early one nothing is passed for good, not even what was confirmed a moment later.
      if (isConfirmed) place = news.place;
      isConfirmed &&= news.early.length === 0;
      tell?.([...news.confirmed, ...news.early]);
      if (news.rest === null) {
        seenAt = askedAt;
        return;
      }
      from = news.rest;
    }
  }

  /** A wake-up during a look means one more look: what woke us may have come after the read. */
  function look(): void {
    if (looking !== null) {
      again = true;
      return;
    }
    looking = read(heard)
      .then(trouble.over, trouble.failed)
      .finally(() => {
        looking = null;
        if (!again) return;
        again = false;
        look();
      });
  }

  return {
    catchUp: () => read(undefined),
    async start() {
      stopListening = await store.listen(look);
      timer = setInterval(look, lookEveryMs);
      timer.unref();
      look();
    },
    isStale: () => seenAt === null || clock.monotonic() - seenAt > staleAfterMs,
    place: () => place,
    async stop() {
      if (timer !== null) clearInterval(timer);
      await stopListening?.();
      again = false;
      await looking;
    },
  };
}
