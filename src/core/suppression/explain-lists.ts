/** Which lists a decision looked at, how old each is, and which of them could not be relied on. */
import type { CompiledRules } from './calling-rules-book.ts';
import type { Reason } from './explain-reasons.ts';
import { type Inquiry, type ListState, unreadableVersion } from './inquiry.ts';
import { iso } from './iso.ts';
import { type Age, ageOf, anywhereKinds, daysMaxOf, isUsable, usableUntil } from './list-use.ts';

export interface LookedAt {
  readonly list: string;
  readonly version: string;
  readonly obtainedAt: string;
  /** `old`: it can be used for a few days more. */
  readonly age: Age;
  /** The last instant at which it can be relied on. */
  readonly usableUntil: string;
}

const neverObtained = 'the list has to be looked at, and none is there';
const unreadable = 'the list is damaged or cannot be read, and has to be imported again';
const otherChannel = 'the list was obtained for the other channel only';

interface Wanted {
  readonly key: string;
  readonly daysMax: number;
  /** Null: no rule asks for it; it is there. */
  readonly rule: string | null;
}

function wantedOf({ seen, channel }: Inquiry, rules: CompiledRules): readonly Wanted[] {
  const anywhere = anywhereKinds.filter((kind) =>
    seen.states.get(kind)?.channels.includes(channel),
  );
  return [
    ...rules.registries.map(({ key, daysMax, rule }) => ({ key, daysMax, rule })),
    ...anywhere.map((key) => ({ key, daysMax: daysMaxOf(key), rule: null })),
  ];
}

/** Lists that have to be looked at and cannot be, or may not be relied on. */
export function listReasons(
  code: 'LIST_STALE' | 'AREA_CODE_NOT_SUBSCRIBED',
  why: string,
  inquiry: Inquiry,
  rules: CompiledRules,
): readonly Reason[] {
  const { seen, now, number, channel } = inquiry;
  return wantedOf(inquiry, rules).flatMap(({ key, daysMax, rule }): readonly Reason[] => {
    const state = seen.states.get(key);
    const by = rule === null ? {} : { rule };
    const isStale = code === 'LIST_STALE';
    if (state === undefined) {
      return isStale ? [{ code, why: neverObtained, list: key.replace(' ', '-'), ...by }] : [];
    }
    const { list, version, obtainedAt } = state;
    if (version === unreadableVersion) {
      return isStale ? [{ code, why: unreadable, list, version, ...by }] : [];
    }
    const of = { list, version, ...by, since: iso(obtainedAt) };
    if (!state.channels.includes(channel))
      return isStale ? [{ code, why: otherChannel, ...of }] : [];
    if (isStale) {
      return isUsable(state, now, daysMax)
        ? []
        : [{ code, why: ageText(state, now, daysMax), ...of }];
    }
    const isGap = rule !== null && isUsable(state, now, daysMax) && !state.covers(number);
    return isGap ? [{ code, why, ...of }] : [];
  });
}

function ageText({ obtainedAt, until }: ListState, now: number, daysMax: number): string {
  if (obtainedAt > now) return 'it says that it was obtained in the future';
  if (until !== null && now >= until)
    return 'whoever imported it said that it may not be used any more';
  return `obtained more than ${daysMax} days ago`;
}

/** Everything that was looked at: what rules ask for, what is there beside, and where it stands. */
export function lookedAt(inquiry: Inquiry, rules: CompiledRules | null): readonly LookedAt[] {
  const { seen, now, purpose } = inquiry;
  const wanted = purpose === 'service' || rules === null ? [] : wantedOf(inquiry, rules);
  const found: LookedAt[] = [];
  const tell = (state: ListState, daysMax: number): void => {
    const { list, version, obtainedAt } = state;
    if (found.some((one) => one.list === list)) return;
    const end = iso(usableUntil(state, daysMax));
    const age = ageOf(state, daysMax, now);
    found.push({ list, version, obtainedAt: iso(obtainedAt), age, usableUntil: end });
  };
  for (const { key, daysMax } of wanted) {
    const state = seen.states.get(key);
    if (state !== undefined) tell(state, daysMax);
  }
  if (seen.hits.length === 0) return found;
  for (const state of seen.states.values()) {
    if (seen.hits.some(({ list }) => list === state.list)) tell(state, daysMaxOf(state.list));
  }
  return found;
}
