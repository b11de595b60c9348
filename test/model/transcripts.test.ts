/** What a caller hears, word for word, for each way to answer: read these like a play. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { advance, type CallSnapshot, phaseOf } from '../../src/core/call/advance.ts';
import type { Effect } from '../../src/core/call/effect.ts';
import type { CallEvent } from '../../src/core/call/event.ts';
import { answerOf, wantsPerson } from '../../src/core/consent/answer.ts';
import type { CompiledFlow } from '../../src/core/flow/compile.ts';
import { prompts, shippedFlow } from './flows.ts';

/** What the person does at each listening: a key, words in quotes, nothing (`-`), or an event. */
type Act = string | CallEvent;

const chose = (key: string | null): CallEvent => ({ type: 'CHOSE', key });

const ways: readonly (readonly [string, string, readonly Act[]])[] = [
  ['inbound', 'allows', ['1', { type: 'HANGUP' }]],
  ['inbound', 'refuses', ['2', { type: 'HANGUP' }]],
  ['inbound', 'refuses-at-once', ['early 2', { type: 'HANGUP' }]],
  ['inbound', 'asks-for-a-person', ['0', { type: 'HANGUP' }]],
  ['inbound', 'says-nothing', ['-', '-', { type: 'HANGUP' }]],
  ['inbound', 'presses-another-key', ['5', '7', { type: 'HANGUP' }]],
  ['inbound', 'is-too-quick', ['early 1', '1', { type: 'HANGUP' }]],
  ['inbound', 'withdraws', ['1', { type: 'STAR' }, { type: 'STAR' }, { type: 'HANGUP' }]],
  ['inbound', 'hangs-up-in-the-question', [{ type: 'HANGUP' }]],
  ['inbound', 'meets-a-failure', [{ type: 'FAILED' }, { type: 'HANGUP' }]],
  ['inbound-speech', 'says-yes', ['"yes please"', { type: 'HANGUP' }]],
  ['inbound-speech', 'says-no', ['"no thank you"', { type: 'HANGUP' }]],
  ['inbound-speech', 'is-in-doubt', ['"I guess so"', '"maybe"', { type: 'HANGUP' }]],
  [
    'waiting-line',
    'is-put-through',
    [
      '1',
      { type: 'UNANSWERED' },
      chose(null),
      { type: 'READY' },
      chose(null),
      { type: 'STAR' },
      { type: 'HANGUP' },
    ],
  ],
  [
    'waiting-line',
    'stops-the-recording-while-waiting',
    ['1', chose('*'), { type: 'READY' }, chose(null)],
  ],
  ['waiting-line', 'wants-a-person', ['0', chose('0')]],
  ['waiting-line', 'leaves-a-message', ['2', chose('0'), '1', chose('#')]],
  ['waiting-line', 'hangs-up-a-message', ['2', chose('0'), '1', { type: 'HANGUP' }]],
  ['waiting-line', 'leaves-no-message', ['2', chose('0'), '2']],
  ['waiting-line', 'takes-back-a-message', ['2', chose('0'), '1', chose('*')]],
  [
    'inbound-survey',
    'answers',
    ['1', { type: 'LEFT' }, { type: 'SPOKEN' }, '1', chose('4'), chose('5')],
  ],
  [
    'inbound-survey',
    'takes-the-answers-back',
    ['2', { type: 'LEFT' }, { type: 'SPOKEN' }, '1', chose('4'), chose('*')],
  ],
  ['inbound-survey', 'takes-no-part', ['2', { type: 'LEFT' }, { type: 'SPOKEN' }, '2']],
  ['agent', 'allows', ['1', { type: 'SPOKEN' }]],
  ['agent', 'refuses', ['2', { type: 'SPOKEN' }]],
  ['agent', 'says-nothing', ['-', '-', { type: 'SPOKEN' }]],
];

test.each(ways)('%s, somebody who %s', async (name, way, acts) => {
  const file = join(import.meta.dirname, `../golden/transcripts/${name}-${way}.txt`);
  await expect(transcript(shippedFlow(name), acts)).toMatchFileSnapshot(file);
});

function transcript(flow: CompiledFlow, acts: readonly Act[]): string {
  const lines: string[] = [];
  let snapshot: CallSnapshot | null = null;
  for (const act of [{ type: 'STARTED' } as const, ...acts]) {
    const event: CallEvent = typeof act === 'string' ? heard(flow, act) : act;
    lines.push(`> ${typeof act === 'string' ? told(act) : act.type}`);
    const step = advance(flow, snapshot, event);
    snapshot = step.snapshot;
    for (const { kind, purpose, answer } of step.changes) {
      lines.push(`  entry: ${kind} of ${purpose}${answer === null ? '' : `, by ${answer}`}`);
    }
    lines.push(...step.effects.flatMap(spoken));
    lines.push(`  (${phaseOf(snapshot)})`);
  }
  return `${lines.join('\n')}\n`;
}

function heard(flow: CompiledFlow, act: string): CallEvent {
  const early = act.startsWith('early ');
  const said = act.replace('early ', '');
  const words = said.startsWith('"');
  const input = {
    digits: words || said === '-' ? null : said,
    speech: words ? said.slice(1, -1) : null,
    confidence: words ? 0.9 : null,
  };
  return {
    type: 'HEARD',
    stretch: early ? 'purpose' : 'choices',
    answer: answerOf(input, flow.keys, flow.speech, 'en'),
    person: wantsPerson(input, flow.keys),
  };
}

function told(act: string): string {
  if (act === '-') return 'nothing, for as long as we wait';
  if (act.startsWith('"')) return `says ${act}`;
  return act.startsWith('early ')
    ? `presses ${act.slice(6)} while the purpose is said`
    : `presses ${act}`;
}

function spoken(effect: Effect): readonly string[] {
  const words = (promptId: string) => prompts.words('en', promptId, 'Ann and Company');
  switch (effect.type) {
    case 'say':
      return [`  "${words(effect.promptId)}"`];
    case 'ask':
      return effect.stretches.map(
        ({ promptId, timeoutS }) => `  "${words(promptId)}" listening, then ${timeoutS} s`,
      );
    case 'choose':
      return effect.prompts.map(
        ({ promptId }) => `  "${words(promptId)}" listening, then ${effect.timeoutS} s`,
      );
    case 'wait':
      return [`  "${words(effect.promptId)}" listening, then ${effect.everyS} s`];
    case 'ring':
      return [
        `  rings ${effect.to}${effect.whisper === null ? '' : ', who hears:'}`,
        ...Object.entries(effect.whisper ?? {}).map(([when, id]) => `    ${when}: "${words(id)}"`),
      ];
    case 'text':
      return [`  (text: ${words(effect.promptId)})`];
    case 'answer':
      return [`  answer to ${effect.step}: ${effect.key}`];
    case 'task':
      return [`  task: ${effect.kind}`];
    case 'open-gate':
      return [`  gate for ${effect.purpose} opens`];
    case 'shut-gate':
      return [`  gate for ${effect.purpose} shuts: ${effect.reason}`];
    default:
      return [`  ${effect.type}`];
  }
}
