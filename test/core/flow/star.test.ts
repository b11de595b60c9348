/** What is said after `*` names what it ended, and nothing else, wherever it is pressed. */
import { describe, expect, test } from 'vitest';
import { advance, type CallSnapshot } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { type CompiledFlow, compileFlow } from '../../../src/core/flow/compile.ts';
import { mistakesOf } from '../../../src/core/flow/mistakes.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { everything, messages, namedFlow, reaching, shippedFlow } from '../../model/flows.ts';

const yes: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'grant' };
const no: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'deny' };
const star: CallEvent = { type: 'STAR' };
const chose = (key: string | null): CallEvent => ({ type: 'CHOSE', key });

/** What is spoken last, to whoever answers so and then does what comes after. */
function saidTo(flow: CompiledFlow, events: readonly CallEvent[]): readonly string[] {
  let snapshot: CallSnapshot | null = null;
  let said: readonly string[] = [];
  for (const event of [{ type: 'STARTED' } as const, ...events]) {
    const step = advance(flow, snapshot, event);
    snapshot = step.snapshot;
    said = step.effects.flatMap((effect) => {
      if (effect.type === 'say' || effect.type === 'wait') return [effect.promptId];
      return effect.type === 'choose' ? effect.prompts.map(({ promptId }) => promptId) : [];
    });
  }
  return said;
}

describe('in the conversation', () => {
  const flow = shippedFlow('inbound-purposes');

  test.each([
    [
      'all three',
      [yes, yes, yes],
      'recorded',
      ['message-stopped', 'ended-transcription', 'ended-training', 'connecting-again'],
    ],
    ['recording alone', [yes, no, no], 'recorded', ['message-stopped', 'connecting-again']],
    [
      'transcription alone',
      [no, yes],
      'transcribed-only',
      ['ended-transcription', 'connecting-again'],
    ],
    ['nothing', [no, no], 'not-recorded', ['not-recorded']],
  ] as const)('to who allowed %s', (_, answers, outcome, afterStar) => {
    expect(saidTo(flow, answers)).toEqual([outcome]);
    expect(saidTo(flow, [...answers, star])).toEqual(afterStar);
    expect(saidTo(flow, [...answers, star, star])).toEqual(['not-recorded']);
  });

  test('what was taken back before by another way is not named again', () => {
    const takenBack: CallEvent = { type: 'WITHDRAW', purpose: 'transcription' };
    expect(saidTo(flow, [yes, yes, yes, takenBack, star])).toEqual([
      'message-stopped',
      'ended-training',
      'connecting-again',
    ]);
  });

  test('transcription alone is said to be transcription, by every flow that asks for it', () => {
    const strict = shippedFlow('us-strict');
    expect(saidTo(strict, [no, yes])).toEqual(['transcribed-only']);
    expect(saidTo(strict, [no, yes, star])).toEqual(['ended-transcription', 'connecting-again']);
  });

  test('the offer to erase follows, and then they are connected', () => {
    const erasing = shippedFlow('inbound-strict');
    const stopped = ['message-stopped', 'ended-training', 'erase-offer'];
    expect(saidTo(erasing, [yes, yes, star])).toEqual(stopped);
    expect(saidTo(erasing, [yes, yes, star, chose('3')])).toEqual(['erased']);
    expect(saidTo(erasing, [yes, yes, star, chose(null)])).toEqual(['connecting-again']);
  });
});

const { ended = {} } = namedFlow.definition.bridge;

describe('in a menu', () => {
  const start = [chose('1'), yes] as const;

  test('each purpose is named, and the menu spoken again', () => {
    expect(saidTo(namedFlow, [...start, yes, chose('*')])).toEqual([
      'recording-over',
      'text-over',
      'after',
    ]);
    expect(saidTo(namedFlow, [...start, no, chose('*')])).toEqual(['recording-over', 'after']);
  });

  test('who waits for somebody hears it, and waits on', () => {
    const flow = shippedFlow('waiting-line');
    expect(saidTo(flow, [yes, chose('*')])).toEqual(['message-stopped', 'please-wait']);
    expect(saidTo(flow, [yes, { type: 'READY' }, chose('*')])).toEqual(['message-stopped']);
  });
});

test.each([
  ['every kind of step', everything, ended],
  ['ringing somebody', reaching, { recording: 'recording-over' }],
  ['a message', messages, { recording: 'message-stopped' }],
])('all theorems hold with words for each purpose, in a flow (%s)', (_, flow, words) => {
  const bridge = { ...flow.bridge, ended: words };
  expect(proveFlow(compileFlow({ ...flow, bridge })).counterExamples).toEqual([]);
});

describe('mistakes', () => {
  const read = (bridge: object, of: object = everything): string => {
    const result = readDefinition({ ...of, bridge: { ...everything.bridge, ...bridge } });
    const mistakes = 'mistakes' in result ? result.mistakes : mistakesOf(result.definition);
    return mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  };

  test.each<[string, object, string]>([
    ['none', { ended }, ''],
    [
      'a purpose that has no words',
      { ended: { recording: 'recording-over' } },
      'bridge.ended: lacks a prompt for transcription, which the flow asks for',
    ],
    [
      'words for what nobody is asked',
      { ended: { ...ended, training: 'training-over' } },
      'bridge.ended.training: the flow does not ask for training',
    ],
    [
      'a purpose nearly known',
      { ended: { ...ended, trainin: 'training-over' } },
      'did you mean training?',
    ],
    [
      'words that are never spoken',
      { ended, other: 'taken-back' },
      'bridge.other: is never spoken beside `ended`',
    ],
  ])('%s', (_, bridge, mistake) => {
    if (mistake === '') expect(read(bridge)).toBe('');
    else expect(read(bridge)).toContain(mistake);
  });

  test('a message that is stopped with other words than the recording', () => {
    const mailbox = { ...messages.steps['mailbox'] } as Record<string, unknown>;
    const { question, ...rest } = mailbox as { question: Record<string, unknown> };
    const { ask: _, ...prompts } = question;
    const steps = { ...messages.steps, mailbox: { ...rest, ...prompts } };
    const of = { ...messages, steps };
    expect(read({ ended: { recording: 'message-stopped' } }, of)).toBe('');
    expect(read({ ended: { recording: 'recording-over' } }, of)).toBe(
      'steps.mailbox.stopped: must be recording-over, as `ended` says at the bridge',
    );
  });
});

describe('after a no that was given', () => {
  const asking = shippedFlow('preferences');
  const change = [chose('2')] as const;

  test.each([
    ['a no', no, ['recording-not-allowed', 'choice-noted', 'goodbye']],
    ['a yes', yes, ['recording-allowed', 'choice-noted', 'goodbye']],
  ] as const)('to %s people are told how it stands now', (_, answer, said) => {
    expect(saidTo(asking, [...change, answer])).toEqual(said);
  });

  test('silence changes nothing, and nothing is said of it', () => {
    const silence: CallEvent = { type: 'HEARD', stretch: 'choices', answer: 'silence' };
    expect(saidTo(asking, [...change, silence, silence])).toEqual(['choice-noted', 'goodbye']);
  });

  test('the key for none is one', () => {
    const first = everything.steps['recording'] as object;
    const flow = compileFlow({
      ...everything,
      steps: { ...everything.steps, recording: { ...first, denied: 'not-now' } as never },
    });
    const none = { ...no, none: true } as CallEvent;
    expect(saidTo(flow, [chose('1'), none])[0]).toBe('not-now');
  });
});
