/**
 * A public page has no cookie and no session: what it has to know of the form before it is sealed
 * into the next one, good for one sending and for minutes. Whoever did not get the form from us
 * cannot send it, and nobody can send it twice.
 */
import { ConsentryError } from '../core/error.ts';
import type { Instant } from '../core/words.ts';
import type { PageStore } from './page-ports.ts';
import type { Clock, FieldCipher, Random } from './ports.ts';

export interface PageTokenParts {
  readonly pages: Pick<PageStore, 'use'>;
  readonly cipher: Pick<FieldCipher, 'seal' | 'open'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'bytes'>;
}

/** An hour to fill in a form; who has shown who they are has less. */
export const formMs = 3_600_000;
const nonceBytes = 16;

type Said = Readonly<Record<string, string>>;

/** @param form which form takes it, such as `choices/change` */
export function issueToken(
  { cipher, clock, random }: PageTokenParts,
  form: string,
  said: Said = {},
  until: Instant = clock.now() + formMs,
): string {
  const nonce = Buffer.from(random.bytes(nonceBytes)).toString('base64url');
  const text = JSON.stringify({ nonce, until, said });
  return cipher.seal(null, `page/${form}`, Buffer.from(text)).toString('base64url');
}

/**
 * What was sealed into it, once.
 *
 * @throws `form_over` where it is not ours, too old, or was sent before
 */
export async function takeToken(
  { pages, cipher, clock }: PageTokenParts,
  form: string,
  text: string,
): Promise<Said & { readonly until: Instant }> {
  const { nonce, until, said } = opened(cipher, form, text);
  const now = clock.now();
  if (until <= now) throw new ConsentryError('form_over');
  const isFirst = await pages.use(Buffer.from(nonce, 'base64url'), until, now);
  if (!isFirst) throw new ConsentryError('form_over');
  return Object.assign({}, said, { until }) as Said & { readonly until: Instant };
}

function opened(cipher: PageTokenParts['cipher'], form: string, text: string) {
  try {
    const sealed = Buffer.from(text, 'base64url');
    const plain = cipher.open(null, `page/${form}`, sealed).toString('utf8');
    return JSON.parse(plain) as { nonce: string; until: Instant; said: Said };
  } catch {
    // Without its cause: what was sent is somebody's, and why it does not fit is not told.
    throw new ConsentryError('form_over');
  }
}
