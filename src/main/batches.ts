/** Joins what a batch needs that is to leave something. */
import { type BatchFollower, followBatches } from '../app/follow-batches.ts';
import type { Follower } from '../app/follow-own-list.ts';
import type { Log } from '../app/ports.ts';
import type { BatchParts } from '../app/run-batch.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

export const batchPartsOf = (
  { tenant }: Foundation,
  { batches, entries, signer, registries }: Stores,
  follower: Pick<Follower, 'place'>,
): BatchParts => ({
  batches,
  entries,
  signer,
  pseudonym: tenant.pseudonym,
  place: () => follower.place(),
  engine: { node: process.versions.node, tz: process.versions['tz'] ?? 'unknown' },
  manifests: () => registries.loaded(),
  clock,
  random,
});

export const batchFollowerOf = (
  { liveBatches: live, registries, ownList }: Stores,
  log: Log,
): BatchFollower =>
  followBatches({ live, registries, listen: (wake) => ownList.listen(wake), clock, log });
