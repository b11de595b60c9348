import type { StatusChange } from '../call/effect.ts';
import { assert } from '../error.ts';
import type { Purpose, Status } from '../words.ts';

/** Where a person's permissions stand, by purpose. A purpose that is missing is `unknown`. */
export type Statuses = Readonly<Partial<Record<Purpose, Status>>>;

type Kind = StatusChange['kind'];

/**
 * What each kind of entry makes of a status, and from which statuses it may come. A request may
 * follow a no: who refused that the conversation is recorded may be asked for a message. A grant follows
 * a request and nothing else; a reminder of an earlier grant, not contradicted, stands for both; a
 * refusal may come unasked (a person may say no before the question); a withdrawal or an expiry
 * ends a grant.
 */
const moves: Readonly<Record<Kind, { readonly from: readonly Status[]; readonly to: Status }>> = {
  request: { from: ['unknown', 'refused', 'withdrawn', 'expired'], to: 'requested' },
  grant: { from: ['requested'], to: 'granted' },
  reminder: { from: ['unknown'], to: 'granted' },
  refusal: { from: ['unknown', 'requested'], to: 'refused' },
  withdrawal: { from: ['granted'], to: 'withdrawn' },
  expiry: { from: ['granted'], to: 'expired' },
};

/** What one entry needs to say for the fold. */
export type Fact = Pick<StatusChange, 'kind' | 'purpose'>;

export function statusOf(statuses: Statuses, purpose: Purpose): Status {
  return statuses[purpose] ?? 'unknown';
}

/** The status after one entry. Throws when the entry cannot follow the status: a defect. */
export function changed(status: Status, kind: Kind): Status {
  const move = moves[kind];
  assert(move.from.includes(status), `${kind} cannot follow ${status}`);
  return move.to;
}

/** Folds entries, oldest first, onto statuses. The same array of facts gives the same statuses. */
export function foldStatuses(before: Statuses, facts: readonly Fact[]): Statuses {
  if (facts.length === 0) return before;
  const after: Partial<Record<Purpose, Status>> = { ...before };
  for (const { kind, purpose } of facts) after[purpose] = changed(statusOf(after, purpose), kind);
  return after;
}
