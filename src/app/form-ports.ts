/** How forms that ask for permissions are kept, and what was answered on them. */
import type { ConsentForm, Superseded } from '../core/consent/form.ts';
import type { Hex, Instant, Purpose, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { KeptChoice } from './choice-ports.ts';
import type { PreparedEntry } from './ports.ts';

export interface FormVersion {
  readonly form: ConsentForm;
  /** From 1, of its name and language. */
  readonly version: number;
  readonly hash: Hex;
  /** A user's or key's id, or `shipped`. */
  readonly by: string;
  readonly at: Instant;
}

/** One time that a form was sent. */
export interface Submission {
  readonly id: Uuid;
  readonly personId: Uuid;
  readonly formHash: Hex;
  readonly at: Instant;
  readonly ticked: readonly Purpose[];
  readonly unticked: readonly Purpose[];
  /** When its person showed that it was they; null: what is ticked does not count yet. */
  readonly provedAt: Instant | null;
}

/** Null where its person was erased. */
export type KeptSubmission = Omit<Submission, 'personId'> & { readonly personId: Uuid | null };

export interface FormStore {
  current(name: string, locale: string): Promise<FormVersion | null>;
  /** The newest of each name and language. */
  list(): Promise<readonly FormVersion[]>;
  /** Oldest first. */
  versions(name: string, locale: string): Promise<readonly FormVersion[]>;
  byHash(hash: Hex): Promise<FormVersion | null>;
  /**
   * @param superseded what older versions ask in other words, all of it
   * @returns false, and nothing is written: somebody published that version already
   */
  publish(version: FormVersion, superseded: readonly Superseded[]): Promise<boolean>;
  /** With what follows from it, in one transaction. */
  submit(
    submission: Submission,
    choices: readonly KeptChoice[],
    entries: readonly PreparedEntry[],
  ): Promise<void>;
  submission(id: Uuid): Promise<KeptSubmission | null>;
  /** False, and nothing is written: it was proved before. */
  prove(
    id: Uuid,
    at: Instant,
    choices: readonly KeptChoice[],
    entries: readonly PreparedEntry[],
  ): Promise<boolean>;
  /** Newest first. */
  submissions(name: string, page: PageAsk): Promise<Page<KeptSubmission>>;
}
