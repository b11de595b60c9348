/** Webhooks that come again, late, in the wrong order, unsigned, or with what nobody expects. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Faults } from '../../src/carrier/carrier.ts';
import {
  audioOf,
  type CallView,
  isSealed,
  lineNumber,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { carrierPost } from './carrier-post.ts';
import { quietDump } from './dump.ts';
import { type RestProxy, startRestProxy } from './rest-proxy.ts';
import { firstFrame, spoken } from './voices.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

/** Of a caller who was gone before anybody knew them: see the last test but one. */
const goneAtOnce = `CA${randomBytes(16).toString('hex')}`;

beforeAll(async () => {
  const ended = { CallSid: goneAtOnce, CallStatus: 'completed' };
  expect((await carrierPost(server, '/twilio/status', ended)).status).toBe(204);
  const began = {
    CallSid: goneAtOnce,
    CallStatus: 'ringing',
    From: '+14155550123',
    To: lineNumber,
  };
  expect((await carrierPost(server, '/twilio/voice', began)).status).toBe(200);
});

const willing = { otherwise: { press: '1' } } as const;

/** What was entered about the call, in alphabetical order; not that we listened to it. */
const kindsOf = (view: CallView): string[] =>
  view.entries
    .map(({ kind }: CallView) => kind)
    .filter((kind: string) => kind !== 'listening')
    .sort();

/** A call of so many frames, whose caller allows the recording. */
async function recordedCall(faults: Faults, frames = 15, flow?: string) {
  const act = flow === undefined ? willing : ({ otherwise: { say: 'yes' } } as const);
  const call = server.call({ faults, caller: act, ...(flow === undefined ? {} : { flow }) });
  await call.when('stream-started');
  await sealFrames(server, call, frames);
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  const audio = await audioOf(server, view.recordings[0].id);
  expect(audio.equals(spoken(await firstFrame(call), frames))).toBe(true);
  return { call, view };
}

describe('a webhook that comes again', () => {
  const cases = (['at-once', 'later'] as const).flatMap((when) =>
    (['same', 'other'] as const).map((token) => [when, token] as const),
  );

  test.each(cases)(
    '%s, with the %s idempotency token, is answered with the same bytes',
    async (when, token) => {
      const { call, view } = await recordedCall({ repeat: { times: 3, when, token } });
      const repeats = call.all('webhook-repeated');
      expect(repeats.length).toBeGreaterThanOrEqual(3);
      for (const repeat of repeats) {
        expect(repeat).toMatchObject({ identical: true, statuses: [200, 200, 200] });
      }
      expect(kindsOf(view)).toEqual(['grant', 'request', 'sealing']);
      const steps = await server.database.sql`
      select step from step where call_sid = ${call.callSid}`;
      expect(steps).toHaveLength(repeats.length);
    },
  );

  test('later with the other answer changes nothing any more', async () => {
    const change = { Digits: '2' };
    const repeat = { times: 2, when: 'later', token: 'other', change } as const;
    const { call, view } = await recordedCall({ repeat });
    for (const repeated of call.all('webhook-repeated')) expect(repeated.identical).toBe(true);
    expect(kindsOf(view)).toEqual(['grant', 'request', 'sealing']);
    const { parties } = await server.callView(call.callSid);
    expect(parties).toEqual(view.parties);
  });

  test('at once with the other answer is answered as whichever came first', async () => {
    const change = { Digits: '2' };
    for (let round = 0; round < 5; round += 1) {
      const repeat = { times: 3, when: 'at-once', token: 'other', change } as const;
      const call = server.call({ faults: { repeat }, caller: willing });
      await call.when('bridged');
      call.hangup();
      await call.ended;
      for (const repeated of call.all('webhook-repeated')) expect(repeated.identical).toBe(true);
      const view = await server.callView(call.callSid, isSealed);
      const { recording } = view.parties[0].statuses;
      const answers = kindsOf(view).filter((kind) => kind === 'grant' || kind === 'refusal');
      expect(answers).toEqual([recording === 'granted' ? 'grant' : 'refusal']);
      if (recording !== 'granted') expect(view.recordings).toEqual([]);
    }
  });
});

describe('a webhook that is odd', () => {
  test('because it is late is waited for', async () => {
    await recordedCall({ delayMs: 60 });
  });

  test('because it has more parameters than anybody knows is read as if it had not', async () => {
    const parameters = { Vibe: 'good', Confidence: 'high', AnsweredBy: 'unknown', CallerZip: '1' };
    const { view } = await recordedCall({ parameters });
    expect(kindsOf(view)).toEqual(['grant', 'request', 'sealing']);
  });

  test('because it says yes without Confidence grants nothing', async () => {
    const call = server.call({
      flow: 'inbound-speech',
      faults: { omitConfidence: true },
      caller: { otherwise: { say: 'yes' } },
    });
    await call.when('bridged');
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(kindsOf(view)).toEqual(['refusal', 'request']);
    expect(call.all('stream-started')).toEqual([]);
  });

  test.each(['machine_start', 'machine_end_beep', 'machine_end_silence', 'fax'])(
    'because %s answered grants nothing, whatever is pressed',
    async (answeredBy) => {
      const call = server.call({ faults: { answeredBy }, caller: willing });
      await call.when('bridged');
      call.hangup();
      await call.ended;
      const view = await server.callView(call.callSid, isSealed);
      expect(view.parties[0].statuses.recording).not.toBe('granted');
      expect(kindsOf(view)).not.toContain('grant');
      expect(view.recordings).toEqual([]);
      expect(call.all('stream-started')).toEqual([]);
    },
  );

  test.each(['human', 'unknown'])(
    'because a %s answered is recorded all the same',
    async (answeredBy) => {
      await recordedCall({ answeredBy });
    },
  );
});

