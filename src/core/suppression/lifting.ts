/**
 * What takes a number off the own list again. A stop is taken at its widest and a word that lifts it
 * at its narrowest:
 *
 * | stands because of               | `START` by text | a later document | a person's review   | whoever put it there |
 * |---------------------------------|-----------------|------------------|---------------------|----------------------|
 * | `STOP` by text: texts           | lifts           | lifts            | no                  | no                   |
 * | `STOP` by text: calls           | no              | lifts            | no                  | no                   |
 * | a text that may be a stop       | no              | lifts            | confirms or rejects | no                   |
 * | a request in a call, by API     | no              | lifts            | no                  | no                   |
 * | a permission taken back, a form | no              | lifts            | no                  | no                   |
 * | another's list that was taken over | no           | lifts            | no                  | undoes the import    |
 * | our own decision, a prefix perhaps | no           | lifts            | no                  | lifts                |
 *
 * `START` is the carrier's word for the texts of one sender (Twilio, help 223134027), and no consent
 * to calls. A request made to the caller gives way only to a later documented opt-in (FTC: it beats
 * a business relationship; 47 CFR 64.1200(d)(6)), for the channel and scope that it names. What a
 * person chose of other purposes comes back by none of these.
 */
import type { Channel, ListingReason, ListingScope } from './own-change.ts';

/** Ways by which a stop came that the carrier's own word for texts may lift. */
export const textSources: readonly string[] = ['text', 'carrier'];

export interface Standing {
  readonly listed: boolean;
  readonly channel: Channel;
  readonly scope: ListingScope;
  readonly reason: ListingReason;
  readonly source: string;
  readonly provisional: boolean;
}

export type Word = 'start' | 'document' | 'review' | 'decision';

export function mayLift(word: Word, stands: Standing): boolean {
  if (!stands.listed) return false;
  switch (word) {
    case 'start':
      return (
        stands.channel === 'text' &&
        stands.scope === 'all' &&
        stands.reason === 'request' &&
        textSources.includes(stands.source) &&
        !stands.provisional
      );
    case 'document':
      return true;
    case 'review':
      return stands.provisional;
    case 'decision':
      return stands.reason === 'policy';
  }
}

/** Words that lift a stop of texts, alone. A yes may answer something else, and lifts nothing. */
export const liftingWords: ReadonlySet<string> = new Set(['start', 'unstop']);
