/** Changes of the tenant's own list: who may not be called or texted, on whose word. */
import type { Instant } from '../words.ts';

/** How somebody is reached. A listing is for one of them. */
export const channels = ['call', 'text'] as const;
export type Channel = (typeof channels)[number];

/** `all`, or one campaign (`campaign:spring`) or line (`line:<id>`) of ours. */
export type ListingScope = 'all' | `campaign:${string}` | `line:${string}`;

/** Why a number stands on the own list. */
export const listingReasons = [
  'request', // the person asked not to be called or texted
  'withdrawal', // the person took a permission for marketing back
  'complaint',
  'policy', // the tenant's own decision, a whole prefix perhaps
  'import', // taken over from another system's list
] as const;
export type ListingReason = (typeof listingReasons)[number];

/** What the person said themselves; a list of another's, or a policy of ours, is nothing of theirs. */
export const theirWords: ReadonlySet<ListingReason> = new Set([
  'request',
  'withdrawal',
  'complaint',
]);

/** How a listing came that an import brought, so that the import can be taken back. */
export const importSource = (importId: string): string => `import:${importId}`;

/** One change, as every process learns of it. */
export interface OwnChange {
  /** For one number, channel and scope the higher one is the later one. */
  readonly seq: number;
  /** E.164, or the beginning of numbers with `*` behind it. */
  readonly number: string;
  readonly channel: Channel;
  readonly scope: ListingScope;
  /** False: lifted. */
  readonly listed: boolean;
  /** True: a stop that counts, and that a person is still to look at. */
  readonly provisional: boolean;
  readonly reason: ListingReason;
  /** Null: for ever. */
  readonly until: Instant | null;
  readonly at: Instant;
  /** The change that is said again by this one, which alters nothing but when it was said last. */
  readonly repeats?: number;
}

/** The beginning of numbers needs their country and one digit more: nobody lists the world by a slip. */
export const prefixForm = /^\+[1-9]\d{1,13}\*$/;

/**
 * Every beginning of a number that can be listed, as listings name it: `+1*`, `+14*` and so on.
 *
 * @param number E.164
 */
export const prefixesOf = (number: string): readonly string[] =>
  Array.from({ length: number.length - 1 }, (_, i) => `${number.slice(0, i + 2)}*`);
