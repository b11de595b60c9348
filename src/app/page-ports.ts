/** What the public pages keep between one form and the next. None of it says whose it is. */
import type { Instant, Uuid } from '../core/words.ts';

export interface PageStore {
  /** False: it was used before. What is over by `at` is forgotten by the way. */
  use(nonce: Buffer, until: Instant, at: Instant): Promise<boolean>;
  /** How often `name` was counted in the span that ends then, this time included. */
  count(name: Buffer, ends: Instant): Promise<number>;
  addCode(id: Uuid, hash: Buffer, until: Instant): Promise<void>;
  /** Uses up a try. Null: there is no such code any more, or no try is left. */
  takeTry(id: Uuid, at: Instant, triesMax: number): Promise<Buffer | null>;
  /** True for whoever is first. */
  endCode(id: Uuid): Promise<boolean>;
}
