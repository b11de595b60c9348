/** How endpoints and what they were told are kept, and how a message is sent. */
import type { Told } from '../core/webhooks/event.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';

export interface Endpoint {
  readonly id: Uuid;
  readonly url: string;
  /** Types of events, or `*`. */
  readonly events: readonly string[];
  readonly madeBy: string;
  readonly madeAt: Instant;
  /** Null: it is told of what happens. */
  readonly stoppedAt: Instant | null;
}

export interface Delivery {
  readonly id: Uuid;
  readonly endpointId: Uuid;
  readonly entryId: Uuid | null;
  readonly type: string;
  readonly madeAt: Instant;
  readonly attempts: number;
  /** When it is tried next; null: it is over. */
  readonly dueAt: Instant | null;
  readonly deliveredAt: Instant | null;
  readonly givenUpAt: Instant | null;
  /** Of the last answer; null: there was none. */
  readonly status: number | null;
}

/** A message that is to be sent now, with what signs it. */
export interface DueMessage {
  readonly id: Uuid;
  readonly endpointId: Uuid;
  readonly url: string;
  readonly body: string;
  readonly attempts: number;
  readonly secrets: readonly Buffer[];
}

export interface NewMessage extends Told {
  readonly id: Uuid;
  readonly type: string;
  readonly body: string;
}

export interface WebhookStore {
  list(): Promise<readonly Endpoint[]>;
  /** Told of what enters the ledger from now on. */
  add(endpoint: Endpoint, secret: Buffer): Promise<void>;
  /** False: there is none. */
  remove(id: Uuid, at: Instant): Promise<boolean>;
  /** The secret of before signs too until then. False: there is none. */
  changeSecret(id: Uuid, secret: Buffer, earlierUntil: Instant): Promise<boolean>;
  /** Null: there is no such endpoint. */
  deliveries(id: Uuid, page: PageAsk): Promise<Page<Delivery> | null>;
  /** False: there is no such endpoint, or it was stopped. */
  addTest(endpointId: Uuid, message: NewMessage): Promise<boolean>;
  /** To be sent again, now. False: there is no such message. */
  again(endpointId: Uuid, deliveryId: Uuid, at: Instant): Promise<boolean>;

  /**
   * Writes messages for facts that entered the ledger since; each once for an endpoint, whatever
   * process does it. Resolves to how many.
   */
  gather(make: (type: string, told: Told) => NewMessage): Promise<number>;
  /** Messages that are due, which nobody else takes meanwhile. */
  take(at: Instant, takenUntil: Instant, limit: number): Promise<readonly DueMessage[]>;
  taken(id: Uuid, status: number, at: Instant): Promise<void>;
  /** Forgets messages of before that are over. */
  forget(before: Instant): Promise<void>;
  /** @param dueAt null: given up @param isGone the endpoint is told nothing more */
  failed(
    id: Uuid,
    outcome: {
      readonly status: number | null;
      readonly dueAt: Instant | null;
      readonly isGone: boolean;
      readonly at: Instant;
    },
  ): Promise<void>;
}

/** Resolves to the status of the answer; null: there was none, or the address is not allowed. */
export type SendMessage = (message: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<number | null>;
