import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  type CallSnapshot,
  openGates,
  phaseOf,
  statusesOf,
} from '../../../src/core/call/advance.ts';
import type { Effect, StatusChange } from '../../../src/core/call/effect.ts';
import type { CallEvent } from '../../../src/core/call/event.ts';
import { alphabetOf } from '../../../src/core/flow/walk.ts';
import type { Answer, Stretch } from '../../../src/core/words.ts';
import { shippedFlow, twoQuestionsFlow } from '../../model/flows.ts';

const inbound = shippedFlow('inbound');
const agent = shippedFlow('agent');

const heard = (answer: Answer, stretch: Stretch = 'choices'): CallEvent => ({
  type: 'HEARD',
  stretch,
  answer,
});

interface Played {
  readonly snapshot: CallSnapshot;
  readonly effects: readonly Effect[];
  readonly changes: readonly StatusChange[];
}

/** Plays events from the first webhook on, through JSON between steps as the database does. */
function play(flow: typeof inbound, ...events: CallEvent[]): Played & { all: StatusChange[] } {
  let last: Played = advance(flow, null, { type: 'STARTED' });
  const all = [...last.changes];
  for (const event of events) {
    last = advance(flow, JSON.parse(JSON.stringify(last.snapshot)), event);
    all.push(...last.changes);
  }
  return { ...last, all };
}

const kinds = (changes: readonly StatusChange[]) => changes.map(({ kind }) => kind);
const types = (effects: readonly Effect[]) => effects.map(({ type }) => type);

describe('the first document', () => {
  test('greets and asks in one, the purpose in a stretch of its own', () => {
    const { effects, changes, snapshot } = play(inbound);
    expect(effects).toEqual([
      { type: 'say', promptId: 'greeting' },
      {
        type: 'ask',
        purpose: 'recording',
        stretches: [
          { stretch: 'purpose', promptId: 'recording-purpose', timeoutS: 1 },
          { stretch: 'choices', promptId: 'recording-choices', timeoutS: 6 },
        ],
        speech: false,
      },
    ]);
    expect(changes).toEqual([
      {
        kind: 'request',
        purpose: 'recording',
        promptIds: ['recording-purpose', 'recording-choices'],
        answer: null,
      },
    ]);
    expect([phaseOf(snapshot), statusesOf(snapshot)]).toEqual([
      'asking',
      { recording: 'requested' },
    ]);
  });
});

