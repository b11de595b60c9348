/**
 * Two people on a line with an agent: each is asked on their own leg, each voice is kept only
 * with the permission of everybody on the bridge, and the caller gets through whatever happens.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalledParty, CallerScript, CallHandle } from '../../src/carrier/carrier.ts';
import {
  audioOf,
  type CallView,
  dropFrames,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { carrierPost } from './carrier-post.ts';
import { type RestProxy, startRestProxy } from './rest-proxy.ts';
import { callerVoice, firstFrame, spoken, spokenBetween } from './voices.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const manual: CallerScript = { otherwise: { manual: true } };
const willing: CallerScript = { otherwise: { press: '1' } };

let lines = 0;

/** A line of its own for every test: what is known of one is remembered for seconds. */
async function lineTo(agent: string, on: TestServer = server): Promise<string> {
  lines += 1;
  const number = `+1415555${String(2000 + lines)}`;
  const answer = await on.api(`/v1/lines/${encodeURIComponent(number)}`, {
    method: 'PUT',
    body: JSON.stringify({ flow: 'inbound', locale: 'en', controller: 'Acme', agent }),
  });
  expect(answer.status).toBe(200);
  return number;
}

interface Conversation {
  readonly caller: CallHandle;
  readonly agent: CallHandle;
  readonly agentNumber: string;
}

/** A caller, who is asked and bridged, and the agent who is rung then. */
async function conversation(
  party: CalledParty,
  script: CallerScript = willing,
  on: TestServer = server,
): Promise<Conversation> {
  const agentNumber = `+1202555${String(2000 + lines)}`;
  on.carrier.answerAs(agentNumber, party);
  const to = await lineTo(agentNumber, on);
  const caller = on.call({ to, audio: callerVoice(), caller: script });
  await caller.when('bridged');
  return { caller, agent: await on.carrier.called(agentNumber), agentNumber };
}

/** The agent lets the purpose be spoken, then presses a key. */
async function answerAs(agent: CallHandle, digit: string): Promise<void> {
  await agent.when('gathers', 1);
  agent.silent();
  await agent.when('gathers', 2);
  agent.pressDigits(digit);
  await agent.when('bridged');
}

/** Legs that we rang at a number. */
const rungAt = (caller: CallHandle, number: string): Promise<readonly CallHandle[]> =>
  Promise.all(
    [1, 2].map((nth) =>
      Promise.race([server.carrier.called(number, nth), caller.ended.then(() => null)]),
    ),
  ).then((legs) => legs.filter((leg) => leg !== null));

const roleOf = (view: CallView, role: string): CallView =>
  view.parties.find((party: CallView) => party.role === role);

const recordingsOf = (view: CallView, role: string): CallView[] =>
  view.recordings.filter(({ party }: CallView) => party === roleOf(view, role).id);

async function voiceOf(view: CallView, role: string): Promise<Buffer> {
  const [recording, another] = recordingsOf(view, role);
  expect(another).toBeUndefined();
  return audioOf(server, recording.id);
}

