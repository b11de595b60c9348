/**
 * Call tracking: a number that is shown in one advertisement only tells where its callers saw it.
 * That is kept of who allows it, and of nobody else.
 */
import type { Status, Uuid } from '../words.ts';
import type { Standing } from './standing.ts';

/** What calls to a line came from. */
export interface TrackedLine {
  readonly lineId: Uuid;
  readonly campaign: string;
  /** Such as a website, a newspaper or a search engine. */
  readonly source: string;
}

export const trackedLinesMax = 1_000;
export const trackingWordsMax = 100;
/** Names, and nothing that could be a number or an address of anybody. */
export const trackingWords = /^(?!(?:.*\d){7})[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} ._/&-]*$/u;

/**
 * @param inCall where the caller's permission stood as the call ended; absent: nobody asked
 * @param beyond what they chose beyond it: a no there counts, whatever was said in one call
 */
export function mayTrack(inCall: Status | undefined, beyond: Standing): boolean {
  if (beyond.kind === 'refused') return false;
  if (inCall === 'granted') return true;
  return (inCall ?? 'unknown') === 'unknown' && beyond.kind === 'granted';
}
