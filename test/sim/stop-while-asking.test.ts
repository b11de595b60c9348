/** A stop that comes while the carrier is being asked to ring: nothing begins after it was answered. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CalledParty } from '../../src/carrier/carrier.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';
import { type Fate, type RestProxy, startRestProxy } from './rest-proxy.ts';

const line = '+14155557301';
/** A Wednesday noon in New York. */
const screeningAt = Date.UTC(2026, 11, 2, 17);
let proxy: RestProxy;
let server: TestServer;
let held = Promise.resolve();
let asked = () => {};

beforeAll(async () => {
  proxy = await startRestProxy(async ({ path }): Promise<Fate> => {
    if (!path.endsWith('/Calls.json')) return 'answered';
    asked();
    await held;
    return 'answered';
  });
  server = await testServer({ TWILIO_API_URL: proxy.url }, { screeningAt });
  proxy.aim(server.carrier.url);
  const settings = { flow: 'outbound-sales', locale: 'en', controller: 'Acme', default: true };
  const body = JSON.stringify(settings);
  await server.api(`/v1/lines/${encodeURIComponent(line)}`, { method: 'PUT', body });
});
afterAll(async () => {
  await server.close();
  await proxy.close();
});

async function post(path: string, body: object): Promise<{ status: number; body: CallView }> {
  const answer = await server.api(path, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

test.each([
  ['the number', '+12125557401', '+12125557401'],
  ['a beginning of it', '+16465557402', '+16465557*'],
])(
  'a stop of %s is answered when the carrier has been, and the call is over',
  async (_, to, listed) => {
    server.carrier.answerAs(to, { pickup: 'rings-on', otherwise: { press: '1' } } as CalledParty);
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const call = post('/v1/calls', { to, purpose: 'service' });
    await isAsked;
    let isAnswered = false;
    const stop = post('/v1/opt-outs', { number: listed }).then((answer) => {
      isAnswered = true;
      return answer;
    });
    // The stop is written, and the call is over with us, while the carrier has not answered yet.
    for (;;) {
      const [row] = await server.database.sql`
      select count(*)::int as n from call where phase = 'ended' and direction = 'outbound'
        and id in (select call_id from dial where call_sid is null and asked_at is not null)`;
      if (row!['n'] === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // Many turns of everything that could have answered it by now.
    for (let turn = 0; turn < 5; turn += 1) await post('/v1/screenings', { number: to });
    expect(isAnswered).toBe(false);
    release();
    expect((await stop).status).toBe(201);
    const answeredAt = Date.now();
    expect((await call).status).toBe(201);
    const leg = await server.carrier.called(to);
    expect(await leg.ended).toMatchObject({ status: 'canceled' });
    expect(leg.all('started')[0]?.at).toBeLessThanOrEqual(answeredAt);
    expect((await post('/v1/calls', { to, purpose: 'service' })).status).toBe(403);
  },
);

test('a stop of somebody else does not wait for it', async () => {
  let release = () => {};
  held = new Promise((resolve) => {
    release = resolve;
  });
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const to = '+12125557403';
  const call = post('/v1/calls', { to, purpose: 'service' });
  await isAsked;
  expect((await post('/v1/opt-outs', { number: '+12125557404' })).status).toBe(201);
  expect((await post('/v1/opt-outs', { number: '+1917*' })).status).toBe(201);
  release();
  expect((await call).status).toBe(201);
  (await server.carrier.called(to)).hangup();
});
