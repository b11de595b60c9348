/** How permits are kept: made after a screening, used once. */
import type { Channel, ListingScope } from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { PreparedEntry } from './ports.ts';

/** At most `max` contacts within any `windowMs`: on one subject, or of the number in all. */
export interface Cap {
  readonly max: number;
  readonly windowMs: number;
  readonly per: 'subject' | 'number';
}

export interface PermitWanted {
  readonly id: Uuid;
  /** E.164. */
  readonly number: string;
  readonly channel: Channel;
  readonly purpose: string;
  /** What contacts are counted by: a campaign's name, or the purpose. */
  readonly subject: string;
  /** The scopes of the own list that concern this contact; `all` is always one of them. */
  readonly scopes: readonly ListingScope[];
  readonly caps: readonly Cap[];
  readonly at: Instant;
  readonly notAfter: Instant;
  /** Written with the permit, or not at all. */
  readonly entry: PreparedEntry | null;
}

/** `listed`: somebody said no since the screening. `capped`: one contact more would be too many. */
export type PermitMade =
  | { readonly is: 'made' }
  | { readonly is: 'listed' }
  | { readonly is: 'capped'; readonly freeAt: Instant };

/** Why a permit cannot be used. */
export type PermitRefusal = 'unknown' | 'used' | 'expired' | 'listed' | 'other-number';

export interface PermitStore {
  /**
   * Makes a permit and reserves the contact it stands for, in one transaction: two that want the
   * last free place of a cap cannot both have it. A contact that is never made stays counted.
   */
  make(wanted: PermitWanted): Promise<PermitMade>;
  /** Whose a permit is, where only the permit is shown; null: nobody's that is known. */
  personOf(id: Uuid): Promise<Uuid | null>;
  /**
   * Uses a permit up. Null: it was good, and is used now. A listing of the number, or of a
   * beginning of it, that was acknowledged before is always seen.
   *
   * @param number what is about to be dialled, E.164
   */
  consume(id: Uuid, number: string, by: string, at: Instant): Promise<PermitRefusal | null>;
}
