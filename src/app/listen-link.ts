/**
 * Links to one recording, to be handed to a player or a colleague's screen: good once, for a
 * minute, and only for who asked for them. The link alone opens nothing: one has to be signed in.
 */
import { linkHash } from '../core/access/link-hash.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Clock, Random } from './ports.ts';

export interface ListenLink {
  readonly recordingId: Uuid;
  /** A user's or key's id. */
  readonly by: string;
}

export interface ListenLinks {
  add(link: ListenLink & { readonly notAfter: Instant }, tokenHash: Buffer): Promise<void>;
  /** False: it was used before, is too old, or is somebody else's. */
  use(tokenHash: Buffer, by: string, at: Instant): Promise<boolean>;
  /** Those that ended before. */
  forget(before: Instant): Promise<void>;
}

export interface LinkParts {
  readonly links: ListenLinks;
  readonly clock: Clock;
  readonly random: Random;
}

const goodForMs = 60_000;
/** So long a link that is over is known to have been one. */
const rememberedMs = 24 * 3_600_000;
const tokenBytes = 32;

export async function makeLink(
  { links, clock, random }: LinkParts,
  link: ListenLink,
): Promise<{ readonly token: string; readonly notAfter: Instant }> {
  const at = clock.now();
  const notAfter = at + goodForMs;
  const token = Buffer.from(random.bytes(tokenBytes)).toString('base64url');
  await links.forget(at - rememberedMs);
  await links.add({ ...link, notAfter }, linkHash(token));
  return { token, notAfter };
}

/** @throws `link_over` */
export async function useLink(
  { links, clock }: Pick<LinkParts, 'links' | 'clock'>,
  token: string,
  by: string,
): Promise<void> {
  if (!(await links.use(linkHash(token), by, clock.now()))) throw new ConsentryError('link_over');
}
