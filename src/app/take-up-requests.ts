/**
 * What somebody asks for on the line for requests is left as a task of their call. A request with
 * its deadlines comes of it here, from the time of the call, once: whichever process is first. Who
 * called is not shown by that yet; the request asks for it as every other.
 */
import type { DeskTaskKind } from '../core/flow/definition.ts';
import type { RightKind } from '../core/rights/request.ts';
import type { Log } from './ports.ts';
import { type RightsParts, receiveRequest } from './rights.ts';
import { eachApart } from './side-by-side.ts';

const kinds: Partial<Record<DeskTaskKind, RightKind>> = {
  access: 'access',
  correction: 'correct',
  erasure: 'delete',
  objection: 'object',
};

const batch = 20;

export type TakeUpParts = Pick<
  RightsParts,
  'rights' | 'people' | 'entries' | 'cipher' | 'clock' | 'random'
> & { readonly log: Log };

export async function takeUpRequests(parts: TakeUpParts): Promise<void> {
  const asked = await parts.rights.askedInCalls(Object.keys(kinds) as DeskTaskKind[], batch);
  await eachApart(parts.log, asked, async ({ taskId, personId, task, at }) => {
    const [person, kind] = [await parts.people.find(personId), kinds[task]];
    if (person === null || kind === undefined) return;
    await receiveRequest(parts, {
      number: person.number,
      kind,
      law: null,
      speaker: 'self',
      guardian: null,
      authority: null,
      note: null,
      receivedAt: at,
      by: 'caller',
      taskId,
    });
  });
}
