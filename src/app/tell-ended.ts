/**
 * Somebody whose permission was taken back by another way than their own telephone hears so there:
 * the carrier says it to them alone, and they stay on the bridge. Who pressed `*` has heard it in
 * the document that answered, and who is asked something at the moment hears where that leads.
 */
import { endedPrompts } from '../core/flow/definition.ts';
import type { CallSid, Purpose } from '../core/words.ts';
import type { CallParts } from './call-parts.ts';
import { type CallState, localeOfLeg } from './call-state.ts';
import type { TurnRequest } from './commit-turn.ts';

/** Whom the carrier is to tell something. */
export interface Telling {
  readonly callSid: CallSid;
  /** Of the document that says it. */
  readonly url: string;
}

/**
 * @param state after the turn
 * @returns a telling for each leg that hears of something: words that are not there are left out
 */
export function tellingsOf(
  parts: Pick<CallParts, 'flows' | 'prompts' | 'urls'>,
  state: CallState,
  { turn: { changes }, answering, quiet }: TurnRequest,
): readonly Telling[] {
  if (quiet === true) return [];
  return state.legs.flatMap((leg): readonly Telling[] => {
    const { callSid, phase, awaits } = leg;
    if (phase !== 'bridged' || awaits !== 'bridge') return [];
    if (callSid === answering?.webhook.callSid) return [];
    const over = changes.flatMap(({ leg: of, change }): readonly Purpose[] =>
      of.callSid === callSid && change.kind === 'withdrawal' ? [change.purpose] : [],
    );
    if (over.length === 0) return [];
    const locale = localeOfLeg(leg, state);
    const ended = endedPrompts(parts.flows.pinned(leg.flow).definition);
    const ids = over
      .flatMap((purpose) => ended[purpose] ?? [])
      .filter((id) => saidWords(parts.prompts, locale, id) !== null);
    if (ids.length === 0) return [];
    return [{ callSid, url: `${parts.urls().said}/${locale}/${ids.join('+')}` }];
  });
}

/** Null for a prompt that is not there. What is said this way names nobody. */
export function saidWords(
  prompts: CallParts['prompts'],
  locale: string,
  id: string,
): string | null {
  try {
    return prompts.words(locale, id, '');
  } catch {
    return null;
  }
}
