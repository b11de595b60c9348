/**
 * A message. The question is the one of `ask`, with ways of its own: a yes leads to the message, a
 * no (and the wish for a person: nobody is there, so somebody calls back) to the word that is left
 * either way. Who refused recording in the conversation is asked once more, because this is another
 * thing; who was asked here is not asked again. A machine leaves no message.
 */
import type { Purpose } from '../words.ts';
import { stopping } from './choice.ts';
import type { FlowDefinition } from './definition.ts';
import type { VoicemailStep } from './definition-message.ts';
import { askState, go, goWith } from './question.ts';
import type { CallState } from './setup.ts';

const callBack = { type: 'task', params: { kind: 'call-back' } } as const;

export function voicemailState(
  name: string,
  { voicemail, question, stopped, limit, next }: VoicemailStep,
  { speech, timeout, bridge }: FlowDefinition,
  purposes: readonly Purpose[],
): CallState {
  const { ask: purpose } = question;
  const prompts = [{ promptId: voicemail, locale: null }];
  const own = (state: string) => ({ target: `#leg.live.script.${name}.${state}` });
  const asking = askState(
    { ...question, granted: `${name}.message`, refused: `${name}.declined` },
    { speech, timeout, person: `${name}.declined`, unrecorded: null },
    purposes,
    [{ type: 'noteAsked' }],
  );
  return {
    initial: 'arrive',
    states: {
      arrive: {
        always: [
          { guard: 'isMachine', ...go('end') },
          { guard: { type: 'isGranted', params: { purpose } }, ...own('message') },
          { guard: 'wasAsked', ...own('declined') },
          own('question'),
        ],
      },
      question: asking,
      message: {
        entry: [{ type: 'choose', params: { prompts, timeoutS: limit, tone: true } }, callBack],
        on: {
          CHOSE: [{ guard: 'stars', ...goWith(next, stopping(bridge, stopped)) }, go(next)],
        },
      },
      declined: {
        always: [{ guard: 'isPerson', ...goWith(next, [callBack]) }, go('end')],
      },
    },
  } as CallState;
}
