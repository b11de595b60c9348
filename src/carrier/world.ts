import type { AudioSource } from './audio.ts';
import type { Conference } from './conference.ts';
import type { CarrierEvent } from './events.ts';
import type { Faults } from './faults.ts';
import type { FrameClock } from './frame-clock.ts';
import type { Leg } from './leg.ts';
import type { Speed } from './pace.ts';
import type { TakenConsent } from './rest-consents.ts';
import type { SentText } from './rest-messages.ts';
import type { OwnNumber } from './rest-numbers.ts';
import type { CalledParty } from './script.ts';
import type { WebhookLimits } from './webhook-limits.ts';

/** What all legs of one carrier share. */
export interface World {
  readonly accountSid: string;
  readonly authToken: string;
  readonly limits: WebhookLimits;
  /** For the legs that we ring. */
  readonly speed: Speed;
  readonly faults: Faults;
  /** What the parties sound like that we ring. */
  readonly audio: AudioSource;
  readonly dialActionAfterHangup: boolean;
  readonly legs: Map<string, Leg>;
  /** Those that have somebody in them, by name. */
  readonly conferences: Map<string, Conference>;
  readonly frames: FrameClock;
  /** Telephone numbers of the account. */
  readonly numbers: readonly OwnNumber[];
  /** What was told of who wants texts, in its order. */
  readonly consents: TakenConsent[];
  /** `contact sender` of those who get none. */
  readonly optedOut: Set<string>;
  /** Text messages, as they came. */
  readonly texts: SentText[];
  /** What is kept of messages, by name. */
  readonly messages: Set<string>;
  /** Recordings that the carrier made itself, with the leg each is of. */
  readonly recordings: Map<string, string>;
  /** What was deleted, in order, as `/Calls/CA…`. */
  readonly deletions: string[];
  /** Who answers at which number; `partyAt` knows what the others do. */
  readonly parties: Map<string, CalledParty>;
  partyAt(number: string): CalledParty;
  tell(event: CarrierEvent): void;
}
