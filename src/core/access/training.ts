/**
 * Which policies people who work here have to have read before they may listen, take away or see in
 * full; who did, in which version; and until when that holds.
 */
import type { Instant, Uuid } from '../words.ts';

/** Acts that can be made to need a training. */
export const trainedActs = ['listen', 'download', 'reveal', 'export'] as const;
export type TrainedAct = (typeof trainedActs)[number];

export interface TrainingPolicy {
  /** Short name, the same for ever. */
  readonly id: string;
  readonly title: string;
  /** A new one has to be read again. */
  readonly version: number;
  /** SHA-256 of the text that was read; null: it is not kept. */
  readonly sha256: string | null;
  /** How long a reading holds. */
  readonly validDays: number;
  readonly requiredFor: readonly TrainedAct[];
}

export const policiesMax = 50;
export const validDaysMax = 3_660;
const dayMs = 86_400_000;

export interface Reading {
  readonly userId: Uuid;
  readonly policy: string;
  readonly version: number;
  /** Of the text they read; null: it was not kept. */
  readonly sha256: string | null;
  readonly at: Instant;
}

/** `outdated`: they read an earlier version, or another text under the same one. */
export const standings = ['current', 'outdated', 'expired', 'missing'] as const;
export type Standing = (typeof standings)[number];

export interface Trained {
  readonly standing: Standing;
  /** The reading that counts most; null: there is none. */
  readonly version: number | null;
  readonly readAt: Instant | null;
  /** Of that reading; the instant itself is too late. */
  readonly expiresAt: Instant | null;
}

/** @param readings of one person; those of other policies do not count */
export function trainedIn(
  policy: TrainingPolicy,
  readings: readonly Reading[],
  at: Instant,
): Trained {
  const own = readings.filter((one) => one.policy === policy.id);
  const best = own.toSorted((a, b) => b.version - a.version || b.at - a.at)[0];
  if (best === undefined) {
    return { standing: 'missing', version: null, readAt: null, expiresAt: null };
  }
  const expiresAt = best.at + policy.validDays * dayMs;
  const told = { version: best.version, readAt: best.at, expiresAt };
  // A policy that was taken away and set again begins at 1 with another text.
  const isOtherText = best.version === policy.version && best.sha256 !== policy.sha256;
  if (best.version < policy.version || isOtherText) return { ...told, standing: 'outdated' };
  return { ...told, standing: at < expiresAt ? 'current' : 'expired' };
}

export interface Lacking extends Trained {
  readonly policy: TrainingPolicy;
}

/** What keeps a person from an act; none: nothing. */
export function lackingFor(
  policies: readonly TrainingPolicy[],
  act: TrainedAct,
  readings: readonly Reading[],
  at: Instant,
): readonly Lacking[] {
  return policies
    .filter(({ requiredFor }) => requiredFor.includes(act))
    .map((policy) => ({ policy, ...trainedIn(policy, readings, at) }))
    .filter(({ standing }) => standing !== 'current');
}

/** Such as `to listen needs “Recordings” (recordings), version 2: expired on 2026-03-02`. */
export function lackingText(act: TrainedAct, lacking: readonly Lacking[]): string {
  const one = ({ policy, standing, version, expiresAt }: Lacking): string => {
    const why = {
      missing: 'it was not read yet',
      outdated:
        version === policy.version ? 'another text was read' : `version ${version} was read`,
      expired: `expired on ${new Date(expiresAt ?? 0).toISOString().slice(0, 10)}`,
      current: '',
    }[standing];
    return `“${policy.title}” (${policy.id}), version ${policy.version}: ${why}`;
  };
  return `to ${act} needs ${lacking.map(one).join('; ')}`;
}

export const isTrainedAct = (act: string): act is TrainedAct =>
  (trainedActs as readonly string[]).includes(act);
