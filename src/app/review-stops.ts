/**
 * Stops that may have been meant otherwise: they count from the start, for calls and texts, and wait
 * here until a person confirms or rejects them, with a reason. A rejection lifts what only that
 * message brought, and nothing that stands by a word that was clear.
 */
import { maskNumber } from '../core/access/mask.ts';
import { ConsentryError } from '../core/error.ts';
import { mayLift } from '../core/suppression/lifting.ts';
import type { Channel, OwnChange } from '../core/suppression/own-change.ts';
import type { Uuid } from '../core/words.ts';
import type { People, Person } from './call-ports.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { PageView, PageWanted } from './list-calls.ts';
import { change, type OptOutParts, type OptOutView, viewOfAll } from './opt-out.ts';
import type { Listed } from './own-list-ports.ts';
import { endRest } from './rest-after-opt-out.ts';
import type { Decision, ReviewRow, ReviewState, ReviewStore } from './review-ports.ts';

export interface ReviewParts extends OptOutParts {
  readonly reviews: ReviewStore;
  readonly people: Pick<People, 'ensure' | 'find'>;
  readonly openReviewNote: (person: Person, reviewId: Uuid, note: Buffer) => string;
}

export interface ReviewView {
  readonly id: Uuid;
  readonly state: ReviewState;
  /** Masked; null when erased. */
  readonly number: string | null;
  readonly scope: string;
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** What was written; null if nothing was, or it is erased. */
  readonly message: string | null;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
}

/** @throws `invalid_request` for a cursor that is not one of ours */
export async function listReviews(
  parts: Pick<ReviewParts, 'reviews' | 'people' | 'openReviewNote'>,
  state: ReviewState,
  { limit, cursor }: PageWanted,
): Promise<PageView<ReviewView> & { readonly persons: readonly Uuid[] }> {
  const { rows, next } = await parts.reviews.page(state, { limit, after: readCursor(cursor) });
  const data: ReviewView[] = [];
  for (const { personId, noteSealed, at, decidedAt, ...row } of rows) {
    const person = personId === null ? null : await parts.people.find(personId);
    data.push({
      ...row,
      number: person === null ? null : maskNumber(person.number),
      since: new Date(at).toISOString(),
      message:
        person === null || noteSealed === null
          ? null
          : parts.openReviewNote(person, row.id, noteSealed),
      decidedAt: decidedAt === null ? null : new Date(decidedAt).toISOString(),
    });
  }
  const persons = rows.flatMap(({ personId }) => personId ?? []);
  return { data, next: next && writeCursor(next), persons };
}

interface Decided {
  readonly number: string;
  readonly person: Person;
  readonly changes: readonly OwnChange[];
  readonly before: readonly Listed[];
}

/** @throws `not_found` if it does not wait any more, or its person was erased */
export async function decideReview(
  parts: ReviewParts,
  id: Uuid,
  decision: Omit<Decision, 'at'>,
): Promise<OptOutView> {
  const at = parts.clock.now();
  const decided = await parts.reviews.decide(id, { ...decision, at }, (row, list) =>
    carryOut({ ...parts, ownList: { ...parts.ownList, ...list } }, row, decision),
  );
  if (decided === null) {
    throw new ConsentryError('not_found', 'no stop under that id waits to be looked at');
  }
  const { number, person, changes, before } = decided;
  for (const made of changes) parts.ownCopy.apply(made);
  if (decision.state === 'rejected') {
    const lifted = before.filter((one) => changes.some(({ channel }) => channel === one.channel));
    await endRest(parts, person, lifted, decision.by);
  }
  return viewOfAll(number, await parts.ownList.find(number));
}

async function carryOut(
  parts: ReviewParts,
  { id, personId, scope, source, at: saidAt }: ReviewRow,
  { state, by, reason }: Omit<Decision, 'at'>,
): Promise<Decided> {
  const person = personId === null ? null : await parts.people.find(personId);
  if (person === null) throw new ConsentryError('not_found', 'its person was erased');
  const { number } = person;
  const before = (await parts.ownList.find(number)).filter(
    (one) => mayLift('review', one) && one.scope === scope,
  );
  const channels: readonly Channel[] = before.map(({ channel }) => channel);
  const about = { number, channels, scope, reason: 'request', source, by, saidAt } as const;
  const evidence = { review: id, decision: state, reason };
  // A clear word that comes at this moment stands.
  const guard = { provisional: true };
  const changes = await change(parts, { ...about, evidence, guard, listed: state === 'confirmed' });
  return { number, person, changes, before };
}
