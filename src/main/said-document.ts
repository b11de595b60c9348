/** What is said to somebody on a bridge: prompts one after the other, with their recordings. */
import { announcedTwiml } from '../adapters/twilio/twiml.ts';
import type { PromptBook } from '../app/call-parts.ts';
import { saidWords } from '../app/tell-ended.ts';

/**
 * @param recordings where recorded prompts lie
 * @returns null if a prompt is not there in that language
 */
export function saidDocument(
  prompts: PromptBook,
  recordings: string,
  locale: string,
  promptIds: readonly string[],
): string | null {
  const words = promptIds.map((id) => saidWords(prompts, locale, id));
  if (words.includes(null)) return null;
  return announcedTwiml(
    promptIds.map((id, n) => {
      const recording = prompts.audio(locale, id);
      const audio = recording === null ? {} : { audio: `${recordings}/${recording.sha256}.wav` };
      return { text: words[n] ?? '', locale, ...audio };
    }),
  );
}
