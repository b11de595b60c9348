/** What a webhook of a leg means, as events for its machine. */
import type { CallEvent } from '../core/call/event.ts';
import type { VoiceWebhook } from '../core/call/webhook.ts';
import { answerOf } from '../core/consent/answer.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { type LegState, starReturns } from './call-state.ts';

/** CallStatus values after which a leg never speaks again. */
const finalStatuses: readonly string[] = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];

export const isOver = (callStatus: string): boolean => finalStatuses.includes(callStatus);

/** `human` and `unknown` go on; fax and every machine verdict do not consent. */
export const isMachine = ({ answeredBy }: VoiceWebhook): boolean =>
  answeredBy !== null && (answeredBy === 'fax' || answeredBy.startsWith('machine'));

export function interpretWebhook(
  webhook: VoiceWebhook,
  leg: LegState,
  flow: CompiledFlow,
  locale: string,
): readonly CallEvent[] {
  if (isOver(webhook.callStatus)) return [{ type: 'HANGUP' }];
  const step = stepEvent(webhook, leg, flow, locale);
  return isMachine(webhook) ? [{ type: 'MACHINE' }, step] : [step];
}

function stepEvent(
  webhook: VoiceWebhook,
  leg: LegState,
  flow: CompiledFlow,
  locale: string,
): CallEvent {
  switch (leg.awaits) {
    case 'answer': {
      if (webhook.stretch === null) return { type: 'SPOKEN' }; // not one of the addresses we gave
      const { digits, speech, confidence, stretch } = webhook;
      const answer = answerOf({ digits, speech, confidence }, flow.keys, flow.speech, locale);
      const none = digits !== null && digits === flow.keys.none;
      if (none) return { type: 'HEARD', stretch, answer: 'deny', none };
      const person = digits !== null && digits === flow.keys.person;
      return { type: 'HEARD', stretch, answer, ...(person ? { person } : {}) };
    }
    case 'choice':
      // Two keys at once are no choice.
      return { type: 'CHOSE', key: webhook.digits?.length === 1 ? webhook.digits : null };
    case 'bridge':
      // Fetched by us: the carrier tells nothing of a Dial then. With it, it was the party.
      if (leg.fetching === true && webhook.dialCallStatus === null) return { type: 'SPOKEN' };
      // An agent is not sent back by `*`: they come back when the bridge is over.
      return starReturns(leg.role) ? { type: 'STAR' } : { type: 'SPOKEN' };
    default:
      return { type: 'SPOKEN' };
  }
}
