/** How permissions that are asked for by e-mail are kept, and what was answered. */
import type { Message } from '../core/messages/ask-email.ts';
import type { Hex, Instant, Purpose, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { KeptChoice } from './choice-ports.ts';
import type { PreparedEntry } from './ports.ts';

export interface EmailRequest {
  readonly id: Uuid;
  /** Null: erased. */
  readonly personId: Uuid | null;
  readonly purpose: Purpose;
  /** The words that the page shows: a version of the form of preferences. */
  readonly formHash: Hex;
  readonly messageHash: Hex;
  /** Subject and text as JSON, under the person's key; null: erased. */
  readonly messageSealed: Buffer | null;
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant;
  readonly answer: 'granted' | 'refused' | null;
  readonly answeredAt: Instant | null;
}

export const replyMeanings = ['granted', 'refused', 'nothing'] as const;
export type ReplyMeaning = (typeof replyMeanings)[number];

export interface EmailReply {
  readonly id: Uuid;
  readonly requestId: Uuid;
  readonly personId: Uuid | null;
  /** As it came, under the person's key. */
  readonly sealed: Buffer;
  readonly hash: Hex;
  readonly receivedAt: Instant;
  readonly meaning: ReplyMeaning | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
}

/**
 * Resolves once the mail server has taken it.
 *
 * @param id names the message
 * @throws `unavailable`
 */
export type SendMail = (
  mail: Message & { readonly to: string; readonly id: Uuid },
) => Promise<void>;

/** What a person chose by an answer, with its entry. */
export interface Chosen {
  readonly choice: KeptChoice;
  readonly entry: PreparedEntry;
}

export interface EmailStore {
  /** False, and nothing is written: they have such a question that waits for an answer. */
  add(request: EmailRequest): Promise<boolean>;
  /** It was not asked after all. */
  drop(id: Uuid): Promise<void>;
  find(id: Uuid): Promise<EmailRequest | null>;
  /** Newest first. */
  list(page: PageAsk): Promise<Page<EmailRequest>>;
  /** Oldest first. */
  replies(requestId: Uuid): Promise<readonly EmailReply[]>;
  /** False, and nothing is written: it was answered before, is too old, or its person is erased. */
  answer(id: Uuid, answer: 'granted' | 'refused', at: Instant, chosen: Chosen): Promise<boolean>;
  /** False: whoever wrote it was erased. */
  addReply(reply: EmailReply): Promise<boolean>;
  /**
   * With what was chosen by it, if anything was.
   *
   * @returns false, and nothing is written: somebody has said already what it means; or it allows
   * what was answered before
   */
  decide(
    reply: Pick<EmailReply, 'id' | 'requestId'>,
    decision: { readonly meaning: ReplyMeaning; readonly by: string; readonly at: Instant },
    chosen: Chosen | null,
  ): Promise<boolean>;
}
