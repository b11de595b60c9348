/** Where silence and doubt lead: elsewhere than a no, if the author says so, and never to less. */
import { describe, expect, test } from 'vitest';
import { advance, type CallSnapshot } from '../../../src/core/call/advance.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { compileFlow } from '../../../src/core/flow/compile.ts';
import type { AskStep, FlowDefinition, Step } from '../../../src/core/flow/definition.ts';
import { differencesOf, differenceText } from '../../../src/core/flow/diff.ts';
import { waysOf } from '../../../src/core/flow/draw/model.ts';
import { mistakesOf } from '../../../src/core/flow/mistakes.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { twoQuestions } from '../../model/flows.ts';

const heard = (answer: string): CallEvent =>
  ({ type: 'HEARD', stretch: 'choices', answer }) as CallEvent;
const ask = twoQuestions.steps['recording'] as AskStep;

/** The first question leads silence and doubt to words of their own. */
function leading(changes: Partial<AskStep>, more: Record<string, Step> = {}): FlowDefinition {
  const own: Record<string, Step> = {
    quiet: { say: 'nothing-heard', next: 'transcription' },
    unsure: { say: 'nothing-understood', next: 'transcription' },
  };
  const named = Object.values(changes);
  const used = Object.fromEntries(Object.entries(own).filter(([name]) => named.includes(name)));
  const steps = { ...twoQuestions.steps, recording: { ...ask, ...changes }, ...used, ...more };
  return { ...twoQuestions, steps };
}

/** What is said after the question was left, and how recording stands. */
function told(definition: FlowDefinition, answers: readonly string[]) {
  const flow = compileFlow(definition);
  let snapshot: CallSnapshot | null = null;
  let said: string[] = [];
  let kinds: string[] = [];
  for (const event of [{ type: 'STARTED' } as CallEvent, ...answers.map(heard)]) {
    const step = advance(flow, snapshot, event);
    snapshot = step.snapshot;
    said = step.effects.flatMap((effect) => (effect.type === 'say' ? [effect.promptId] : []));
    kinds = step.changes.map(({ kind, purpose }) => `${kind} ${purpose}`);
  }
  return { said, kinds };
}

describe('silence and doubt', () => {
  const both = leading({ silence: 'quiet', doubt: 'unsure' });

  test.each([
    ['silence to the end', ['silence', 'silence'], ['nothing-heard']],
    ['doubt to the end', ['unclear', 'unclear'], ['nothing-understood']],
    ['the last answer decides: silence', ['unclear', 'silence'], ['nothing-heard']],
    ['the last answer decides: doubt', ['silence', 'unclear'], ['nothing-understood']],
    ['a no', ['deny'], []],
    ['a no in the end', ['silence', 'deny'], []],
  ])('lead where the author says: %s', (_, answers, words) => {
    const { said, kinds } = told(both, answers);
    expect(said).toEqual(words);
    // Whatever is said then: without a yes it is a refusal.
    expect(kinds).toContain('refusal recording');
  });

  test('lead where a no leads, where nothing is said of them', () => {
    expect(told(leading({ silence: 'quiet' }), ['unclear', 'unclear']).said).toEqual([]);
    expect(told(leading({ doubt: 'unsure' }), ['silence', 'silence']).said).toEqual([]);
    expect(told(twoQuestions, ['silence', 'silence']).said).toEqual([]);
  });

  test('are proved with every theorem', () => {
    expect(proveFlow(compileFlow(both)).counterExamples).toEqual([]);
  });

  test.each([
    ['silence', 'silence does not lead to the bridge'],
    ['doubt', 'doubt does not lead to the bridge'],
  ] as const)('may not end the call: %s', (which, reason) => {
    const flow = compileFlow(leading({ [which]: 'farewell' }, { farewell: { end: 'goodbye' } }));
    const found = proveFlow(flow).counterExamples;
    expect(found.map(({ theorem, reason: why }) => [theorem, why])).toContainEqual([6, reason]);
    expect(found.find(({ theorem }) => theorem === 6)?.path.length).toBeGreaterThan(0);
  });

  test('may not lead to another menu than a yes', () => {
    const menu: Step = {
      menu: 'after',
      choices: { '1': 'bridge' },
      otherwise: 'bridge',
      attempts: 1,
    };
    const flow = compileFlow(leading({ silence: 'sideways' }, { sideways: menu }));
    const reasons = proveFlow(flow).counterExamples.map(({ reason }) => reason);
    expect(reasons.join()).toMatch(/silence (leads to another menu|does not lead to the bridge)/);
  });

  test('name steps that are there', () => {
    for (const name of ['silence', 'doubt']) {
      const [mistake, ...more] = mistakesOf(leading({ [name]: 'nowhere' }));
      expect([mistake?.path, more]).toEqual([['steps', 'recording', name], []]);
      expect(mistake?.message).toContain('there is no step "nowhere"');
      expect(mistakesOf(leading({ [name]: 'end' }))).toHaveLength(1);
    }
  });

  test('are read as written, and left out where they are', () => {
    const read = readDefinition(leading({ silence: 'quiet' }));
    const step = 'definition' in read ? (read.definition.steps['recording'] as AskStep) : null;
    expect([step?.silence, step !== null && 'doubt' in step]).toEqual(['quiet', false]);
  });

  test('are drawn apart, and a difference tells where they lead now', () => {
    const step = both.steps['recording'] as Step;
    const ways = waysOf(both, step).map(([to, answer]) => `${to}: ${answer}`);
    expect(ways).toContain('quiet: nothing, to the end');
    expect(ways).toContain('unsure: doubt, to the end');
    const changed = differencesOf(
      compileFlow(twoQuestions),
      compileFlow({ ...both, version: 2 }),
      (_, id) => id,
    ).map(differenceText);
    expect(changed.join('\n')).toMatch(/quiet/);
    expect(changed.join('\n')).toMatch(/unsure/);
  });
});
