/**
 * Transfers, joins and holds with signed webhooks and real sound: whose voice is kept is looked at
 * in the recordings, frame by frame.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalledParty, CallerScript, CallHandle } from '../../src/carrier/carrier.ts';
import { generator } from '../support/chance.ts';
import {
  audioOf,
  type CallView,
  dropFrames,
  isSealed,
  mediaCount,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { callerVoice, firstFrame, spokenBetween } from './voices.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const willing: CallerScript = { otherwise: { press: '1' } };
const unwilling: CalledParty = { otherwise: { press: '2' } };

let numbers = 0;
/** Nobody else's. */
function freshNumber(party?: CalledParty): string {
  numbers += 1;
  const number = `+1202555${String(3000 + numbers)}`;
  if (party !== undefined) server.carrier.answerAs(number, party);
  return number;
}

interface Talk {
  readonly caller: CallHandle;
  readonly agent: CallHandle;
  readonly path: string;
}

/** A caller and an agent on the bridge. */
async function talk(flow = 'inbound', agentParty: CalledParty = willing): Promise<Talk> {
  const agentNumber = freshNumber(agentParty);
  const to = freshNumber();
  const settings = { flow, locale: 'en', controller: 'Acme', agent: agentNumber };
  const put = { method: 'PUT', body: JSON.stringify(settings) };
  expect((await server.api(`/v1/lines/${encodeURIComponent(to)}`, put)).status).toBe(200);
  const caller = server.call({ to, audio: callerVoice(), caller: willing });
  const agent = await server.carrier.called(agentNumber);
  await agent.when('bridged');
  return { caller, agent, path: `/v1/calls/${caller.callSid}/parties` };
}

const post = (path: string, body: object) =>
  server.api(path, { method: 'POST', body: JSON.stringify(body) });

async function add(
  { path }: Talk,
  role: string,
  party: CalledParty = willing,
): Promise<{ readonly id: string; readonly leg: CallHandle }> {
  const to = freshNumber(party);
  const answer = await post(path, { role, to });
  const body = (await answer.json()) as CallView;
  expect([answer.status, body.role]).toEqual([201, role]);
  expect(body.number).toMatch(/^\+1 202 •+ \d{3}$/);
  return { id: body.id, leg: await server.carrier.called(to) };
}

const roleOf = (view: CallView, role: string): CallView =>
  view.parties.find((party: CallView) => party.role === role);

/** Frames one by one until one is kept: what opens a gate is reported by nobody. */
async function untilKept(leg: CallHandle): Promise<void> {
  const before = await mediaCount(server, 'frames_sealed');
  for (let tries = 0; (await mediaCount(server, 'frames_sealed')) === before; tries += 1) {
    if (tries === 200) throw new Error('nothing is recorded any more');
    await leg.sendFrames(1);
  }
}

/** What is kept of a party is what they said, with silence of the right length in its gaps. */
async function expectOwnVoice(
  view: CallView,
  role: string,
  leg: CallHandle,
  reasons: readonly string[],
): Promise<void> {
  const [recording, another] = view.recordings.filter(
    ({ party }: CallView) => party === roleOf(view, role).id,
  );
  expect(another).toBeUndefined();
  expect(recording.gaps.map(({ reason }: CallView) => reason)).toEqual(reasons);
  const audio = await audioOf(server, recording.id);
  const voice = role === 'caller' ? callerVoice() : undefined;
  const expected = spokenBetween(await firstFrame(leg), recording, voice);
  expect(audio.equals(expected)).toBe(true);
}

