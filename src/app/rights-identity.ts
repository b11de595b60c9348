/**
 * Whether it is the person who asks: a code goes to the number the request is about, as a text or
 * spoken in a call, and has to come back. A guardian's goes to the guardian. Codes are kept as keyed
 * hashes, are good for ten minutes, and after five wrong tries for nothing.
 */
import { timingSafeEqual } from 'node:crypto';
import { ConsentryError } from '../core/error.ts';
import type { Hex, Uuid } from '../core/words.ts';
import { drawBelow } from './draw-below.ts';
import { findRequest, move, type RightsParts, stateAfter } from './rights.ts';
import type { RightsRequest } from './rights-ports.ts';

export const codeDigits = 6;
export const codeMs = 600_000;
export const triesMax = 5;
/** Nobody is rung or texted more often for one request. */
export const codesMax = 5;
/** Each time somebody else's act came between; so many at one instant are no accident. */
const crossedMax = 100;

export const drawCode = (random: RightsParts['random']): string =>
  String(drawBelow(random, 10 ** codeDigits)).padStart(codeDigits, '0');

const hashOf = ({ cipher }: RightsParts, id: Uuid, code: string): Buffer =>
  cipher.token(`rights-code/${id}/${code}`);

/**
 * @throws `conflict` where the request does not stand so, or too many were sent already; whatever
 * the sender throws
 */
export async function sendCode(
  parts: RightsParts,
  id: Uuid,
  means: 'text' | 'call',
  by: string,
): Promise<RightsRequest> {
  const { rights, people, sender, clock, random } = parts;
  const request = await findRequest(parts, id);
  stateAfter(request, 'check');
  if ((await rights.codesSent(id)) >= codesMax) {
    throw new ConsentryError('too_many_tries', `${codesMax} codes were sent for this request`);
  }
  const person = await people.find(request.guardianId ?? request.personId);
  if (person === null) throw new ConsentryError('conflict', 'there is no number to send it to');
  const code = drawCode(random);
  const until = clock.now() + codeMs;
  // Written first: what was sent and is not known here could be guessed at for ever.
  const sent = { hash: hashOf(parts, id, code), until, means };
  const after = await move(parts, request, 'check', { by, means }, { code: sent });
  await sender.send(person.number, code, means, by);
  return after;
}

/** @throws `conflict` where it is wrong, too old, or was tried too often: all look alike */
export async function verifyCode(
  parts: RightsParts,
  id: Uuid,
  code: string,
  by: string,
): Promise<RightsRequest> {
  const request = await findRequest(parts, id);
  stateAfter(request, 'verify');
  const sent = await parts.rights.takeTry(id, parts.clock.now(), triesMax);
  if (sent !== null && timingSafeEqual(sent.hash, hashOf(parts, id, code))) {
    return verified(parts, request, sent.means, by);
  }
  await move(parts, request, 'try', { by }).catch(() => {});
  throw new ConsentryError('conflict', 'the code is not right, or not good any more');
}

/** Answers at the same instant write down their tries: whoever was right does not lose to those. */
async function verified(
  parts: RightsParts,
  seen: RightsRequest,
  means: RightsRequest['means'],
  by: string,
): Promise<RightsRequest> {
  let request = seen;
  for (let times = 1; ; times += 1) {
    try {
      return await move(parts, request, 'verify', { by, means }, { means, code: null });
    } catch (thrown) {
      const isCrossed = thrown instanceof ConsentryError && thrown.code === 'conflict';
      if (!isCrossed || times === crossedMax) throw thrown;
      request = await findRequest(parts, request.id);
      stateAfter(request, 'verify');
    }
  }
}

/** In another way: somebody looked at a document that shows who they are. */
export async function verifyByDocument(
  parts: RightsParts,
  id: Uuid,
  document: Hex,
  by: string,
): Promise<RightsRequest> {
  const request = await findRequest(parts, id);
  const means = 'document' as const;
  return move(parts, request, 'verify', { by, means, document }, { means, code: null });
}
