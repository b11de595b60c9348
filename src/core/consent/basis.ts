/**
 * Lawful bases other than consent (GDPR 6(1)(b) to (f)), as a business claims them: written down with
 * who looked at them and why. None of them opens a gate: whatever is claimed, a call is recorded after
 * a yes.
 */
import type { Purpose } from '../words.ts';

export const bases = [
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const;
export type Basis = (typeof bases)[number];

export interface ClaimedBasis {
  readonly purpose: Purpose;
  readonly basis: Basis;
  /** Why it is needed and holds, in words. */
  readonly justification: string;
  /** Who looked at it. */
  readonly reviewer: string;
  /** Country or state whose law it is under. */
  readonly place: string;
  /** YYYY-MM-DD; it is to be looked at again by then. */
  readonly reviewBy: string;
  /** Of legitimate interests: whose weigh more, and why. */
  readonly balancing: string | null;
  /** Of legitimate interests: how people object (GDPR 21). */
  readonly objection: string | null;
}

export interface BasisFault {
  readonly path: string;
  readonly what: string;
}

const wordsMin = 20;

/** Everything that is wrong with what is claimed. */
export function basisFaults(claims: readonly ClaimedBasis[]): readonly BasisFault[] {
  return claims.flatMap((claim, i) => {
    const { purpose, basis, justification, balancing, objection } = claim;
    const faults: BasisFault[] = [];
    const fault = (field: string, what: string) => faults.push({ path: `${i}.${field}`, what });
    if (justification.trim().length < wordsMin) {
      fault('justification', `has to say why, in at least ${wordsMin} characters`);
    }
    const twice = claims.findIndex(
      (other) => other.purpose === purpose && other.place === claim.place,
    );
    if (twice !== i) fault('purpose', 'has a basis for that place already');
    if (basis !== 'legitimate-interests') return faults;
    // Saxony's authority, 2022: legitimate interests do not carry recording for training.
    if (purpose === 'training') fault('basis', 'legitimate interests do not carry training');
    if (balancing === null || balancing.trim().length < wordsMin) {
      fault('balancing', 'legitimate interests have to be weighed, in words');
    }
    if (objection === null || objection.trim() === '') {
      fault('objection', 'people must be told how to object');
    }
    return faults;
  });
}
