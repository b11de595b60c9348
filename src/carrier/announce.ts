import { randomUUID } from 'node:crypto';
import { readDocument } from './documents.ts';
import { Interrupted } from './interrupt.ts';
import type { Leg } from './leg.ts';
import { legParameters } from './parameters.ts';
import { playPrompt } from './prompts.ts';
import type { HttpMethod } from './webhook.ts';
import { deliver } from './webhook.ts';

/** The only verbs of a document that is spoken to somebody on a bridge. */
const verbs = ['Say', 'Play', 'Pause'];

/**
 * Speaks a document to one leg, which stays on its bridge and hears nobody meanwhile. What cannot
 * be had or spoken is an event of the leg, and the conversation goes on.
 */
export async function announce(leg: Leg, url: string, method: HttpMethod): Promise<void> {
  try {
    const parameters = legParameters(leg.facts());
    const delivery = await deliver(leg, { kind: 'voice', method, url, parameters }, randomUUID());
    if (!delivery.ok) return;
    const { contentType, body } = delivery.reply;
    const document = readDocument(leg, contentType, body.toString('utf8'), delivery.url);
    for (const element of document?.root.elements ?? []) {
      if (!verbs.includes(element.name)) {
        return leg.protocolError(12200, `<${element.name}> is not spoken on a bridge`);
      }
      await playPrompt(leg, element, url, leg.signal);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
}
