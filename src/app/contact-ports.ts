/** How contacts beside the calls that we place are kept from the last look at the list to their end. */
import type { Channel, ListingScope } from '../core/suppression/own-change.ts';
import type { CallSid, Instant, Uuid } from '../core/words.ts';

/** Somebody who is about to be rung or written to. */
export interface Contact {
  readonly id: Uuid;
  /** E.164. */
  readonly number: string;
  readonly channel: Channel;
  /**
   * The scopes of the own list that concern it. Those of its call are added to them: its line, and
   * the campaign that it was placed in.
   */
  readonly scopes: readonly ListingScope[];
  /** The call it belongs to; null: none of ours. */
  readonly callId: Uuid | null;
  /** Who is to be added to that call; null: nobody. */
  readonly partyId: Uuid | null;
  readonly at: Instant;
}

/** A contact that has begun and may not have reached anybody yet. */
export interface UnderWay extends Pick<Contact, 'id' | 'callId' | 'partyId'> {
  /** The carrier is being asked, and has not answered. */
  readonly asking: boolean;
  /** What rings; null: nothing that is known. */
  readonly callSid: CallSid | null;
}

export interface ContactStore {
  /** Whether the list says no now; the last look is `begin`. */
  isListed(contact: Omit<Contact, 'id' | 'partyId'>): Promise<boolean>;
  /**
   * Just before the carrier is asked. False: the number, or a beginning of it, is listed, and must not
   * be contacted. Whoever lists it after a true finds the contact under way: no listing is overlooked by
   * both.
   */
  begin(contact: Contact): Promise<boolean>;
  /** The carrier has answered, and rings under this name. */
  rings(id: Uuid, callSid: CallSid): Promise<void>;
  /** Nothing of it is to be stopped any more. */
  end(id: Uuid): Promise<void>;
  /** @param number E.164, or the beginning of numbers with `*` behind it */
  underWay(number: string): Promise<readonly UnderWay[]>;
}
