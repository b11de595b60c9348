/** The way out when nothing of ours works: from memory alone, at once, and never recorded. */
import { fallbackTwiml } from '../adapters/twilio/twiml.ts';
import type { PromptBook } from '../app/call-parts.ts';
import type { CallSystem } from './call-system.ts';

const notRecorded = 'not-recorded';

/** Both null: the request proved nothing, so the document names nobody. */
export function letThrough(system: Pick<CallSystem, 'lines'>, prompts: PromptBook) {
  return (callSid: string | null, to: string | null): string => {
    const line = callSid === null ? null : system.lines.cached(to);
    const locale = line?.locale ?? 'en';
    return fallbackTwiml({
      agentNumber: line?.agent ?? null,
      conference: callSid === null ? null : `consentry-unrecorded-${callSid}`,
      text: prompts.words(locale, notRecorded, line?.controller ?? ''),
      locale,
    });
  };
}
