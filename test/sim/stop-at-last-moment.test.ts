/**
 * A stop that comes while the carrier is being asked to ring or write to somebody, other than by a call
 * that we place: it is answered when the carrier has been, and nothing begins after it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CalledParty, CallerScript } from '../../src/carrier/carrier.ts';
import { type OwnFlows, ownFlows } from '../support/own-flows.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';
import { type Fate, type RestProxy, startRestProxy } from './rest-proxy.ts';

const line = '+14155557601';
/** A Wednesday noon in New York. */
const screeningAt = Date.UTC(2026, 11, 2, 17);
const willing: CallerScript = { otherwise: { press: '1' } };

let own: OwnFlows;
let proxy: RestProxy;
let server: TestServer;
let held: { readonly path: string; asked: () => void; until: Promise<void> } | null = null;

beforeAll(async () => {
  own = await ownFlows({
    texting: `
name: texting
version: 1
steps:
  write: { text: text-call-back, next: goodbye }
  goodbye: { end: goodbye }`,
    joiner: `
name: joiner
version: 1
role: joiner
steps:
  ask-recording: { ask: recording }`,
  });
  proxy = await startRestProxy(async ({ path }): Promise<Fate> => {
    if (held !== null && path.endsWith(held.path)) {
      held.asked();
      await held.until;
    }
    return 'answered';
  });
  const surroundings = { screeningAt, folders: own.folders };
  server = await testServer({ TWILIO_API_URL: proxy.url }, surroundings);
  proxy.aim(server.carrier.url);
  const settings = { flow: 'inbound', locale: 'en', controller: 'Acme', default: true };
  const body = JSON.stringify(settings);
  await server.api(`/v1/lines/${encodeURIComponent(line)}`, { method: 'PUT', body });
});
afterEach(() => {
  held = null;
});
afterAll(async () => {
  await server.close();
  await proxy.close();
  await own.remove();
});

