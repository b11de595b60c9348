import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

/** 1 is real time, 10 is ten times as fast, `instant` waits for nothing. */
export type Speed = number | 'instant';

/** How fast a leg's time goes by. Everything is in ms of call time. */
export interface Pace {
  readonly speed: Speed;
  /** Call time since the pace was made. */
  now(): number;
  /** Rejects with the signal's reason if that comes first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export function createPace(speed: Speed): Pace {
  return speed === 'instant' ? instantPace() : clockPace(speed);
}

function clockPace(speed: number): Pace {
  const began = performance.now();
  return {
    speed,
    now: () => (performance.now() - began) * speed,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      try {
        await wait(ms / speed, undefined, { signal });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}

/** Sleeping moves the clock and lets other things happen once, so that events stay in order. */
function instantPace(): Pace {
  let now = 0;
  return {
    speed: 'instant',
    now: () => now,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      await turn();
      signal.throwIfAborted();
      now += ms;
    },
  };
}
