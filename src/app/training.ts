/**
 * The roster of who read what, and the refusal of those who did not. Programs are not trained, and
 * their keys are not asked; support is people whom nobody here can vouch for, so it is refused.
 */
import {
  isTrainedAct,
  lackingFor,
  lackingText,
  type Reading,
  type Trained,
  type TrainingPolicy,
  trainedIn,
} from '../core/access/training.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { AccountStore, User } from './account-ports.ts';
import type { ApiKey } from './api-ports.ts';
import type { Clock, Random } from './ports.ts';
import type { SettingStore } from './settings.ts';

export interface KeptReading extends Reading {
  readonly id: Uuid;
  /** Who wrote it down: the person's own id, or that of whoever vouches for it. */
  readonly by: string;
}

export interface TrainingStore {
  add(reading: KeptReading): Promise<void>;
  /** Oldest first; null: of everybody. */
  readings(userId: Uuid | null): Promise<readonly KeptReading[]>;
}

export interface TrainingParts {
  readonly training: TrainingStore;
  readonly settings: Pick<SettingStore, 'current'>;
  readonly accounts: Pick<AccountStore, 'list' | 'find'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** @throws `training_needed` with every policy that is lacking, and why */
export async function refuseUntrained(
  { training, settings, clock }: Pick<TrainingParts, 'training' | 'settings' | 'clock'>,
  { session, isSupport }: Pick<ApiKey, 'session' | 'isSupport'>,
  act: string,
): Promise<void> {
  if (!isTrainedAct(act) || (session === undefined && isSupport !== true)) return;
  const { value: policies } = await settings.current('training');
  if (policies.every(({ requiredFor }) => !requiredFor.includes(act))) return;
  const readings = session === undefined ? [] : await training.readings(session.user.id);
  const lacking = lackingFor(policies, act, readings, clock.now());
  if (lacking.length > 0) throw new ConsentryError('training_needed', lackingText(act, lacking));
}

export interface RosterLine extends Trained {
  readonly policy: TrainingPolicy;
}

/** Everybody whose account is in force, with every policy. */
export async function roster({
  training,
  settings,
  accounts,
  clock,
}: Pick<TrainingParts, 'training' | 'settings' | 'clock'> & {
  readonly accounts: Pick<AccountStore, 'list'>;
}): Promise<readonly { readonly user: User; readonly policies: readonly RosterLine[] }[]> {
  const { value: policies } = await settings.current('training');
  const readings = new Map<Uuid, Reading[]>();
  for (const one of await training.readings(null)) {
    const own = readings.get(one.userId);
    if (own === undefined) readings.set(one.userId, [one]);
    else own.push(one);
  }
  const at = clock.now();
  const inForce = (await accounts.list()).filter(({ disabledAt }) => disabledAt === null);
  return inForce.map((user) => ({
    user,
    policies: standingOf(policies, readings.get(user.id) ?? [], at),
  }));
}

/** What one person has read. */
export async function trainingOf(
  { training, settings, clock }: Pick<TrainingParts, 'training' | 'settings' | 'clock'>,
  userId: Uuid,
): Promise<readonly RosterLine[]> {
  const { value: policies } = await settings.current('training');
  return standingOf(policies, await training.readings(userId), clock.now());
}

const standingOf = (
  policies: readonly TrainingPolicy[],
  readings: readonly Reading[],
  at: Instant,
): readonly RosterLine[] =>
  policies.map((policy) => ({ policy, ...trainedIn(policy, readings, at) }));

/**
 * @param asked the version that was read has to be the one in force, and `at` no later than now
 * @throws `not_found` for a policy or an account that is not there, `conflict` for another version
 */
export async function writeReading(
  parts: TrainingParts,
  asked: {
    readonly userId: Uuid;
    readonly policy: string;
    readonly version: number;
    readonly at: Instant | null;
    readonly by: string;
  },
): Promise<readonly RosterLine[]> {
  const { userId, version, by } = asked;
  const { value: policies } = await parts.settings.current('training');
  const policy = policies.find(({ id }) => id === asked.policy);
  if (policy === undefined)
    throw new ConsentryError('not_found', 'there is no policy of this name');
  if ((await parts.accounts.find(userId)) === null) {
    throw new ConsentryError('not_found', 'there is no account of this id');
  }
  if (policy.version !== version) {
    const what = `version ${policy.version} is in force; that one has to be read`;
    throw new ConsentryError('conflict', what);
  }
  const now = parts.clock.now();
  const at = Math.min(asked.at ?? now, now);
  const { id, sha256 } = policy;
  await parts.training.add({
    id: parts.random.uuid(),
    userId,
    policy: id,
    version,
    sha256,
    at,
    by,
  });
  return trainingOf(parts, userId);
}
