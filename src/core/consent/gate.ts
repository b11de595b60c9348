/**
 * The gate of one leg for one purpose, as a value. Instants are on the monotonic clock.
 *
 * It is a *lease*: open until an instant three seconds ahead, renewed every second while the
 * grant stands in the database. If anything between the two dies, recording stops by itself.
 *
 * It is *shut first, opened last*: a withdrawal shuts it before its transaction is tried, a grant
 * opens it after its commit. So the two can cross: while a withdrawal shuts the gate, the commit
 * of an earlier grant may be acknowledged and just about to be carried out, or still in flight.
 * Two rules keep that open from undoing the withdrawal:
 *
 * 1. Versions. Every commit raises the version of the call's row; opens and shuts carry it. An
 *    open of a version not later than the newest shut is late, and is ignored; a shut of a
 *    version before the newest open was overtaken by it, and is ignored too.
 * 2. Pending. A shut that has no version yet blocks every version known when it came and, because
 *    commits may be under way that are not known here, holds off all opens until the same shut
 *    comes with its version. If it never comes (its transaction failed), the hold ends after
 *    `pendingMs`: by then every transaction that ran beside it has met its deadline. The gate
 *    stays shut all the same, until a later commit or the database's word opens it.
 *
 * A renewal moves the end of a gate that nobody shut. Where the leg's recording is written it
 * also *reopens*: the turn a gate was shut for may not have stood, word of an opening may be lost,
 * and the rest of a granted recording would be lost with it. The rule:
 *
 * - Only a gate shut by `pause` or `others`, or never opened here, reopens. A withdrawal, a
 *   hang-up, a machine and a failure end the recording, and no renewal undoes them.
 * - No shut was pending when the database was asked: one that comes after the question makes the
 *   answer void.
 * - The database says open by a commit later than the newest shut; or, if it was asked `pendingMs`
 *   after that shut, by whatever commit. A shut may come with the version of a commit that is only
 *   being tried; by then it stood, and the database would say shut, or it never will. Should it
 *   stand later all the same, its version shuts the gate again; unheard, the lease runs out.
 */
import type { ShutReason } from '../call/effect.ts';

/** Long enough for two renewals to fail and a third to succeed. */
export const leaseMs = 3_000;
export const renewEveryMs = 1_000;
/** Longer than the deadline of any transaction that can carry a grant. */
export const pendingMs = 3_000;

export interface Gate {
  /** Frames pass while the clock is before this instant. */
  readonly until: number;
  /** Null: open, or open until its lease ran out. `ungranted`: never opened. */
  readonly shut: ShutReason | 'ungranted' | null;
  /** The newest version known to be committed, from opens, shuts and renewals. */
  readonly known: number;
  /** Opens of this version or an earlier one are late. */
  readonly blocked: number;
  /** Before this instant a shut is pending and all opens are held off; 0: none is. */
  readonly pendingUntil: number;
  /** When the newest shut came. */
  readonly shutAt: number;
}

export const ungranted: Gate = {
  until: 0,
  shut: 'ungranted',
  known: 0,
  blocked: 0,
  pendingUntil: 0,
  shutAt: 0,
};

export type EndingShut = Exclude<ShutReason, 'pause' | 'others'>;

/** A pause ends; these do not: only a new grant, with a new recording, comes after them. */
export function endsRecording(reason: Gate['shut']): reason is EndingShut {
  switch (reason) {
    case 'withdrawal':
    case 'hangup':
    case 'machine':
    case 'failure':
      return true;
    default:
      return false;
  }
}

export function isOpen(gate: Gate, at: number): boolean {
  return at < gate.until;
}

/** Returns the same gate when the open is late. */
export function openGate(gate: Gate, until: number, version: number, at: number): Gate {
  if (version <= gate.blocked || at < gate.pendingUntil) return gate;
  return {
    ...gate,
    until: gate.shut === null ? Math.max(gate.until, until) : until,
    shut: null,
    known: Math.max(gate.known, version),
    pendingUntil: 0,
  };
}

/** Returns the same gate when it is shut, or when its grant is older than the newest shut. */
export function renewGate(gate: Gate, until: number, version: number): Gate {
  if (gate.shut !== null || version <= gate.blocked) return gate;
  return {
    ...gate,
    until: Math.max(gate.until, until),
    known: Math.max(gate.known, version),
  };
}

/** True for a gate that the database's word, asked for at `askedAt`, may reopen. */
export function mayReopen(gate: Gate, askedAt: number): boolean {
  return gate.shut !== null && !endsRecording(gate.shut) && askedAt >= gate.pendingUntil;
}

/**
 * For a gate that the database, asked at `askedAt`, says is open by the commit `version`. Returns
 * the same gate when it stays shut, or is not shut.
 */
export function reopenGate(gate: Gate, until: number, version: number, askedAt: number): Gate {
  if (!mayReopen(gate, askedAt)) return gate;
  if (version <= gate.blocked && askedAt < gate.shutAt + pendingMs) return gate;
  return {
    ...gate,
    until,
    shut: null,
    known: Math.max(gate.known, version),
    // A shut that did not stand blocks nothing any more.
    blocked: Math.min(gate.blocked, version - 1),
    pendingUntil: 0,
  };
}

/** `version` null: the shut's commit is still to come. Returns the same gate when overtaken. */
export function shutGate(gate: Gate, reason: ShutReason, version: number | null, at: number): Gate {
  if (version !== null && version < gate.known) return gate;
  const known = Math.max(gate.known, version ?? 0);
  return {
    until: 0,
    shut: endsRecording(gate.shut) && !endsRecording(reason) ? gate.shut : reason,
    known,
    blocked: known,
    pendingUntil: version === null ? at + pendingMs : 0,
    shutAt: at,
  };
}
