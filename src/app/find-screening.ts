/**
 * Finds the decision that a contact rested on, for somebody who knows the number and a time of day
 * alone. People name a minute, so all of it counts; and a dialer may use up its permit a little after
 * the decision, so a decision of shortly before counts too.
 */
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';

export interface ScreeningReads {
  /** @param number E.164 @returns the id of the newest entry from `from` and before `before` */
  newest(number: string, from: Instant, before: Instant): Promise<Uuid | null>;
}

const minuteMs = 60_000;
const beforeMs = 5 * minuteMs;

/** @throws `not_found` */
export async function findScreening(
  { screenings }: { readonly screenings: ScreeningReads },
  number: string,
  at: Instant,
): Promise<Uuid> {
  const id = await screenings.newest(number, at - beforeMs, at + minuteMs);
  if (id !== null) return id;
  throw new ConsentryError('not_found', 'no decision of that minute, or the five before, is kept');
}
