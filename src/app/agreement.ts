/**
 * Acceptance of the facts on processing: of exactly what was shown, by its hash. A register that
 * changes makes other facts, and those have to be accepted again.
 */
import { ConsentryError } from '../core/error.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';
import { composeNotice, type NoticeParts, renderNotice } from './notices.ts';
import type { Random } from './ports.ts';

export interface Acceptance {
  readonly id: Uuid;
  readonly hash: Hex;
  /** Of the facts. */
  readonly version: number;
  /** Who binds the business, and as what, in their own words. */
  readonly name: string;
  readonly capacity: string;
  /** The user or key that said so. */
  readonly by: string;
  readonly at: Instant;
}

export interface AcceptanceStore {
  add(acceptance: Acceptance): Promise<void>;
  /** Newest first. */
  list(): Promise<readonly Acceptance[]>;
  lastHash(): Promise<Hex | null>;
}

export interface AgreementParts {
  readonly noticeParts: NoticeParts;
  readonly acceptances: AcceptanceStore;
  readonly random: Pick<Random, 'uuid'>;
}

/**
 * @throws `not_found` for a hash of no facts that were ever shown, `conflict` for facts that are
 * not those of now
 */
export async function acceptFacts(
  { noticeParts, acceptances, random }: AgreementParts,
  asked: Pick<Acceptance, 'hash' | 'name' | 'capacity' | 'by'>,
): Promise<Acceptance> {
  const shown = await noticeParts.notices.byHash(asked.hash);
  if (shown === null || shown.name !== 'processing') {
    throw new ConsentryError('not_found', 'there are no facts on processing of this hash');
  }
  const now = await renderNotice(noticeParts, 'processing');
  if (now.hash !== asked.hash) {
    throw new ConsentryError('conflict', 'the facts are others by now; look at them again');
  }
  const at = noticeParts.clock.now();
  const acceptance = { ...asked, id: random.uuid(), version: now.version, at };
  await acceptances.add(acceptance);
  return acceptance;
}

export type AgreementState = 'accepted' | 'outdated' | 'missing';

/** `outdated`: what was accepted last is not what is done now. */
export async function agreementState({
  noticeParts,
  acceptances,
}: Pick<AgreementParts, 'noticeParts' | 'acceptances'>): Promise<AgreementState> {
  const last = await acceptances.lastHash();
  if (last === null) return 'missing';
  return (await composeNotice(noticeParts, 'processing')).hash === last ? 'accepted' : 'outdated';
}
