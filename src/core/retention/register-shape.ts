/** What the register of personal data says of a table and its columns. */
export const categories = [
  'number',
  'voice',
  'consent',
  'conversation',
  'contact-choice',
  'request',
  'profile',
  'oversight',
  'account',
] as const;
export type Category = (typeof categories)[number];

/** `key`: unreadable when the key is destroyed; `kept`: stays, and `why` says the reason. */
export type Ending = 'key' | 'cleared' | 'deleted' | 'kept';

/** Which rows of a table are a person's. `none`: of nobody who is found by a number. */
export type Belonging =
  | 'self'
  | 'person'
  | 'token'
  | 'tokens'
  | 'sender'
  | 'leg'
  | 'party'
  | 'recording'
  | 'persons'
  | 'none';

export interface Kept {
  readonly category: Category;
  readonly ending: Ending;
  /** Why it stays; only where it does. */
  readonly why?: string;
}

export interface KeptTable {
  readonly of: Belonging;
  readonly purpose: string;
  readonly source: string;
  readonly recipients: readonly string[];
  readonly retention: 'recordings' | 'calls' | 'texts' | 'forms' | 'proof' | 'contract' | 'none';
  readonly personal: Readonly<Record<string, Kept>>;
  /** Columns that say nothing of anybody. */
  readonly plain: readonly string[];
}
