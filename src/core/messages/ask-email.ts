/**
 * The e-mail that asks for a permission. It says nothing of anybody, and answering it is a matter of
 * a page of ours: what is sent lies in inboxes for ever.
 */
import { createHash } from 'node:crypto';
import type { Hex } from '../words.ts';

export interface Message {
  readonly subject: string;
  readonly text: string;
}

/** Checked as every template is: ids and links, and who writes. */
export const askTemplate: Message = {
  subject: 'A question of {controller}',
  text: `{controller} asks you for a permission. What it is about, and both answers, yes and no:

{link}

The page is good for 30 days and for one answer. You need not answer: then nothing changes, and nobody asks again because of it. Whatever you answer, you are served in the same way, and you can change it at any time:

{choices}

You may also answer this message in your own words; a person reads it.

Number of the question: {request}
`,
};

export interface AskFacts {
  readonly controller: string;
  readonly link: string;
  readonly choices: string;
  readonly request: string;
}

export function askMessage(facts: AskFacts): Message {
  // A name is one line, whatever was written down as one.
  const controller = facts.controller.replaceAll(/\p{C}+/gu, ' ');
  const values: Partial<Record<string, string>> = { ...facts, controller };
  const filled = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return { subject: filled(askTemplate.subject), text: filled(askTemplate.text) };
}

/** SHA-256 of the subject, an empty line and the text, in UTF-8: whoever has the message can check it. */
export const messageHash = ({ subject, text }: Message): Hex =>
  createHash('sha256').update(`${subject}\n\n${text}`).digest('hex');