describe('answers', () => {
  test('a grant opens the gate, starts the stream, says so, bridges and rings, all at once', () => {
    const { effects, changes, snapshot } = play(inbound, heard('grant'));
    expect(effects).toEqual([
      { type: 'start-stream' },
      { type: 'say', promptId: 'recorded' },
      { type: 'bridge' },
      { type: 'open-gate', purpose: 'recording' },
      { type: 'call-agent' },
    ]);
    expect(changes).toEqual([
      {
        kind: 'grant',
        purpose: 'recording',
        promptIds: ['recording-purpose', 'recording-choices'],
        answer: 'grant',
      },
    ]);
    expect([phaseOf(snapshot), openGates(snapshot)]).toEqual(['bridged', ['recording']]);
  });

  test.each<Stretch>(['purpose', 'choices'])('a refusal over the %s bridges unrecorded', (at) => {
    const { effects, changes, snapshot } = play(inbound, heard('deny', at));
    expect(effects).toEqual([
      { type: 'say', promptId: 'not-recorded' },
      { type: 'bridge' },
      { type: 'call-agent' },
    ]);
    expect(changes).toMatchObject([{ kind: 'refusal', answer: 'deny' }]);
    expect([phaseOf(snapshot), openGates(snapshot)]).toEqual(['bridged', []]);
  });

  test.each<Answer>(['grant', 'unclear', 'silence'])(
    '%s over the purpose has the purpose said again, without listening',
    (answer) => {
      const { effects, changes } = play(inbound, heard(answer, 'purpose'));
      expect(types(effects)).toEqual(['say', 'say', 'ask']);
      expect(effects[1]).toEqual({ type: 'say', promptId: 'recording-purpose' });
      expect(effects[2]).toMatchObject({ stretches: [{ stretch: 'choices' }] });
      expect(changes).toEqual([]);
    },
  );

  test.each<Answer>(['unclear', 'silence'])('%s twice is a refusal, and kept as such', (answer) => {
    const once = play(inbound, heard(answer));
    expect(once.effects).toMatchObject([
      { type: 'ask', stretches: [{ stretch: 'choices', promptId: 'recording-retry' }] },
    ]);
    const twice = play(inbound, heard(answer), heard(answer));
    expect(twice.changes).toMatchObject([{ kind: 'refusal', answer }]);
    expect(phaseOf(twice.snapshot)).toBe('bridged');
  });

  test('a grant at the second attempt names the prompts that were heard', () => {
    const { changes } = play(inbound, heard('silence'), heard('grant'));
    expect(changes).toMatchObject([{ promptIds: ['recording-purpose', 'recording-retry'] }]);
  });

  test('no way through the question takes more than three documents', () => {
    const { snapshot } = play(
      inbound,
      heard('grant', 'purpose'),
      heard('unclear'),
      heard('silence'),
    );
    expect(phaseOf(snapshot)).toBe('bridged');
  });

  test('an agent is asked and bridged, and rings nobody', () => {
    expect(types(play(agent, heard('grant')).effects)).toEqual([
      'start-stream',
      'say',
      'bridge',
      'open-gate',
    ]);
  });

  test('asking for a person at a later question takes back what was granted before', () => {
    const { effects, changes, snapshot } = play(twoQuestionsFlow, heard('grant'), {
      type: 'HEARD',
      stretch: 'choices',
      answer: 'deny',
      person: true,
    });
    expect(kinds(changes)).toEqual(['refusal', 'withdrawal']);
    expect(types(effects)).toEqual(['stop-stream', 'say', 'bridge', 'shut-gate', 'call-agent']);
    expect(openGates(snapshot)).toEqual([]);
  });
});

describe('the stream', () => {
  test('is there to record by: another use of what is said starts none', () => {
    const { effects, snapshot } = play(twoQuestionsFlow, heard('deny'), heard('grant'));
    expect(statusesOf(snapshot)).toEqual({ recording: 'refused', transcription: 'granted' });
    expect(openGates(snapshot)).toEqual(['transcription']);
    expect(types(effects)).toEqual(['say', 'bridge', 'open-gate', 'call-agent']);
  });

  test('stops with the permission to record, whatever else stands', () => {
    const { effects, snapshot } = play(twoQuestionsFlow, heard('grant'), heard('grant'), {
      type: 'WITHDRAW',
      purpose: 'recording',
    });
    expect(openGates(snapshot)).toEqual(['transcription']);
    expect(types(effects)).toEqual(['stop-stream', 'shut-gate']);
  });
});

