/** Instants as screenings tell them: ISO 8601, UTC. */
import type { Instant } from '../words.ts';

/** The last one is remembered: a batch tells the same instant for every number. */
let last = { at: 0, text: new Date(0).toISOString() };

export function iso(at: Instant): string {
  if (at !== last.at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}
