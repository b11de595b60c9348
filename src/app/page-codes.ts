/**
 * Whether somebody on a public page answers the number they gave: a code goes there, by text or
 * call, and comes back. Whatever becomes of it, the page says the same, at once: neither the answer
 * nor its time tells whether a number is known here, or wants no texts.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Uuid } from '../core/words.ts';
import { isWithin, type PageLimitParts } from './page-limits.ts';
import type { PageStore } from './page-ports.ts';
import type { FieldCipher, Log, Random } from './ports.ts';
import { codeMs, drawCode, triesMax } from './rights-identity.ts';
import type { CodeSender } from './rights-ports.ts';

export interface PageCodeParts extends PageLimitParts {
  readonly pages: PageStore;
  readonly cipher: FieldCipher;
  readonly sender: CodeSender;
  readonly random: Random;
  readonly log: Log;
}

/** As long as that of a code. */
const hashBytes = 32;

const hashOf = ({ cipher }: PageCodeParts, id: Uuid, code: string): Buffer =>
  cipher.token(`page-code/${id}/${code}`);

/** @returns what the code is verified by; sending goes on in the background */
export async function askForCode(
  parts: PageCodeParts,
  number: string,
  means: 'text' | 'call',
): Promise<Uuid> {
  const { pages, clock, random } = parts;
  const id = random.uuid();
  const code = drawCode(random);
  const isSent = await maySend(parts, number);
  // One that nobody gets cannot be guessed either: no code has the hash.
  const hash = isSent ? hashOf(parts, id, code) : Buffer.from(random.bytes(hashBytes));
  await pages.addCode(id, hash, clock.now() + codeMs);
  if (isSent) inBackground(parts, number, code, means);
  return id;
}

export async function maySend(parts: PageLimitParts, number: string): Promise<boolean> {
  return (
    (await isWithin(parts, 'code-number', number)) && (await isWithin(parts, 'code-all', 'all'))
  );
}

function inBackground(
  { sender, log }: PageCodeParts,
  number: string,
  code: string,
  means: 'text' | 'call',
): void {
  sender.send(number, code, means, 'caller').catch((thrown: unknown) => {
    const why = (thrown as { code?: unknown }).code ?? 'unknown';
    log.warn({ means, why }, 'a code of a public page was not sent');
  });
}

/** True once: for the first who brings the right code in time. */
export async function isRightCode(parts: PageCodeParts, id: Uuid, code: string): Promise<boolean> {
  const hash = await parts.pages.takeTry(id, parts.clock.now(), triesMax);
  if (hash === null || !timingSafeEqual(hash, hashOf(parts, id, code))) return false;
  return parts.pages.endCode(id);
}