describe('withdrawal', () => {
  const withdraw: CallEvent = { type: 'WITHDRAW', purpose: 'recording' };

  test('of a grant shuts the gate, stops the stream and writes one entry', () => {
    const { effects, changes, snapshot } = play(inbound, heard('grant'), withdraw);
    expect(effects).toEqual([
      { type: 'stop-stream' },
      { type: 'shut-gate', purpose: 'recording', reason: 'withdrawal' },
    ]);
    expect(kinds(changes)).toEqual(['withdrawal']);
    expect(statusesOf(snapshot)).toEqual({ recording: 'withdrawn' });
  });

  test('before the answer is a refusal, and a grant that comes after it counts for nothing', () => {
    const { all, snapshot, effects } = play(inbound, withdraw, heard('grant'));
    expect(kinds(all)).toEqual(['request', 'refusal']);
    expect(openGates(snapshot)).toEqual([]);
    expect(effects[0]).toEqual({ type: 'say', promptId: 'not-recorded' });
  });

  test('a purpose that was taken back before its question is not asked for', () => {
    const early = { type: 'WITHDRAW', purpose: 'transcription' } as const;
    const { all, snapshot } = play(twoQuestionsFlow, early, heard('grant'));
    expect(kinds(all)).toEqual(['request', 'refusal', 'grant']);
    expect(phaseOf(snapshot)).toBe('bridged');
  });

  test('twice writes one entry, and the second time nothing happens', () => {
    const once = play(inbound, heard('grant'), withdraw).snapshot;
    expect(advance(inbound, once, withdraw)).toEqual({ snapshot: once, effects: [], changes: [] });
  });

  test('by the star says so and goes back into the bridge, without ringing again', () => {
    const { effects, changes } = play(inbound, heard('grant'), { type: 'STAR' });
    expect(types(effects)).toEqual(['stop-stream', 'say', 'bridge', 'shut-gate']);
    expect(effects[1]).toEqual({ type: 'say', promptId: 'recording-stopped' });
    expect(kinds(changes)).toEqual(['withdrawal']);
  });

  test('the star of somebody who is not recorded says so and goes back', () => {
    const { effects, changes } = play(inbound, heard('deny'), { type: 'STAR' });
    expect(effects).toEqual([{ type: 'say', promptId: 'not-recorded' }, { type: 'bridge' }]);
    expect(changes).toEqual([]);
  });

  test('of a purpose the flow never asks for is ignored', () => {
    const { snapshot } = play(inbound, heard('grant'));
    expect(advance(inbound, snapshot, { type: 'WITHDRAW', purpose: 'sale' }).snapshot).toBe(
      snapshot,
    );
  });
});

describe('gates', () => {
  const joined: CallEvent = { type: 'OTHERS', granted: [] };
  const agreed: CallEvent = { type: 'OTHERS', granted: ['recording'] };

  test('somebody who has not granted shuts the gate, and their grant opens it again', () => {
    expect(play(inbound, heard('grant'), joined).effects).toEqual([
      { type: 'shut-gate', purpose: 'recording', reason: 'others' },
    ]);
    const again = play(inbound, heard('grant'), joined, agreed);
    expect(again.effects).toEqual([{ type: 'open-gate', purpose: 'recording' }]);
    expect(kinds(again.all)).toEqual(['request', 'grant']);
  });

  test('the stream starts when the gate first opens, even long after the grant', () => {
    expect(types(play(inbound, joined, heard('grant')).effects)).toEqual([
      'say',
      'bridge',
      'call-agent',
    ]);
    expect(types(play(inbound, joined, heard('grant'), agreed).effects)).toEqual([
      'start-stream',
      'open-gate',
    ]);
  });

  test('a pause shuts the gate and keeps the stream; it ends without a new start', () => {
    expect(play(inbound, heard('grant'), { type: 'PAUSE' }).effects).toEqual([
      { type: 'shut-gate', purpose: 'recording', reason: 'pause' },
    ]);
    expect(
      types(play(inbound, heard('grant'), { type: 'PAUSE' }, { type: 'RESUME' }).effects),
    ).toEqual(['open-gate']);
  });

  test('a machine found after the yes ends the grant for good', () => {
    const { effects, changes } = play(inbound, heard('grant'), { type: 'MACHINE' });
    expect(effects).toContainEqual({ type: 'shut-gate', purpose: 'recording', reason: 'machine' });
    expect(kinds(changes)).toEqual(['expiry']);
  });

  test('what a machine answers grants nothing, and the call goes on', () => {
    const { all, snapshot } = play(inbound, { type: 'MACHINE' }, heard('grant'));
    expect(kinds(all)).toEqual(['request']);
    expect([phaseOf(snapshot), openGates(snapshot)]).toEqual(['bridged', []]);
  });
});

