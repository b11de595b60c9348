/** The way out when nothing of ours works: from memory alone, at once, and never recorded. */
import { fallbackTwiml } from '../adapters/twilio/twiml.ts';
import type { CallLine, PromptBook } from '../app/call-parts.ts';

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
