/** What entries say of lists that were screened, and the labels of their commitments. */
import type { Hex, Instant, Uuid } from '../words.ts';

/** A list was screened, and its certificate signed. The entry has the id of the batch. */
export interface BatchFacts {
  readonly kind: 'batch';
  readonly purpose: 'oversight';
  readonly entryId: Uuid;
  /** Of the whole text of the certificate. */
  readonly certificateSha256: Hex;
  readonly lines: number;
  readonly by: string;
  readonly at: Instant;
}

export const batch = [
  'entryId',
  'certificateSha256',
  'lines',
  'by',
  'at',
] as const satisfies readonly (keyof BatchFacts)[];