describe('somebody who joins', () => {
  test('and refuses: nothing is kept while they are there, and it goes on when they leave', async () => {
    const call = await talk();
    const { caller, agent, path } = call;
    await caller.when('stream-started');
    await sealFrames(server, caller, 20);
    const { id, leg } = await add(call, 'joiner', unwilling);
    await leg.when('bridged');
    await dropFrames(server, caller, 25);
    await dropFrames(server, agent, 25);
    expect((await server.api(`${path}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await leg.ended).toMatchObject({ by: 'api' });
    await untilKept(caller);
    await sealFrames(server, caller, 20);
    expect((await server.api(`${path}/${id}`, { method: 'DELETE' })).status).toBe(204);
    caller.hangup();
    await caller.ended;
    const view = await server.callView(caller.callSid, isSealed);
    expect(roleOf(view, 'joiner').statuses.recording).toBe('refused');
    await expectOwnVoice(view, 'caller', caller, ['others']);
    const ids = view.recordings.map(({ party }: CallView) => party);
    expect(ids).not.toContain(roleOf(view, 'joiner').id);
  });

  test('and allows it takes it back with the star, and is on the call again', async () => {
    const call = await talk();
    const { caller } = call;
    const { leg } = await add(call, 'joiner');
    await leg.when('bridged');
    await leg.when('stream-started');
    await sealFrames(server, leg, 15);
    await sealFrames(server, caller, 15);
    leg.star();
    await leg.when('bridged', 2);
    expect(leg.all('says').map(({ text }) => text)).toContain(
      'Recording has stopped. Connecting you again.',
    );
    await dropFrames(server, caller, 15);
    caller.hangup();
    await Promise.all([caller.ended, leg.ended]);
    const view = await server.callView(caller.callSid, isSealed);
    expect(roleOf(view, 'joiner').statuses.recording).toBe('withdrawn');
    await expectOwnVoice(view, 'joiner', leg, []);
  });

  test('and never picks up is not shown any more, and the call goes on', async () => {
    const call = await talk();
    const { id, leg } = await add(call, 'joiner', { pickup: 'never-answers' });
    await leg.ended;
    const isGone = ({ parties }: CallView) => parties.every((party: CallView) => party.id !== id);
    const view = await server.callView(call.caller.callSid, isGone);
    expect(view.state).toBe('bridged');
    expect((await server.api(`${call.path}/${id}`, { method: 'DELETE' })).status).toBe(204);
    call.caller.hangup();
    await call.caller.ended;
  });
});

describe('a transfer', () => {
  test('goes on without the agent, and is over when nobody is left with the caller', async () => {
    const call = await talk();
    const { caller, agent, path } = call;
    await sealFrames(server, caller, 10);
    const { leg } = await add(call, 'transferee');
    await leg.when('bridged');
    await leg.when('stream-started');
    const agentId = roleOf(await server.callView(caller.callSid), 'agent').id;
    expect((await server.api(`${path}/${agentId}`, { method: 'DELETE' })).status).toBe(204);
    await agent.ended;
    await sealFrames(server, caller, 10);
    await sealFrames(server, leg, 20);
    expect(caller.all('unbridged')).toEqual([]);
    leg.hangup();
    expect(await caller.ended).toMatchObject({ by: 'api' });
    const view = await server.callView(caller.callSid, isSealed);
    await expectOwnVoice(view, 'caller', caller, []);
    await expectOwnVoice(view, 'transferee', leg, []);
  });

  test('waits for the transferee when the agent leaves first, and ends if they do not come', async () => {
    const call = await talk();
    const { leg } = await add(call, 'transferee', { otherwise: { manual: true } });
    await leg.when('gathers');
    call.agent.hangup();
    await call.agent.ended;
    await sealFrames(server, call.caller, 10);
    leg.hangup();
    expect(await call.caller.ended).toMatchObject({ by: 'api' });
  });

  test('is consulted about while the caller is on hold, and nobody is recorded meanwhile', async () => {
    const call = await talk();
    const { caller, agent, path } = call;
    await agent.when('stream-started');
    await sealFrames(server, caller, 10);
    await sealFrames(server, agent, 10);
    const callerId = roleOf(await server.callView(caller.callSid), 'caller').id;
    const held = await post(`${path}/${callerId}`, { state: 'held' });
    const shown = (await held.json()) as CallView;
    expect([held.status, roleOf(shown, 'caller').held]).toEqual([200, true]);
    expect(await caller.when('held')).toMatchObject({ on: true });
    const { leg } = await add(call, 'transferee');
    await leg.when('bridged');
    await dropFrames(server, caller, 10);
    await dropFrames(server, agent, 10);
    expect((await post(`${path}/${callerId}`, { state: 'held' })).status).toBe(409);
    expect((await post(`${path}/${callerId}`, { state: 'active' })).status).toBe(200);
    expect(await caller.when('held', 2)).toMatchObject({ on: false });
    await untilKept(caller);
    await sealFrames(server, caller, 10);
    caller.hangup();
    await caller.ended;
    const view = await server.callView(caller.callSid, isSealed);
    await expectOwnVoice(view, 'caller', caller, ['others']);
    expect(server.carrier.protocolErrors).toEqual([]);
  });
});

test('with a flow that lets each be recorded alone, only their own voice is kept', async () => {
  const { caller, agent } = await talk('inbound-each', unwilling);
  await caller.when('stream-started');
  await sealFrames(server, caller, 30);
  expect(agent.all('stream-started')).toEqual([]);
  caller.hangup();
  await caller.ended;
  const view = await server.callView(caller.callSid, isSealed);
  expect(view.recordings).toHaveLength(1);
  await expectOwnVoice(view, 'caller', caller, []);
});

const given = process.env['CONSENTRY_SIM_SEED'];
const seed = given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);

/** Somebody of a random call, as far as they and we know. */
interface Present {
  readonly id: string;
  readonly leg: CallHandle;
  readonly own: boolean;
  granted: boolean;
  there: boolean;
}

describe(`calls in random order (seed ${seed})`, () => {
  test.each([0, 1, 2, 3, 4, 5])('keep what may be kept, frame by frame (%i)', async (nth) => {
    const chance = generator(seed + nth);
    const below = (limit: number): number => Math.floor(chance() * limit);
    const call = await talk();
    const { caller, agent, path } = call;
    await caller.when('joined');
    const start = await server.callView(caller.callSid);
    const present: Present[] = (['caller', 'agent'] as const).map((role) => ({
      id: roleOf(start, role).id,
      leg: role === 'caller' ? caller : agent,
      own: role === 'caller',
      granted: true,
      there: true,
    }));
    let isHeld = false;

    async function join(): Promise<void> {
      const granted = below(3) > 0;
      const role = below(2) === 0 ? 'joiner' : 'transferee';
      const { id, leg } = await add(call, role, granted ? willing : unwilling);
      await leg.when('bridged');
      present.push({ id, leg, own: false, granted, there: true });
    }
    async function leave(): Promise<void> {
      const who = present.filter(({ there, leg }) => there && leg !== caller)[below(2)];
      if (who === undefined || present.filter(({ there }) => there).length < 3) return;
      who.there = false;
      await server.api(`${path}/${who.id}`, { method: 'DELETE' });
      await who.leg.ended;
    }
    async function hold(): Promise<void> {
      isHeld = !isHeld;
      const seen = caller.all('held').length;
      await post(`${path}/${present[0]?.id}`, { state: isHeld ? 'held' : 'active' });
      await caller.when('held', seen + 1);
    }
    async function star(): Promise<void> {
      const who = present.find(({ there, granted, leg }) => there && granted && leg !== agent);
      if (who === undefined || isHeld || below(3) > 0) return;
      const before = who.leg.all('bridged').length;
      who.leg.star();
      who.granted = false;
      await who.leg.when('bridged', before + 1);
    }
    async function takeBack(): Promise<void> {
      const who = present.filter(({ there }) => there)[below(4)];
      if (who === undefined || below(3) > 0) return;
      who.granted = false;
      const body = JSON.stringify({ purpose: 'recording', party: who.id });
      const to = `/v1/calls/${caller.callSid}/withdraw`;
      expect((await server.api(to, { method: 'POST', body })).status).toBe(200);
    }
    /** Everybody who may be heard at all says something. */
    async function speak(): Promise<void> {
      const all = present.filter(({ there }) => there);
      const isKept = !isHeld && all.every(({ granted }) => granted);
      for (const { leg, granted } of all) {
        if (!granted) continue;
        if (isKept) {
          await leg.when('stream-started');
          await untilKept(leg);
          await sealFrames(server, leg, 5);
        } else if (leg.all('stream-started').length > 0) await dropFrames(server, leg, 5);
      }
    }

    await speak();
    const acts = [join, join, leave, leave, hold, star, takeBack];
    for (let step = 0; step < 10; step += 1) {
      await acts[below(acts.length)]?.();
      await speak();
    }
    caller.hangup();
    await Promise.all(present.map(({ leg }) => leg.ended));
    const view = await server.callView(caller.callSid, isSealed, 30);
    for (const { id, leg, own } of present) {
      const kept = view.recordings.filter(({ party }: CallView) => party === id);
      expect(kept.length).toBeLessThanOrEqual(1);
      for (const recording of kept) {
        const audio = await audioOf(server, recording.id);
        const voice = own ? callerVoice() : undefined;
        const expected = spokenBetween(await firstFrame(leg), recording, voice);
        expect(audio.equals(expected)).toBe(true);
      }
    }
  });
});

describe('what cannot be done is said', () => {
  test.each([
    ['an address that is none', { role: 'joiner', to: 'Bob' }, 422, 'body.to'],
    ['a role that comes with the call', { role: 'agent', to: '+12025550100' }, 422, 'body.role'],
    ['no role', { to: '+12025550100' }, 422, 'body.role'],
    [
      'a flow of another role',
      { role: 'joiner', to: '+12025550100', flow: 'transferee' },
      422,
      'body.flow',
    ],
    ['a flow of nobody', { role: 'joiner', to: '+12025550100', flow: 'nope' }, 422, 'body.flow'],
  ])('to %s', async (_, body, status, place) => {
    const { caller, path } = await talk();
    const answer = await post(path, body);
    const problem = (await answer.json()) as CallView;
    expect([answer.status, problem.mistakes[0].path]).toEqual([status, place]);
    expect(JSON.stringify(problem)).not.toContain('2025550100');
    caller.hangup();
    await caller.ended;
  });

  test('to a call that is over, of a line nobody set up, and to a party who is not there', async () => {
    const { caller, path } = await talk();
    const nobody = `${path}/${crypto.randomUUID()}`;
    expect((await post(nobody, { state: 'held' })).status).toBe(404);
    expect((await server.api(nobody, { method: 'DELETE' })).status).toBe(404);
    caller.hangup();
    await caller.ended;
    await server.callView(caller.callSid, ({ state }) => state === 'ended');
    const over = await post(path, { role: 'joiner', to: '+12025550100' });
    expect([over.status, ((await over.json()) as CallView).code]).toEqual([409, 'conflict']);
    const lone = server.call({ caller: willing });
    await lone.when('bridged');
    const none = await post(`/v1/calls/${lone.callSid}/parties`, {
      role: 'joiner',
      to: '+12025550100',
    });
    expect([none.status, ((await none.json()) as CallView).detail]).toEqual([
      409,
      expect.stringContaining('line'),
    ]);
    lone.hangup();
    await lone.ended;
  });
});

describe('whoever is to be added', () => {
  const listed = (number: string) => post('/v1/opt-outs', { number, channel: 'call' });

  test('and asked not to be called is not rung, and the answer says why', async () => {
    const running = await talk();
    const to = freshNumber(willing);
    await listed(to);
    const answer = await post(running.path, { role: 'transferee', to });
    const problem = (await answer.json()) as CallView;
    expect([answer.status, problem.code]).toEqual([403, 'not_dialled']);
    expect(problem.reasons).toMatchObject([{ code: 'INTERNAL_DNC' }]);
    const receipt = await server.api(`/v1/receipts/${problem.evidenceId}`);
    expect(receipt.status).toBe(200);
    expect(JSON.stringify(problem)).not.toContain(to);
    running.caller.hangup();
    await running.caller.ended;
  });

  test('is rung at any hour, and at a toll-free number, but at no premium one', async () => {
    const running = await talk();
    const free = await post(running.path, { role: 'joiner', to: '+18885550102' });
    expect(free.status).toBe(201);
    const premium = await post(running.path, { role: 'joiner', to: '+19005550102' });
    expect(premium.status).toBe(403);
    running.caller.hangup();
    await running.caller.ended;
  });
});
