/** The process's clock and its source of chance: the only places that ask for either. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Random } from '../app/ports.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

export const random: Random = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
};
