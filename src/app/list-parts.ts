/** What the verbs on lists stand on. */
import type { AuditActor } from '../core/access/audit.ts';
import type { OwnChange } from '../core/suppression/own-change.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Ciphers } from './api-ports.ts';
import type { ImportParts } from './import-list.ts';
import type { ListAccessParts } from './list-access.ts';
import type { ListBook, ListExpected, ListJob, ListJobs } from './list-ports.ts';
import type { OwnListBulk } from './own-list-ports.ts';
import type { Clock, Random, Vault } from './ports.ts';

/** SFTP servers that files are fetched from: those of the operator's file, with their pinned keys. */
export interface PullTargets {
  /** Throws `setting_invalid` where the file of targets is not one. */
  names(): Promise<readonly string[]>;
  /**
   * What is in a file of the target's folder, with its size and when it was written.
   *
   * @throws PullError
   */
  pull<Result>(
    target: string,
    file: string,
    take: (
      content: AsyncIterable<Uint8Array>,
      facts: { readonly bytes: number; readonly writtenAt: Instant },
    ) => Promise<Result>,
  ): Promise<Result>;
}

export interface ListParts extends ImportParts, Omit<ListAccessParts, 'clock'> {
  readonly jobs: ListJobs;
  readonly book: ListBook;
  /** Of imports alone: what was sent lies there, sealed, until it is read. */
  readonly files: Pick<Vault, 'put' | 'read' | 'remove'>;
  readonly targets: PullTargets;
  readonly ownBulk: OwnListBulk;
  /** This process's copy, which must not wait to hear of what was written here. */
  readonly ownCopy: { apply(change: OwnChange): void };
  /** Ends calls of ours that ring at numbers that are listed now. Left out: servers hear of them. */
  readonly cancelRinging?: (numbers: readonly string[]) => Promise<void>;
  /** Stands for a subscription account. */
  readonly tokenOf: (account: string) => string;
  readonly ciphers: Ciphers;
  readonly tenantId: Uuid;
  readonly clock: Clock;
  readonly random: Random;
  /** True: what is under way stops at its next step, and waits for the next start. */
  readonly isStopping?: () => boolean;
}

/** Who works on a list. */
export interface ListAsker {
  /** A user's or key's id, or `operator`. */
  readonly by: string;
  readonly as: AuditActor;
}

export const accountContext = (id: Uuid): string => `list/${id}/account`;
export const bookContext = (list: string): string => `list-book/${list}/account`;
export const fileContext = (id: Uuid): string => `list/${id}/file-key`;
export const fileName = (id: Uuid): string => `list-${id}.age`;

export function accountOf(
  { ciphers, tenantId }: Pick<ListParts, 'ciphers' | 'tenantId'>,
  { id, accountSealed }: Pick<ListJob, 'id' | 'accountSealed'>,
): string | null {
  if (accountSealed === null) return null;
  return ciphers(tenantId).open(null, accountContext(id), accountSealed).toString('utf8');
}

/** The subscription account that is expected of a list. */
export function accountIn(
  { ciphers, tenantId }: Pick<ListParts, 'ciphers' | 'tenantId'>,
  known: Pick<ListExpected, 'list' | 'accountSealed'> | null,
): string | null {
  if (known?.accountSealed == null) return null;
  const { list, accountSealed } = known;
  return ciphers(tenantId).open(null, bookContext(list), accountSealed).toString('utf8');
}
