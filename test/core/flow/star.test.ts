/** What is said after `*` on the bridge fits what it ended. */
import { expect, test } from 'vitest';
import { advance, type CallSnapshot } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { shippedFlow } from '../../model/flows.ts';

const yes: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'grant' };
const no: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'deny' };

/** What is said last, to whoever answers so and then does what comes after. */
function saidTo(name: string, events: readonly CallEvent[]): readonly string[] {
  const flow = shippedFlow(name);
  let snapshot: CallSnapshot | null = null;
  let said: readonly string[] = [];
  for (const event of [{ type: 'STARTED' } as const, ...events]) {
    const step = advance(flow, snapshot, event);
    snapshot = step.snapshot;
    said = step.effects.flatMap((effect) => (effect.type === 'say' ? [effect.promptId] : []));
  }
  return said;
}

test.each([
  ['all three', [yes, yes, yes], 'recorded', 'recording-stopped'],
  ['recording alone', [yes, no, no], 'recorded', 'recording-stopped'],
  ['transcription alone', [no, yes], 'transcribed-only', 'permission-withdrawn'],
  ['nothing', [no, no], 'not-recorded', 'not-recorded'],
] as const)('to who allowed %s', (_, answers, outcome, afterStar) => {
  expect(saidTo('inbound-purposes', answers)).toEqual([outcome]);
  expect(saidTo('inbound-purposes', [...answers, { type: 'STAR' }])).toEqual([afterStar]);
  expect(saidTo('inbound-purposes', [...answers, { type: 'STAR' }, { type: 'STAR' }])).toEqual([
    'not-recorded',
  ]);
});
