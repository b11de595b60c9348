import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Carrier, type Faults, startCarrier } from '../../src/carrier/carrier.ts';
import { type LineServer, type Received, type Reply, startLine, twiml } from './line-server.ts';

const accountSid = `AC${'5'.repeat(32)}`;
const authToken = 'hook-token';

let carrier: Carrier;
let line: LineServer;

beforeEach(async () => {
  carrier = await startCarrier({
    accountSid,
    authToken,
    speed: 'instant',
    limits: { totalMs: 2000, readMs: 300 },
  });
});

afterEach(async () => {
  await carrier.close();
  await line.close();
});

/** Answers with one reply after the other, and the last one for ever. */
function inTurn(...replies: readonly Reply[]): () => Reply {
  let turn = 0;
  return () => replies[Math.min(turn++, replies.length - 1)] ?? 'silence';
}

async function play(
  answers: Readonly<Record<string, Reply | ((received: Received) => Reply)>>,
  fragment = '',
  options: { faults?: Faults; fallback?: boolean; press?: string } = {},
) {
  line = await startLine(answers);
  const call = carrier.placeCall({
    to: '+18885550100',
    from: '+12025550143',
    voiceUrl: `${line.url}/voice${fragment}`,
    statusUrl: `${line.url}/status`,
    ...(options.fallback === true ? { fallbackUrl: `${line.url}/fallback` } : {}),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    caller: { otherwise: { press: options.press ?? '1' } },
  });
  await call.ended;
  return call;
}

const tokens = (path: string) =>
  line.at(path).map(({ headers }) => headers['i-twilio-idempotency-token']);

const question = twiml('<Gather numDigits="1" action="/answer"><Say>Q</Say></Gather>');

describe('a webhook', () => {
  it('is not sent again after an error of the server, unless the URL says so', async () => {
    const call = await play({ '/voice': { status: 500 } });
    expect(await call.ended).toMatchObject({ by: 'failure' });
    expect(line.at('/voice')).toHaveLength(1);
  });

  it.each([
    ['5xx', { status: 503 } as Reply],
    ['4xx', { status: 429 } as Reply],
    ['rt', 'silence' as Reply],
    ['rt', 'cut' as Reply],
    ['all', { status: 503 } as Reply],
  ])('is sent again on %s, under the same token', async (policy, failure) => {
    const call = await play(
      { '/voice': inTurn(failure, failure, twiml('<Hangup/>')) },
      `#rc=2&rp=${policy}`,
    );
    expect(await call.ended).toMatchObject({ by: 'document' });
    expect(new Set(tokens('/voice')).size).toBe(1);
    expect(call.all('webhook').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1]);
  });

  it('is sent again when nobody listened', async () => {
    const free = await freePort();
    line = await startLine({});
    const call = carrier.placeCall({
      to: '+18885550100',
      from: '+12025550143',
      voiceUrl: `http://127.0.0.1:${free}/voice#rc=3`,
    });
    await call.ended;
    expect(call.all('webhook').map(({ status, attempt }) => [status, attempt])).toEqual([
      [null, 1],
      [null, 2],
      [null, 3],
      [null, 4],
    ]);
  });

  it('gives up when its whole time is over, whatever retries are left', async () => {
    const call = await play({ '/voice': 'silence' }, '#rc=5&rp=rt&rt=400&tt=500');
    expect(call.all('webhook').filter(({ kind }) => kind === 'voice').length).toBeLessThan(4);
    expect(await call.ended).toMatchObject({ by: 'failure' });
  });

  it('with a wrong override is a protocol error and sent all the same', async () => {
    await play({ '/voice': twiml('<Hangup/>') }, '#rc=9');
    expect(carrier.protocolErrors).toMatchObject([{ code: 11100 }]);
    expect(line.at('/voice')).toHaveLength(1);
  });

  it('that fails goes to the fallback, which hears why', async () => {
    const call = await play(
      { '/voice': { status: 500 }, '/fallback': twiml('<Say>Not recorded.</Say>') },
      '',
      { fallback: true },
    );
    expect(line.at('/fallback')[0]?.fields).toMatchObject({
      ErrorCode: '11200',
      ErrorUrl: `${line.url}/voice`,
      CallSid: call.callSid,
    });
    expect(call.all('says')).toHaveLength(1);
  });

  it('whose document cannot be read goes to the fallback too', async () => {
    await play({ '/voice': 'no XML', '/fallback': twiml('') }, '', { fallback: true });
    expect(line.at('/fallback')[0]?.fields['ErrorCode']).toBe('12100');
  });

  it('follows redirects, and not for ever', async () => {
    await play({
      '/voice': { status: 302, location: '/moved' },
      '/moved': twiml('<Redirect>relative</Redirect>'),
      '/relative': { status: 307, location: '/relative' },
    });
    expect(line.at('/moved')[0]?.method).toBe('GET');
    expect(line.at('/moved')[0]?.fields['CallSid']).toBeDefined();
    expect(line.at('/relative')).toHaveLength(11);
  });

  it('whose answer is too long fails', async () => {
    const call = await play({ '/voice': twiml(`<Say>${'x'.repeat(70_000)}</Say>`) });
    expect(await call.ended).toMatchObject({ by: 'failure' });
  });
});

describe('a carrier that misbehaves', () => {
  it('repeats at once under one token, and sees that the answers are the same', async () => {
    const call = await play({ '/voice': question, '/answer': twiml('') }, '', {
      faults: { repeat: { times: 2, when: 'at-once', token: 'same' } },
    });
    expect(line.at('/answer')).toHaveLength(3);
    expect(new Set(tokens('/answer')).size).toBe(1);
    expect(call.all('webhook-repeated')).toMatchObject([{ identical: true }, { identical: true }]);
  });

  it('sees when the answers are not the same', async () => {
    let turn = 0;
    const call = await play({ '/voice': () => twiml(`<Say>${turn++}</Say>`) }, '', {
      faults: { repeat: { times: 1, when: 'at-once', token: 'other' } },
    });
    expect(new Set(tokens('/voice')).size).toBe(2);
    expect(call.all('webhook-repeated')).toMatchObject([{ identical: false, statuses: [200] }]);
  });

  it('repeats after the call, with other digits and another token', async () => {
    const call = await play({ '/voice': question, '/answer': twiml('') }, '', {
      faults: {
        repeat: { times: 1, when: 'later', token: 'other', change: { Digits: '2' } },
      },
    });
    const order = line.paths();
    expect(order).toEqual(['/voice', '/answer', '/status', '/voice', '/answer']);
    expect(line.at('/answer').map(({ fields }) => fields['Digits'])).toEqual(['1', '2']);
    expect(call.all('webhook-repeated')).toHaveLength(2);
  });

  it.each(['wrong', 'missing'] as const)('signs %s', async (signature) => {
    await play({ '/voice': twiml('') }, '', { faults: { signature } });
    const sign = line.at('/voice')[0]?.headers['x-twilio-signature'];
    expect(sign === undefined).toBe(signature === 'missing');
  });

  it('says that a machine answered, and whatever else it is told to', async () => {
    await play({ '/voice': twiml('') }, '', {
      faults: { answeredBy: 'machine_start', parameters: { Surprise: '1', From: 'anonymous' } },
    });
    expect(line.at('/voice')[0]?.fields).toMatchObject({
      AnsweredBy: 'machine_start',
      Surprise: '1',
      From: 'anonymous',
    });
  });

  it('takes its time', async () => {
    const began = performance.now();
    await play({ '/voice': twiml('') }, '', { faults: { delayMs: 60 } });
    expect(performance.now() - began).toBeGreaterThan(110);
  });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
