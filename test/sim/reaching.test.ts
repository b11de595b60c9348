/**
 * Flows that ring somebody: a number of their own, or the agent while the caller waits. Whoever
 * comes is asked on their own leg; whoever does not come leaves no caller behind.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalledParty, CallerScript, CallHandle } from '../../src/carrier/carrier.ts';
import { type OwnFlows, ownFlows } from '../support/own-flows.ts';
import {
  audioOf,
  type CallView,
  isSealed,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { callerVoice, firstFrame, spoken } from './voices.ts';

const ask = `
  ask-recording: { ask: recording, granted: go, refused: go }`;
const tail = `
  leave-word: { task: call-back, next: goodbye }
  goodbye: { end: goodbye }`;

let own: OwnFlows;
let server: TestServer;
beforeAll(async () => {
  own = await ownFlows(
    {
      dialling: `
name: dialling
version: 1
steps:${ask}
  go:
    dial: +442079460001
    whisper: { granted: told-granted, refused: told-refused }
    unanswered: leave-word
    afterwards: after
  after: { say: thanks, next: goodbye }${tail}`,
      queueing: `
name: queueing
version: 1
person: go
steps:${ask}
  go:
    queue: please-wait
    whisper: told-granted
    choices: { '9': leave-word }
    otherwise: goodbye
    attempts: 3${tail}`,
      mailbox: `
name: mailbox
version: 1
steps:
  greet: { say: greeting, next: message }
  message: { voicemail: speak-now, next: goodbye }
  goodbye: { end: goodbye }`,
    },
    {
      'told-granted': 'The caller allows recording.',
      'told-refused': 'The caller does not allow recording.',
      'please-wait': 'Please wait. To be called back, press 9.',
      thanks: 'Thank you for calling.',
    },
  );
  server = await testServer({}, { folders: own.folders });
});
afterAll(async () => {
  await server.close();
  await own.remove();
});

const dialled = '+442079460001';
const manual: CallerScript = { otherwise: { manual: true } };
const willing: CalledParty = { otherwise: { press: '1' } };
let lines = 0;

async function lineOf(flow: string, agent: string): Promise<string> {
  lines += 1;
  const number = `+1415555${String(6000 + lines)}`;
  const answer = await server.api(`/v1/lines/${encodeURIComponent(number)}`, {
    method: 'PUT',
    body: JSON.stringify({ flow, locale: 'en', controller: 'Acme', agent }),
  });
  expect(answer.status).toBe(200);
  return number;
}

const saidTo = (leg: CallHandle): string =>
  leg
    .all('says')
    .map(({ text }) => text)
    .join(' ');
const tasksOf = async ({ callSid }: CallHandle): Promise<readonly string[]> => {
  const rows = await server.database.sql`
    select kind from desk_task join leg using (party_id) where call_sid = ${callSid}`;
  return rows.map(({ kind }) => String(kind));
};
/** How often a number was rung before now. */
let rung = 0;

describe('a number that the flow dials', () => {
  async function dialling(party: CalledParty, script: CallerScript) {
    server.carrier.answerAs(dialled, party);
    const to = await lineOf('dialling', '+12025553999');
    const caller = server.call({ to, audio: callerVoice(), caller: script });
    await caller.when('bridged');
    rung += 1;
    return { caller, other: await server.carrier.called(dialled, rung) };
  }

  test('is rung instead of the agent, hears how the caller answered, and is asked', async () => {
    const { caller, other } = await dialling(willing, { otherwise: { press: '1' } });
    await caller.when('joined');
    await other.when('stream-started');
    await sealFrames(server, caller, 20);
    expect(saidTo(other)).toMatch(/^The caller allows recording\. .*Acme records your side/);
    caller.star();
    await caller.when('bridged', 2);
    expect(other.all('unbridged')).toEqual([]);
    caller.hangup();
    await Promise.all([caller.ended, other.ended]);
    const view = await server.callView(caller.callSid, isSealed);
    expect(view.parties.map(({ role }: CallView) => role)).toEqual(['caller', 'agent']);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
  });

  test('hears it where the caller refused', async () => {
    const { caller, other } = await dialling(willing, { otherwise: { press: '2' } });
    await caller.when('joined');
    expect(saidTo(other)).toMatch(/^The caller does not allow recording\./);
    caller.hangup();
    await caller.ended;
  });

  test('that hangs up leads on to what comes afterwards', async () => {
    const { caller, other } = await dialling(willing, { otherwise: { press: '1' } });
    await caller.when('joined');
    other.hangup();
    expect(await caller.ended).toMatchObject({ by: 'document' });
    expect(saidTo(caller)).toMatch(/Thank you for calling\. .*Goodbye/);
    await server.callView(caller.callSid, isSealed);
  });

  test.each(['busy', 'never-answers', 'fails'] as const)(
    'that cannot be reached (%s) leads on to what the flow says',
    async (pickup) => {
      const { caller } = await dialling({ pickup }, { otherwise: { press: '1' } });
      expect(await caller.ended).toMatchObject({ by: 'document' });
      expect(saidTo(caller)).toContain('Goodbye');
      expect(await tasksOf(caller)).toEqual(['call-back']);
    },
  );

  test('from a line that nobody configured cannot be rung, and leads on, too', async () => {
    const caller = server.call({ flow: 'dialling', caller: { otherwise: { press: '1' } } });
    expect(await caller.ended).toMatchObject({ by: 'document' });
    expect(await tasksOf(caller)).toEqual(['call-back']);
  });

  test('that hangs up at its question counts as nobody', async () => {
    const { caller, other } = await dialling(manual, { otherwise: { press: '1' } });
    await other.when('gathers');
    other.hangup();
    expect(await caller.ended).toMatchObject({ by: 'document' });
    expect(await tasksOf(caller)).toEqual(['call-back']);
  });
});

