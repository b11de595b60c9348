/**
 * What of a call outlives its redaction: that it took place, when, how long, on which line, for
 * which campaign, and what was allowed and refused in it. Whom it was with does not.
 */

/** As much of a call's state as speaks of people; everything else passes through. */
export interface RedactableState {
  readonly legs: readonly Readonly<Record<string, unknown>>[];
  readonly strangers?: readonly string[];
  readonly strangerReports?: unknown;
}

/** Of a leg: its person, and the earlier permissions of that person that counted in it. */
const ofPeople: ReadonlySet<string> = new Set(['personId', 'grants']);

/** The same call of nobody. Doing it again changes nothing. */
export function redactState<State extends RedactableState>(state: State): State {
  const { strangerReports: _, ...rest } = state;
  const legs = state.legs.map((leg) => ({
    ...Object.fromEntries(Object.entries(leg).filter(([name]) => !ofPeople.has(name))),
    personId: null,
  }));
  return { ...rest, legs, strangers: [] } as unknown as State;
}

/** Whether a state still speaks of somebody: asked of what was read back. */
export function speaksOfSomebody({ legs, strangers = [], strangerReports }: RedactableState) {
  return (
    legs.some((leg) => leg['personId'] !== null || leg['grants'] !== undefined) ||
    strangers.length > 0 ||
    strangerReports !== undefined
  );
}

/**
 * Entries whose openings stay: what was done with the call, which says nothing of anybody. Of all
 * others the salts go: their commitments stand, and nobody can show or guess what they commit to.
 */
export const keptOpenings = ['erasure', 'redaction', 'hold', 'release'] as const;
