import { lostVersions } from '../../core/flow/versions.ts';
import type { Flows } from './files.ts';

export interface LiveFlows extends Flows {
  /**
   * Takes over another state of the folder: calls that are pinned to what is new in it are served
   * from now on. Throws, and takes nothing, if it lacks a version that was published before.
   */
  learn(next: Flows): void;
  /** From now on new calls run what is current in the state that was learned last. */
  use(): void;
}

/**
 * Flows whose folder may change while calls run. Learning and using are two steps, because several
 * processes may serve one call: each has to know a version before any of them begins a call with
 * it. Whatever was published stays: a version once compiled is not compiled again.
 */
export function liveFlows(first: Flows): LiveFlows {
  let known = first;
  let inUse = first;
  return {
    learn(next) {
      const [lost] = lostVersions(known.published, next.published);
      if (lost !== undefined) {
        throw new Error(`${lost.name} version ${lost.version} is not listed any more`);
      }
      known = next;
    },
    use() {
      inUse = known;
    },
    current: (name) => inUse.current(name),
    pinned: (pin) => known.pinned(pin),
    all: () => known.all(),
    isPublished: (flow) => known.isPublished(flow),
    get published() {
      return known.published;
    },
  };
}