describe('an agent who allows it', () => {
  test('is rung once, asked by a whisper, and both voices are kept apart', async () => {
    const { caller, agent, agentNumber } = await conversation(willing);
    await caller.when('joined');
    await agent.when('stream-started');
    await sealFrames(server, caller, 33);
    await sealFrames(server, agent, 47);
    caller.hangup();
    await Promise.all([caller.ended, agent.ended]);
    expect(await agent.ended).toMatchObject({ by: 'api' });
    expect(await rungAt(caller, agentNumber)).toHaveLength(1);

    const heard = agent.events.map(({ type }) => type);
    expect(heard.indexOf('gathers')).toBeGreaterThan(heard.indexOf('answered'));
    expect(heard.indexOf('gathers')).toBeLessThan(heard.indexOf('bridged'));
    expect(agent.all('says').map(({ text }) => text)).toContain(
      'A caller is waiting. With your permission, Acme records your side to check the quality of its service.',
    );
    const view = await server.callView(caller.callSid, isSealed);
    expect(roleOf(view, 'caller').statuses.recording).toBe('granted');
    expect(roleOf(view, 'agent').statuses.recording).toBe('granted');
    expect(view.recordings).toHaveLength(2);
    const callers = await voiceOf(view, 'caller');
    expect(callers.equals(spoken(await firstFrame(caller), 33, callerVoice()))).toBe(true);
    const agents = await voiceOf(view, 'agent');
    expect(agents.equals(spoken(await firstFrame(agent), 47))).toBe(true);
  });

  test('is not on the bridge while the question is asked, so the caller is recorded', async () => {
    const { caller, agent } = await conversation(manual);
    await agent.when('gathers');
    await sealFrames(server, caller, 20);
    await answerAs(agent, '1');
    await agent.when('stream-started');
    await sealFrames(server, caller, 20);
    caller.hangup();
    await caller.ended;
    const view = await server.callView(caller.callSid, isSealed);
    expect(recordingsOf(view, 'caller')[0]).toMatchObject({ state: 'sealed', gaps: [] });
    const audio = await voiceOf(view, 'caller');
    expect(audio.equals(spoken(await firstFrame(caller), 40, callerVoice()))).toBe(true);
  });

  test('takes the caller with them when they leave', async () => {
    const { caller, agent } = await conversation(willing);
    await caller.when('joined');
    agent.hangup();
    await caller.ended;
    expect(await caller.ended).toMatchObject({ by: 'api' });
    const view = await server.callView(caller.callSid, isSealed);
    expect(view.state).toBe('ended');
  });

  test('stays on the bridge while the caller withdraws with * and comes back', async () => {
    const { caller, agent } = await conversation(willing);
    await caller.when('joined');
    await agent.when('stream-started');
    await sealFrames(server, caller, 15);
    await sealFrames(server, agent, 15);
    caller.star();
    await caller.when('bridged', 2);
    expect(agent.all('unbridged')).toEqual([]);
    expect((await agent.when('joined')).otherCallSid).toBe(caller.callSid);
    await caller.sendFrames(20).catch(() => {});
    await dropFrames(server, agent, 20);
    caller.hangup();
    await Promise.all([caller.ended, agent.ended]);
    const view = await server.callView(caller.callSid, isSealed);
    expect(roleOf(view, 'caller').statuses.recording).toBe('withdrawn');
    expect(roleOf(view, 'agent').statuses.recording).toBe('granted');
    const callers = await voiceOf(view, 'caller');
    expect(callers.equals(spoken(await firstFrame(caller), 15, callerVoice()))).toBe(true);
    const agents = await voiceOf(view, 'agent');
    expect(agents.equals(spoken(await firstFrame(agent), 15))).toBe(true);
  });
});

describe('an agent without a permission', () => {
  const refusals: readonly (readonly [string, CalledParty])[] = [
    ['refuses', { otherwise: { duringPurpose: { press: '2' } } }],
    ['is silent', { otherwise: { silent: true } }],
  ];

  test.each(refusals)('who %s joins, and nothing said meanwhile is kept', async (_, party) => {
    const { caller, agent } = await conversation(party);
    await agent.when('bridged');
    await caller.when('joined');
    await caller.when('stream-started');
    await dropFrames(server, caller, 30);
    caller.hangup();
    await Promise.all([caller.ended, agent.ended]);
    expect(agent.all('stream-started')).toEqual([]);
    const view = await server.callView(caller.callSid, isSealed);
    expect(roleOf(view, 'agent').statuses.recording).toBe('refused');
    expect(roleOf(view, 'caller').statuses.recording).toBe('granted');
    expect(recordingsOf(view, 'agent')).toEqual([]);
    for (const recording of recordingsOf(view, 'caller')) {
      expect(recording.durationMs).toBe(0);
    }
  });

  test('ends what is kept of the caller at the frame before they join', async () => {
    const { caller, agent } = await conversation(manual);
    await caller.when('stream-started');
    await sealFrames(server, caller, 25);
    await answerAs(agent, '2');
    await dropFrames(server, caller, 30);
    agent.hangup();
    await caller.ended;
    const view = await server.callView(caller.callSid, isSealed);
    const audio = await voiceOf(view, 'caller');
    expect(audio.equals(spoken(await firstFrame(caller), 25, callerVoice()))).toBe(true);
  });

  test('who hangs up at the question leaves the caller on the bridge, recorded', async () => {
    const { caller, agent } = await conversation(manual);
    await agent.when('gathers');
    agent.hangup();
    await agent.ended;
    await sealFrames(server, caller, 12);
    expect(caller.all('unbridged')).toEqual([]);
    caller.hangup();
    await caller.ended;
    const view = await server.callView(caller.callSid, isSealed);
    const audio = await voiceOf(view, 'caller');
    expect(audio.equals(spoken(await firstFrame(caller), 12, callerVoice()))).toBe(true);
  });
});