describe('ends', () => {
  test('hanging up shuts the gate and leaves the permission as it was given', () => {
    const { effects, changes, snapshot } = play(inbound, heard('grant'), { type: 'HANGUP' });
    expect(effects).toEqual([
      { type: 'stop-stream' },
      { type: 'shut-gate', purpose: 'recording', reason: 'hangup' },
    ]);
    expect(changes).toEqual([]);
    expect(statusesOf(snapshot)).toEqual({ recording: 'granted' });
    expect(phaseOf(snapshot)).toBe('ended');
  });

  test('hanging up in the question writes nothing: asked, not answered', () => {
    const { changes, snapshot } = play(inbound, { type: 'HANGUP' });
    expect(changes).toEqual([]);
    expect(statusesOf(snapshot)).toEqual({ recording: 'requested' });
  });

  test('a bridge that is over ends the leg', () => {
    expect(types(play(inbound, heard('deny'), { type: 'SPOKEN' }).effects)).toEqual(['hangup']);
  });

  test.each([[[]], [[heard('grant')]], [[heard('silence')]]])(
    'a failure after %j leads to the bridge, unrecorded',
    (events) => {
      const { effects, snapshot } = play(inbound, ...events, { type: 'FAILED' });
      expect(effects).toContainEqual({ type: 'say', promptId: 'not-recorded' });
      expect(effects).toContainEqual({ type: 'bridge' });
      expect([phaseOf(snapshot), openGates(snapshot)]).toEqual(['bridged', []]);
    },
  );
});

describe('snapshots', () => {
  const { snapshot } = play(inbound, heard('grant'));
  const altered = (change: object) => JSON.parse(JSON.stringify({ ...snapshot, ...change }));
  const context = (change: object) => altered({ context: { ...snapshot.context, ...change } });

  test.each([
    ['a step that is not there', altered({ state: { live: { script: 'gone', envelope: {} } } })],
    ['a region that is missing', altered({ state: { live: { script: 'bridge' } } })],
    [
      'a region too many',
      altered({ state: { live: { ...(snapshot.state as { live: object }).live, x: {} } } }),
    ],
    ['no state', altered({ state: undefined })],
    ['a purpose of another flow', context({ statuses: { sale: 'granted' } })],
    ['a status that does not exist', context({ statuses: { recording: 'yes' } })],
    ['others of another flow', context({ others: ['sale'] })],
    ['no flag', context({ paused: undefined })],
    ['half an attempt', context({ attempt: 0.5 })],
  ])('one with %s is refused', (_, broken) => {
    expect(() => advance(inbound, broken, { type: 'HANGUP' })).toThrow();
  });

  test('nothing comes before STARTED', () => {
    expect(() => advance(inbound, null, { type: 'HANGUP' })).toThrow('HANGUP came before STARTED');
  });

  test('the order of members does not matter: a database may change it', () => {
    const { live } = snapshot.state as { live: { script: string; envelope: object } };
    const shuffled = {
      streaming: snapshot.streaming,
      context: Object.fromEntries(Object.entries(snapshot.context).reverse()),
      state: { live: { envelope: live.envelope, script: live.script } },
    } as unknown as CallSnapshot;
    expect(advance(inbound, shuffled, { type: 'STAR' })).toEqual(
      advance(inbound, snapshot, { type: 'STAR' }),
    );
  });

  test('the same events give the same outcome, and no event alters the snapshot before it', () => {
    const events = fc.array(fc.constantFrom(...alphabetOf(twoQuestionsFlow)), { maxLength: 12 });
    fc.assert(
      fc.property(events, (list) => {
        let at = advance(twoQuestionsFlow, null, { type: 'STARTED' }).snapshot;
        for (const event of list) {
          const before = JSON.stringify(at);
          const step = advance(twoQuestionsFlow, at, event);
          expect(advance(twoQuestionsFlow, JSON.parse(before), event)).toEqual(step);
          expect(JSON.stringify(at)).toBe(before);
          at = step.snapshot;
        }
      }),
      { numRuns: 50 },
    );
  });
});
