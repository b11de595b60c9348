import { unlessAborted } from './interrupt.ts';
import type { Leg } from './leg.ts';
import { spokenMs } from './prompts.ts';
import type { Act } from './script.ts';

/** From the end of a question to the answer. */
const reactionMs = 600;

/** Unless a script says otherwise the carrier is this sure of what it heard. */
const usualConfidence = 0.9;

/** The party presses keys: to a gather, or on the bridge where only the star does something. */
export function press(leg: Leg, digits: string): void {
  leg.emit({ type: 'presses', digits });
  for (const digit of digits) {
    if (digit === '*' && leg.onStar !== null) leg.onStar();
    else leg.inputs.offer({ digit });
  }
}

/** The party says words. Nobody hears them who does not listen for speech. */
export function speak(leg: Leg, words: string, confidence: number | null = usualConfidence): void {
  leg.emit({ type: 'speaks', words, confidence });
  leg.inputs.offer({ words, confidence });
}

export function hangUp(leg: Leg): void {
  leg.interrupt({ kind: 'hangup', by: 'caller' });
}

/**
 * Does what the script says at one gather, at its time. Resolves when the party has done it; for a
 * manual act never, because the handle may act at any time.
 *
 * @param prompts resolves when the gather's prompts were played or broken off
 */
export async function perform(
  leg: Leg,
  act: Act,
  prompts: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if ('silent' in act) return unlessAborted(prompts, signal);
  if ('manual' in act) return unlessAborted(new Promise(() => undefined), signal);
  if (act.afterMs === undefined) {
    await unlessAborted(prompts, signal);
    await leg.pace.sleep(reactionMs, signal);
  } else await leg.pace.sleep(act.afterMs, signal);
  if ('press' in act) press(leg, act.press);
  else if ('hangup' in act) hangUp(leg);
  else {
    await leg.pace.sleep(spokenMs(act.say), signal);
    speak(leg, act.say, act.confidence);
  }
}
