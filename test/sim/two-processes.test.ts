import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallHandle } from '../../src/carrier/carrier.ts';
import {
  audioOf,
  type CallView,
  isSealed,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { freePort } from './child-server.ts';
import { firstFrame, spoken, spokenBetween } from './voices.ts';

let balancer: Balancer;
let servers: readonly { readonly server: TestServer; readonly url: string }[];
let server: TestServer;

async function start(beside?: TestServer) {
  const port = await freePort();
  const environment = { PORT: String(port), PUBLIC_URL: balancer.url };
  return {
    server: await testServer(environment, beside === undefined ? {} : { beside }),
    url: `http://127.0.0.1:${port}`,
  };
}

beforeAll(async () => {
  balancer = await startBalancer();
  const first = await start();
  servers = [first, await start(first.server)];
  server = first.server;
  balancer.aim(servers.map(({ url }) => url));
});
afterAll(async () => {
  for (const { server: one } of [...servers].reverse()) await one.close();
  await balancer.close();
});

const willing = { otherwise: { press: '1' } } as const;

async function sealedAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^consentry_media_frames_sealed_total (\d+)$/m.exec(text)?.[1]);
}

/** Sends frames until so many are sealed, and says which server seals them. */
async function seal(call: CallHandle, count: number): Promise<{ holder: string; other: string }> {
  const urls = servers.map(({ url }) => url);
  const before = await Promise.all(urls.map(sealedAt));
  await call.sendFrames(count);
  for (let tries = 0; tries < 400; tries += 1) {
    const now = await Promise.all(urls.map(sealedAt));
    const at = now.findIndex((frames, i) => frames >= (before[i] ?? 0) + count);
    if (at >= 0) return { holder: urls[at] ?? '', other: urls[1 - at] ?? '' };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the frames were never sealed');
}

async function ask(url: string, path: string, body: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const kindsOf = (view: CallView): string[] => view.entries.map(({ kind }: CallView) => kind).sort();

async function granted(): Promise<CallHandle> {
  const call = server.call({ caller: willing });
  await call.when('stream-started');
  return call;
}

describe('what one server is told of a person', () => {
  test('the other knows within a second: a child whom it knew before is asked nothing', async () => {
    const [one, other] = servers.map(({ url }) => url);
    if (one === undefined || other === undefined) throw new Error('there are two servers');
    const from = '+14155552811';
    balancer.aim([other]);
    const early = server.call({ from, caller: { otherwise: { silent: true } } });
    await early.when('gathers');
    early.hangup();
    await early.ended;
    const told = await ask(one, '/v1/choices', {
      number: from,
      purpose: 'sale',
      kind: 'refused',
      channel: 'email',
      at: new Date(Date.now() - 60_000).toISOString(),
      ageBand: 'under-13',
    });
    expect(told.status).toBe(201);
    const since = performance.now();
    let asked = true;
    while (asked && performance.now() - since < 1_000) {
      const late = server.call({ from, caller: { otherwise: { press: '2' } } });
      await late.when('bridged');
      late.hangup();
      await late.ended;
      asked = late.all('gathers').length > 0;
    }
    balancer.aim([one, other]);
    expect(asked).toBe(false);
  });
});

describe('two servers that take turns', () => {
  test('carry a call on from step to step', async () => {
    for (let round = 0; round < 4; round += 1) {
      const call = await granted();
      await seal(call, 18);
      call.star();
      await call.when('bridged', 2);
      call.hangup();
      await call.ended;
      const view = await server.callView(call.callSid, isSealed);
      expect(kindsOf(view)).toEqual(['grant', 'request', 'sealing', 'withdrawal']);
      const audio = await audioOf(server, view.recordings[0].id);
      expect(audio.equals(spoken(await firstFrame(call), 18))).toBe(true);
    }
  });

  test('give one answer to a step that reaches both at once', async () => {
    for (let round = 0; round < 4; round += 1) {
      const repeat = { times: 3, when: 'at-once', token: 'other' } as const;
      const call = server.call({ faults: { repeat }, caller: willing });
      await call.when('stream-started');
      await seal(call, 5);
      call.hangup();
      await call.ended;
      const repeats = call.all('webhook-repeated');
      expect(repeats.length).toBeGreaterThanOrEqual(3);
      for (const { identical } of repeats) expect(identical).toBe(true);
      const view = await server.callView(call.callSid, isSealed);
      expect(kindsOf(view)).toEqual(['grant', 'request', 'sealing']);
    }
  });

  test('ring the agent of a call once, and end it together', async () => {
    const agentNumber = '+12025552700';
    const answer = await server.api(`/v1/lines/${encodeURIComponent('+14155552700')}`, {
      method: 'PUT',
      body: JSON.stringify({
        flow: 'inbound',
        locale: 'en',
        controller: 'Acme',
        agent: agentNumber,
      }),
    });
    expect(answer.status).toBe(200);
    for (let round = 1; round <= 3; round += 1) {
      const call = server.call({ to: '+14155552700', caller: willing });
      await call.when('joined');
      const agent = await server.carrier.called(agentNumber, round);
      agent.hangup();
      await Promise.all([call.ended, agent.ended]);
      const view = await server.callView(call.callSid, isSealed);
      expect(view.parties).toHaveLength(2);
      expect(kindsOf(view).filter((kind) => kind === 'grant')).toHaveLength(2);
    }
  });
});

describe('a server that does not hold the media', () => {
  test('stops them by a withdrawal', async () => {
    const call = await granted();
    const { other } = await seal(call, 26);
    const answer = await ask(other, `/v1/calls/${call.callSid}/withdraw`, { purpose: 'recording' });
    expect(answer.status).toBe(200);
    const over = ({ recordings }: CallView) => recordings[0].state !== 'live';
    const live = await server.callView(call.callSid, over);
    expect(live.state).toBe('bridged');
    await call.sendFrames(30);
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    expect(view.recordings).toHaveLength(1);
    const audio = await audioOf(server, view.recordings[0].id);
    expect(audio.equals(spoken(await firstFrame(call), 26))).toBe(true);
  });

  test('pauses and resumes them, whichever of the two is asked', async () => {
    const call = await granted();
    const { holder, other } = await seal(call, 10);
    const path = `/v1/calls/${call.callSid}/recording`;
    const turns = [
      [other, holder],
      [holder, other],
      [other, other],
    ] as const;
    for (const [pauser, resumer] of turns) {
      expect((await ask(pauser, path, { state: 'paused' })).status).toBe(200);
      await call.sendFrames(10);
      expect((await ask(resumer, path, { state: 'resumed' })).status).toBe(200);
      expect((await ask(pauser, path, { state: 'resumed' })).status).toBe(409);
      // The news of it takes a moment from one to the other.
      const before = await sealedAt(holder);
      while ((await sealedAt(holder)) === before) {
        await call.sendFrames(1);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    await seal(call, 10);
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    const [recording, another] = view.recordings;
    expect(another).toBeUndefined();
    const audio = await audioOf(server, recording.id);
    expect(audio.equals(spokenBetween(await firstFrame(call), recording))).toBe(true);
    for (const { reason } of recording.gaps) expect(reason).toBe('pause');
  });
});

test('a server that starts leaves the live recordings of another alone', async () => {
  const call = await granted();
  await seal(call, 10);
  const third = await start(server);
  await seal(call, 10);
  await third.server.close();
  await seal(call, 10);
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  expect(view.recordings[0]).toMatchObject({ state: 'sealed', gaps: [] });
  const audio = await audioOf(server, view.recordings[0].id);
  expect(audio.equals(spoken(await firstFrame(call), 30))).toBe(true);
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