describe('a caller without a number', () => {
  test.each([
    'anonymous',
    'Restricted',
    'unknown',
    '',
    '+266696687',
    '+7378742833',
    'sip:someone@example.com',
    'client:desk',
    '12',
    'Bobby <Tables>&amp;',
  ])('(From=%s) is nobody, and is asked and recorded like everybody', async (from) => {
    const call = server.call({ from, caller: willing });
    await call.when('stream-started');
    await sealFrames(server, call, 7);
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.parties[0].number).toBeNull();
    expect(view.recordings).toHaveLength(1);
    const audio = await audioOf(server, view.recordings[0].id);
    expect(audio.equals(spoken(await firstFrame(call), 7))).toBe(true);
  });
});

describe('a call that is not signed by the carrier', () => {
  test.each(['missing', 'wrong'] as const)(
    '(signature %s) is refused, let through, and leaves no trace',
    async (signature) => {
      const before = await quietDump(server.database.sql);
      const call = server.call({ faults: { signature }, caller: willing });
      await call.ended;
      const answers = call.all('webhook').map(({ url, status }) => [new URL(url).pathname, status]);
      expect(answers).toEqual([
        ['/twilio/voice', 403],
        ['/twilio/fallback', 200],
        ['/twilio/status', 403],
      ]);
      expect(call.all('stream-started')).toEqual([]);
      expect((await quietDump(server.database.sql)) === before).toBe(true);
    },
  );
});

describe('reports in the wrong order', () => {
  let swapped: TestServer;
  beforeAll(async () => {
    swapped = await testServer({}, { faults: { swapCallbacks: true } });
  });
  afterAll(() => swapped.close());

  test('end every leg once, and revive none', async () => {
    const agent = '+12025552900';
    const line = `/v1/lines/${encodeURIComponent(lineNumber)}`;
    const settings = { flow: 'inbound', locale: 'en', controller: 'Acme', agent };
    await swapped.api(line, { method: 'PUT', body: JSON.stringify(settings) });
    const call = swapped.call({ faults: { swapCallbacks: true }, caller: willing });
    await call.when('joined');
    await call.when('stream-started');
    await sealFrames(swapped, call, 9);
    call.hangup();
    const rung = await swapped.carrier.called(agent);
    await Promise.all([call.ended, rung.ended]);
    const view = await swapped.callView(call.callSid, isSealed);
    expect(kindsOf(view).filter((kind) => kind !== 'sealing')).toEqual([
      'grant',
      'grant',
      'request',
      'request',
    ]);
    for (const CallStatus of ['ringing', 'in-progress', 'completed', 'completed']) {
      for (const CallSid of [call.callSid, rung.callSid]) {
        const answer = await carrierPost(swapped, '/twilio/status', { CallSid, CallStatus });
        expect(answer.status).toBe(204);
      }
    }
    expect(await swapped.callView(call.callSid)).toEqual(view);
  });
});

describe('a carrier that does not do what it is asked', () => {
  let proxy: RestProxy;
  let deaf: TestServer;
  beforeAll(async () => {
    const body = { code: 20500, message: 'Internal Server Error', status: 500 };
    proxy = await startRestProxy(() => ({ status: 500, body }));
    deaf = await testServer({ TWILIO_API_URL: proxy.url });
  });
  afterAll(async () => {
    await deaf.close();
    await proxy.close();
  });

  test('streams on after a withdrawal, and nothing of it is kept', async () => {
    const call = deaf.call({ caller: willing });
    await call.when('stream-started');
    await sealFrames(deaf, call, 18);
    const answer = await deaf.api(`/v1/calls/${call.callSid}/withdraw`, {
      method: 'POST',
      body: JSON.stringify({ purpose: 'recording' }),
    });
    expect(answer.status).toBe(200);
    await call.sendFrames(40);
    expect(call.all('unbridged')).toEqual([]);
    call.hangup();
    await call.ended;
    await expect
      .poll(() => proxy.requests.some(({ path }) => path.includes('/Streams/')))
      .toBe(true);
    const view = await deaf.callView(call.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    const audio = await audioOf(deaf, view.recordings[0].id);
    expect(audio.equals(spoken(await firstFrame(call), 18))).toBe(true);
  });
});

describe('a machine that answers where we ring', () => {
  let ringing: TestServer;
  beforeAll(async () => {
    ringing = await testServer({}, { faults: { answeredBy: 'machine_start' } });
  });
  afterAll(() => ringing.close());

  test('is hung up on before a word, and nobody is recorded with it', async () => {
    const agent = '+12025552901';
    const line = `/v1/lines/${encodeURIComponent(lineNumber)}`;
    const settings = { flow: 'inbound', locale: 'en', controller: 'Acme', agent };
    await ringing.api(line, { method: 'PUT', body: JSON.stringify(settings) });
    const call = ringing.call({ caller: willing });
    const rung = await ringing.carrier.called(agent);
    await Promise.all([call.ended, rung.ended]);
    expect([...rung.all('says'), ...rung.all('bridged')]).toEqual([]);
    const view = await ringing.callView(call.callSid, isSealed);
    const machine = view.parties.find(({ role }: CallView) => role === 'agent');
    expect(machine.statuses.recording).toBe('unknown');
    expect(view.recordings.every(({ durationMs }: CallView) => durationMs === 0)).toBe(true);
  });
});

test('a call whose end was reported before its beginning ends all the same', async () => {
  await server.callView(goneAtOnce, isSealed, 20);
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