describe('a caller who waits', () => {
  let agents = 0;
  const agentNumber = () => `+1202555${String(7000 + agents)}`;

  async function queueing(party: CalledParty, answers: CallerScript['answers'] = [{ press: '1' }]) {
    agents += 1;
    server.carrier.answerAs(agentNumber(), party);
    const to = await lineOf('queueing', agentNumber());
    const caller = server.call({ to, audio: callerVoice(), caller: { answers, ...manual } });
    await caller.when('gathers', 3);
    return caller;
  }

  test('is brought to whoever picks up, and recorded only then', async () => {
    const caller = await queueing(manual);
    const agent = await server.carrier.called(agentNumber());
    await agent.when('gathers');
    expect(saidTo(agent)).toMatch(/^The caller allows recording\./);
    expect(caller.all('stream-started')).toEqual([]);
    agent.silent();
    await agent.when('gathers', 2);
    agent.pressDigits('1');
    await caller.when('bridged');
    await caller.when('stream-started');
    await sealFrames(server, caller, 10);
    caller.hangup();
    await Promise.all([caller.ended, agent.ended]);
    const view = await server.callView(caller.callSid, isSealed);
    expect(view.recordings.map(({ gaps }: CallView) => gaps)).toEqual([[], []]);
  });

  test('has somebody rung again with each announcement, and is not left waiting', async () => {
    const caller = await queueing({ pickup: 'busy' });
    for (const nth of [1, 2, 3]) {
      const agent = await server.carrier.called(agentNumber(), nth);
      await agent.ended;
      await caller.when('gathers', 2 + nth);
      // The report of the busy line is worked off before the wait is over.
      await server.callView(caller.callSid);
      caller.silent();
    }
    expect(await caller.ended).toMatchObject({ by: 'document' });
    expect(saidTo(caller).match(/Please wait/g)).toHaveLength(3);
    expect(saidTo(caller)).toContain('Goodbye');
  });

  test('leaves by the key, and whoever was being asked is let go', async () => {
    const caller = await queueing(manual);
    const agent = await server.carrier.called(agentNumber());
    await agent.when('gathers');
    caller.pressDigits('9');
    expect(await caller.ended).toMatchObject({ by: 'document' });
    expect(await agent.ended).toMatchObject({ by: 'api' });
    expect(await tasksOf(caller)).toEqual(['call-back']);
  });

  test('who wanted a person waits for one, unrecorded', async () => {
    const caller = await queueing(willing, [{ press: '0' }]);
    await caller.when('bridged');
    const agent = await server.carrier.called(agentNumber());
    expect([...caller.all('stream-started'), ...agent.all('stream-started')]).toEqual([]);
    caller.hangup();
    await Promise.all([caller.ended, agent.ended]);
    const view = await server.callView(caller.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('refused');
    expect(view.parties[1].statuses.recording).toBe('granted');
  });
});

describe('a message', () => {
  const caller = (script: CallerScript) =>
    server.call({ flow: 'mailbox', audio: callerVoice(), caller: script });

  test('is recorded after the key, up to the next one, and belongs to a call that is called back', async () => {
    const leg = caller({ answers: [{ press: '1' }], ...manual });
    await leg.when('stream-started');
    await leg.when('gathers', 3);
    await sealFrames(server, leg, 50);
    leg.pressDigits('#');
    expect(await leg.ended).toMatchObject({ by: 'document' });
    const view = await server.callView(leg.callSid, isSealed);
    const [message, another] = view.recordings;
    expect(leg.all('plays')).toHaveLength(1);
    expect([message.state, message.durationMs, another]).toEqual(['sealed', 1000, undefined]);
    const audio = await audioOf(server, message.id);
    expect(audio.equals(spoken(await firstFrame(leg), 50, callerVoice()))).toBe(true);
    expect(await tasksOf(leg)).toEqual(['call-back']);
  });

  test('ends with the call, and is kept', async () => {
    const leg = caller({ answers: [{ press: '1' }], ...manual });
    await leg.when('gathers', 3);
    await leg.when('stream-started');
    await sealFrames(server, leg, 10);
    leg.hangup();
    await leg.ended;
    const view = await server.callView(leg.callSid, isSealed);
    expect(view.recordings[0]).toMatchObject({ state: 'sealed', durationMs: 200 });
    expect(view.parties[0].statuses.recording).toBe('granted');
    expect(await tasksOf(leg)).toEqual(['call-back']);
  });

  test.each([
    ['2', ['call-back']],
    ['7', ['call-back']],
  ])('is not recorded after the key %s', async (press, tasks) => {
    const leg = caller({ otherwise: { press } });
    expect(await leg.ended).toMatchObject({ by: 'document' });
    const view = await server.callView(leg.callSid, isSealed);
    expect(view.recordings).toEqual([]);
    expect(leg.all('stream-started')).toEqual([]);
    expect(await tasksOf(leg)).toEqual(tasks);
  });
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
