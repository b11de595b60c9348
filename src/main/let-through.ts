/** The way out when nothing of ours works: from memory alone, at once, and never recorded. */
import { fallbackTwiml } from '../adapters/twilio/twiml.ts';
import type { CallLine, LineBook, PromptBook } from '../app/call-parts.ts';

/** Says that the call is not recorded, and what happens now. */
export function fallbackDocument(
  prompts: PromptBook,
  line: CallLine | null,
  conference: string | null,
): string {
  const locale = line?.locale ?? 'en';
  const agentNumber = line?.agent ?? null;
  const isConnected = agentNumber !== null || conference !== null;
  const promptId = isConnected ? 'not-recorded' : 'not-connected';
  const text = prompts.words(locale, promptId, line?.controller ?? '');
  return fallbackTwiml({ agentNumber, conference, text, locale });
}

/** Both null: the request proved nothing, so the document names nobody. */
export function letThrough(lines: Pick<LineBook, 'cached'>, prompts: PromptBook) {
  return (callSid: string | null, to: string | null): string =>
    callSid === null
      ? fallbackDocument(prompts, null, null)
      : fallbackDocument(prompts, lines.cached(to), `consentry-unrecorded-${callSid}`);
}
