/** How the app keeps the tenant's own list and learns of its changes. */
import type {
  Channel,
  ListingReason,
  ListingScope,
  OwnChange,
} from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { PreparedEntry } from './ports.ts';

/** A listing as somebody asks for it to be. */
export interface ListingWanted {
  readonly number: string;
  readonly channel: Channel;
  readonly scope: ListingScope;
  readonly listed: boolean;
  readonly provisional: boolean;
  readonly reason: ListingReason;
  /** By what way it came, such as `api`, `text` or `keypad`. */
  readonly source: string;
  /** A user's or key's id, or `caller`. */
  readonly by: string;
  readonly until: Instant | null;
  readonly at: Instant;
  /** When it was said, if it is written later; left out: `at`. The same instant is the same word. */
  readonly saidAt?: Instant;
}

/** What stands on the list. */
export interface Listed extends ListingWanted {
  readonly since: Instant;
  /** When the person said it last: what lifts it has to be later. */
  readonly askedAt: Instant;
  readonly seq: number;
  readonly entryId: Uuid | null;
}

/** Where a reader of the stream is: everything up to here has been read. */
export interface StreamPlace {
  /** A transaction's number, decimal. */
  readonly xid: string;
  readonly seq: number;
}

export interface StreamNews {
  /** In the order of the stream, after the place that was asked from; nothing is missing. */
  readonly confirmed: readonly OwnChange[];
  /** Where the confirmed ones end. */
  readonly place: StreamPlace;
  /** Committed already, but something that is still being written may come before them. */
  readonly early: readonly OwnChange[];
  /**
   * Where to ask on from, for what was more than the limit; null: that is all. Behind early ones it is
   * no place to be kept: what is still being written may come before it.
   */
  readonly rest: StreamPlace | null;
}

/** Left with a stop that is only probable, for a person to look at. */
export interface ReviewWanted {
  readonly id: Uuid;
  readonly personId: Uuid | null;
  /** What was written, sealed under the person's key. */
  readonly noteSealed: Buffer | null;
}

/** What has to hold of what stands, when it is changed; another word may have come meanwhile. */
export interface Guard {
  readonly listed?: boolean;
  /** It does not stand as long yet, or not for certain. */
  readonly standsLess?: true;
  readonly reasons?: readonly ListingReason[];
  readonly provisional?: boolean;
  /** It came by one of these ways. */
  readonly sources?: readonly string[];
  /** The person said it last before that instant. */
  readonly before?: Instant;
}

export interface PutOptions {
  readonly review?: ReviewWanted;
  readonly guard?: Guard;
  /** The number of ours on which the carrier heard it, and need not be told. */
  readonly heardOn?: string | null;
}

export interface OwnListStore {
  /**
   * Makes a listing what is wanted, with its entry, in one transaction. Null: it was so already,
   * and nothing was written. The person's own word, said again later, changes nothing but when it was
   * said last. A stop that a person has looked at is not made provisional again; one
   * that came by text and comes by another way too stands by that one, which lifts less easily.
   */
  put(
    wanted: ListingWanted,
    entry: PreparedEntry | null,
    options?: PutOptions,
  ): Promise<OwnChange | null>;
  /** What stands for one number, whether listed or lifted. */
  find(number: string): Promise<readonly Listed[]>;
  /** The stream from a place on; null: from the beginning. */
  news(after: StreamPlace | null, limit: number): Promise<StreamNews>;
  /** Changes that concern a number, its prefixes among them, up to a position of the stream. */
  changesOf(number: string, upTo: number): Promise<readonly OwnChange[]>;
  /** Calls back when something was written; resolves to how to stop. Word of it may be lost. */
  listen(wake: () => void): Promise<() => Promise<void>>;
}

/** The own list as a whole: taken over from elsewhere, counted and read out. */
export interface OwnListBulk {
  /** All in one transaction. @returns what was changed by it */
  putAll(wanted: readonly ListingWanted[], guard: Guard): Promise<readonly OwnChange[]>;
  /** What is listed, newest first, from below that `seq`; null: from the newest. */
  page(ask: {
    readonly below: number | null;
    readonly limit: number;
    /** Only what came that way; null: all. */
    readonly source: string | null;
  }): Promise<readonly Listed[]>;
  /** Listings, of which a number may have several. */
  count(source: string | null): Promise<number>;
}