describe('an agent who cannot be had', () => {
  test.each(['busy', 'never-answers', 'fails'] as const)(
    'because their telephone is: %s, is not rung again, and the caller is not left waiting',
    async (pickup) => {
      const { caller, agent, agentNumber } = await conversation({ pickup });
      await agent.ended;
      expect(await caller.ended).toMatchObject({ by: 'api' });
      expect(await rungAt(caller, agentNumber)).toHaveLength(1);
      const view = await server.callView(caller.callSid, isSealed);
      expect(view.parties).toHaveLength(1);
      expect(roleOf(view, 'caller').statuses.recording).toBe('granted');
    },
  );

  test('because the carrier refuses to ring them, leaves no caller waiting either', async () => {
    const to = await lineTo('sip:desk@nowhere');
    const caller = server.call({ to, caller: willing });
    expect(await caller.ended).toMatchObject({ by: 'api' });
    expect(caller.all('bridged')).toHaveLength(1);
    const tasks = await server.database.sql`
      select failed, attempts from carrier_task where kind = 'call-agent'
        and call_id = (select call_id from leg where call_sid = ${caller.callSid})`;
    expect(tasks).toEqual([{ failed: 'carrier', attempts: 1 }]);
  });

  test('because the caller has gone, is hung up without a question', async () => {
    const { caller, agentNumber } = await conversation({ pickup: 'never-answers' });
    caller.hangup();
    await caller.ended;
    const { id } = await server.callView(caller.callSid, isSealed);
    const [invite] = await server.database.sql`select step from leg_invite where call_id = ${id}`;
    const callSid = `CA${randomBytes(16).toString('hex')}`;
    const post = () =>
      carrierPost(server, `/twilio/voice/${invite?.['step']}`, {
        CallSid: callSid,
        CallStatus: 'in-progress',
        Direction: 'outbound-api',
        From: '+14155550999',
        To: agentNumber,
      });
    const answer = await post();
    expect(answer.status).toBe(200);
    const document = await answer.text();
    expect(document).toMatch(/<Response>\s*<Hangup\s*\/>\s*<\/Response>/);
    expect(await (await post()).text()).toBe(document);
    expect(await server.database.sql`select from leg where call_sid = ${callSid}`).toEqual([]);
  });
});

describe('a carrier whose answer to a call that it made is lost', () => {
  let proxy: RestProxy;
  let behind: TestServer;

  beforeAll(async () => {
    proxy = await startRestProxy(({ path }) =>
      path.endsWith('/Calls.json') ? 'answer-lost' : 'answered',
    );
    behind = await testServer({ TWILIO_API_URL: proxy.url });
    proxy.aim(behind.carrier.url);
  });
  afterAll(async () => {
    await behind.close();
    await proxy.close();
  });

  test('is not asked for a second one', async () => {
    const { caller, agent } = await conversation(willing, willing, behind);
    await caller.when('joined');
    await agent.when('stream-started');
    await sealFrames(behind, caller, 10);
    // The upkeep looks for work that was left behind once a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    caller.hangup();
    await Promise.all([caller.ended, agent.ended]);
    const asked = proxy.requests.filter(({ path }) => path.endsWith('/Calls.json'));
    expect(asked).toHaveLength(1);
    const view = await behind.callView(caller.callSid, isSealed);
    expect(view.parties).toHaveLength(2);
  });
});

describe('a stranger on the bridge', () => {
  test('shuts every gate, and opens them again by leaving', async () => {
    const { caller, agent } = await conversation(willing);
    await caller.when('joined');
    await agent.when('stream-started');
    await sealFrames(server, caller, 21);
    await sealFrames(server, agent, 5);
    const { conference } = await caller.when('bridged');
    const stranger = `CA${randomBytes(16).toString('hex')}`;
    const report = async (event: string, sequence: number) => {
      const answer = await carrierPost(server, '/twilio/conference', {
        ConferenceSid: `CF${'0'.repeat(32)}`,
        FriendlyName: conference ?? '',
        CallSid: stranger,
        StatusCallbackEvent: event,
        SequenceNumber: String(sequence),
      });
      expect(answer.status).toBe(204);
    };
    await report('participant-join', 90);
    await dropFrames(server, caller, 30);
    await dropFrames(server, agent, 8);
    await report('participant-leave', 91);
    await sealFrames(server, caller, 14);
    await sealFrames(server, agent, 6);
    caller.hangup();
    await Promise.all([caller.ended, agent.ended]);

    const view = await server.callView(caller.callSid, isSealed);
    const legs = [
      [caller, recordingsOf(view, 'caller')[0], 21, 30, 14, callerVoice()],
      [agent, recordingsOf(view, 'agent')[0], 5, 8, 6, undefined],
    ] as const;
    for (const [leg, recording, before, meanwhile, after, voice] of legs) {
      expect(recording.gaps).toEqual([{ atMs: before * 20, ms: meanwhile * 20, reason: 'others' }]);
      expect(recording.durationMs).toBe((before + meanwhile + after) * 20);
      const audio = await audioOf(server, recording.id);
      expect(audio.equals(spokenBetween(await firstFrame(leg), recording, voice))).toBe(true);
    }
  });
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
