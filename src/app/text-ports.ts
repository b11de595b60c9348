/** How the app keeps text messages: that they came, and what was answered. */
import type { TextMeaning } from '../core/consent/text.ts';
import type { Instant, Uuid } from '../core/words.ts';

export interface TextRow {
  readonly messageSid: string;
  readonly tenantId: Uuid;
  /** Stands for the number it came from; null: it came from none. */
  readonly sender: Buffer | null;
  readonly meaning: TextMeaning;
  readonly at: Instant;
  /** What is answered, unless the opt-out that stands was confirmed before; null: nothing. */
  readonly words: string | null;
  /** What is answered without words. */
  readonly silence: string;
  /** Left for a person with the message, once. */
  readonly task: TextTask | null;
}

export interface TextTask {
  readonly id: Uuid;
  readonly callId: Uuid;
  readonly partyId: Uuid;
  readonly personId: Uuid;
  /** What was written, sealed under the person's key. */
  readonly noteSealed: Buffer;
}

/** A party of a call of somebody's. */
export interface PartyOfPerson {
  readonly callId: Uuid;
  readonly partyId: Uuid;
  readonly locale: string;
  /** True: something is allowed in it, or it is going on. */
  readonly stands: boolean;
}

export interface TextStore {
  /** What a message was answered; null if it was not. */
  answered(messageSid: string): Promise<string | null>;
  /** Writes a message down with its answer, and gives the answer; the first one stays. */
  answer(row: TextRow): Promise<string>;
  /** Newest first; of those where nothing stands only the newest. */
  partiesOf(tenantId: Uuid, personId: Uuid): Promise<readonly PartyOfPerson[]>;
}