async function post(path: string, body: object): Promise<{ status: number; body: CallView }> {
  const answer = await server.api(path, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** The carrier thinks about the next request of this kind until it is told to go on. */
function hold(path: string) {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isAsked = new Promise<void>((resolve) => {
    held = { path, asked: resolve, until };
  });
  return { isAsked, release };
}

/** A stop that comes while the carrier thinks is not answered before the carrier has been. */
async function stopWhile(number: string, release: () => void): Promise<number> {
  let isAnswered = false;
  const stop = post('/v1/opt-outs', { number }).then((answer) => {
    isAnswered = true;
    return answer;
  });
  const token = number.endsWith('*') ? null : number;
  for (let listed = false; !listed; ) {
    const { body } = await post('/v1/screenings', { number: token ?? '+19175557699' });
    listed = body.reasons.some(({ code }: CallView) => code === 'INTERNAL_DNC') || token === null;
  }
  // Many turns of everything that could have answered it by now.
  for (let turn = 0; turn < 5; turn += 1) await post('/v1/screenings', { number: line });
  expect(isAnswered).toBe(false);
  release();
  expect((await stop).status).toBe(201);
  return Date.now();
}

const idOf = async (number: string): Promise<string> => {
  const answer = await server.api(`/v1/lines/${encodeURIComponent(number)}`);
  return ((await answer.json()) as CallView).id;
};

const wanting = async (number: string, by: string) => {
  const { body } = await post('/v1/rights-requests', { number, kind: 'access' });
  return () => post(`/v1/rights-requests/${body.id}/check`, { by });
};

describe('somebody who is added to a call', () => {
  async function talking() {
    const caller = server.call({ to: line, caller: willing });
    await caller.when('bridged');
    const add = (to: string) => post(`/v1/calls/${caller.callSid}/parties`, { role: 'joiner', to });
    return { caller, add };
  }

  test.each([
    ['the number', '+12125557611', '+12125557611'],
    ['a beginning of it', '+16465557612', '+16465557*'],
  ])('is not rung after a stop of %s', async (_, to, listed) => {
    const { caller, add } = await talking();
    server.carrier.answerAs(to, { pickup: 'rings-on' } as CalledParty);
    const { isAsked, release } = hold('/Calls.json');
    expect((await add(to)).status).toBe(201);
    await isAsked;
    const answeredAt = await stopWhile(listed, release);
    const leg = await server.carrier.called(to);
    expect(await leg.ended).toMatchObject({ status: 'canceled' });
    expect(leg.all('started')[0]?.at).toBeLessThanOrEqual(answeredAt);
    expect((await add(to)).status).toBe(403);
    caller.hangup();
    await caller.ended;
  });

  test('and rings is not picked up after a stop', async () => {
    const { caller, add } = await talking();
    const to = '+12125557613';
    server.carrier.answerAs(to, { pickup: 'rings-on' } as CalledParty);
    const { body } = await add(to);
    const leg = await server.carrier.called(to);
    await leg.when('started');
    expect((await post('/v1/opt-outs', { number: to })).status).toBe(201);
    expect(await leg.ended).toMatchObject({ status: 'canceled' });
    const view = await server.callView(caller.callSid);
    expect(view.parties.map(({ id }: CallView) => id)).not.toContain(body.id);
    expect(view.state).toBe('bridged');
    caller.hangup();
    await caller.ended;
  });

  test('and has picked up is not cut off by it', async () => {
    const { caller, add } = await talking();
    const to = '+12125557614';
    server.carrier.answerAs(to, willing);
    await add(to);
    const leg = await server.carrier.called(to);
    await leg.when('bridged');
    expect((await post('/v1/opt-outs', { number: to })).status).toBe(201);
    leg.hangup();
    expect(await leg.ended).toMatchObject({ status: 'completed' });
    caller.hangup();
    await caller.ended;
  });

  test('is not rung who wants no calls from the line, and the answer says so', async () => {
    const { caller, add } = await talking();
    const to = '+12125557615';
    const scope = `line:${await idOf(line)}`;
    expect((await post('/v1/opt-outs', { number: to, scope })).status).toBe(201);
    const { status, body } = await add(to);
    expect([status, body.reasons]).toEqual([403, [{ code: 'INTERNAL_DNC' }]]);
    caller.hangup();
    await caller.ended;
  });
});

describe('somebody who is told a code', () => {
  test('in a call is not rung after a stop', async () => {
    const number = '+12125557621';
    server.carrier.answerAs(number, { pickup: 'rings-on' } as CalledParty);
    const check = await wanting(number, 'call');
    const { isAsked, release } = hold('/Calls.json');
    const checked = check();
    await isAsked;
    const answeredAt = await stopWhile(number, release);
    expect((await checked).status).toBe(200);
    const leg = await server.carrier.called(number);
    expect(await leg.ended).toMatchObject({ status: 'canceled' });
    expect(leg.all('started')[0]?.at).toBeLessThanOrEqual(answeredAt);
  });

  test('by text is not written to after a stop', async () => {
    const number = '+12125557622';
    const check = await wanting(number, 'text');
    const { isAsked, release } = hold('/Messages.json');
    const checked = check();
    await isAsked;
    await stopWhile(number, release);
    expect((await checked).status).toBe(200);
    expect((await check()).status).toBe(409);
    expect(server.carrier.texts.filter(({ to }) => to === number)).toHaveLength(1);
  });
});

describe('a caller whose flow writes to them', () => {
  const textingLine = '+14155557602';
  const textsTo = (number: string) => server.carrier.texts.filter(({ to }) => to === number).length;
  beforeAll(async () => {
    const body = JSON.stringify({ flow: 'texting', locale: 'en', controller: 'Acme' });
    await server.api(`/v1/lines/${encodeURIComponent(textingLine)}`, { method: 'PUT', body });
  });

  test('is not written to after a stop', async () => {
    const number = '+12125557631';
    const { isAsked, release } = hold('/Messages.json');
    const call = server.call({ to: textingLine, from: number });
    await isAsked;
    await stopWhile(number, release);
    await call.ended;
    expect(textsTo(number)).toBe(1);
    await expectEntered(await called(number));
    expect(textsTo(number)).toBe(1);
  });

  test('is not written to who wants no texts from that line', async () => {
    const number = '+12125557632';
    const stop = { number, channel: 'text', scope: `line:${await idOf(textingLine)}` };
    expect((await post('/v1/opt-outs', stop)).status).toBe(201);
    await expectEntered(await called(number));
    expect(textsTo(number)).toBe(0);
  });

  async function called(from: string): Promise<string> {
    const call = server.call({ to: textingLine, from });
    await call.ended;
    return call.callSid;
  }

  /** That they were not written to is entered, as a screening is. */
  async function expectEntered(callSid: string): Promise<void> {
    await expect
      .poll(
        () => server.database.sql`
          select kind, purpose from entry
          where call_id = (select call_id from leg where call_sid = ${callSid})`,
      )
      .toEqual([{ kind: 'screening', purpose: 'marketing-texts' }]);
  }
});
