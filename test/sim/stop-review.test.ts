/** Words that stop, words that may, and words that lift: what may be called and texted after each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextMessage } from '../../src/carrier/carrier.ts';
import { textWords } from '../../src/core/consent/text-words.ts';
import { type CallView, sendText, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

let lastNumber = 0;
function somebody(): string {
  lastNumber += 1;
  return `+1415555${String(4000 + lastNumber)}`;
}

async function ask(method: string, path: string, body?: object): Promise<CallView> {
  const answer = await server.api(path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

const text = (from: string, body: string, more: Partial<TextMessage> = {}) =>
  sendText(server, from, body, more);

/** By channel, whether the own list stops a contact. */
async function stopped(number: string): Promise<readonly boolean[]> {
  const answers = await Promise.all(
    ['call', 'text'].map((channel) => ask('POST', '/v1/screenings', { number, channel })),
  );
  return answers.map(({ body }) =>
    body.reasons.some(
      ({ code }: CallView) => code === 'INTERNAL_DNC' || code === 'PROVISIONAL_STOP',
    ),
  );
}

const waiting = async (): Promise<CallView[]> => (await ask('GET', '/v1/opt-outs')).body.data;
const waitsOf = async (message: string): Promise<CallView> =>
  (await waiting()).find((one) => one.message === message);
const purposeOf = async (number: string, purpose: string): Promise<CallView> => {
  const { body } = await ask('GET', `/v1/persons/${encodeURIComponent(number)}/choices`);
  return body.purposes.find((one: CallView) => one.purpose === purpose);
};

describe('a message that may be a stop [cap 37]', () => {
  test('counts at once, and waits with what was written', async () => {
    const from = somebody();
    await text(from, 'please no more');
    expect(await stopped(from)).toEqual([true, true]);
    const one = await waitsOf('please no more');
    expect(one).toMatchObject({ state: 'provisional', source: 'text', scope: 'all' });
    expect(one.number).not.toContain(from.slice(-7));
  });

  test('is lifted by who rejects it, with a reason, and once', async () => {
    const from = somebody();
    await text(from, 'please no more, it is so good');
    const { id } = await waitsOf('please no more, it is so good');
    expect((await ask('POST', `/v1/opt-outs/${id}/reject`, {})).status).toBe(422);
    const both = await Promise.all(
      ['reject', 'confirm'].map((verb) =>
        ask('POST', `/v1/opt-outs/${id}/${verb}`, { reason: 'it was praise' }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
    const isRejected = both[0]?.status === 200;
    expect(await stopped(from)).toEqual([!isRejected, !isRejected]);
    const { body } = await ask(
      'GET',
      `/v1/opt-outs?state=${isRejected ? 'rejected' : 'confirmed'}`,
    );
    expect(body.data.find((one: CallView) => one.id === id)).toMatchObject({
      reason: 'it was praise',
    });
  });

  test('stands when it is confirmed, and no START lifts it from calls', async () => {
    const from = somebody();
    await text(from, 'I had enough of this');
    const one = (await waiting()).at(-1);
    const { status, body } = await ask('POST', `/v1/opt-outs/${one.id}/confirm`, {
      reason: 'clear',
    });
    expect([
      status,
      body.listings.every((row: CallView) => row.listed && !row.provisional),
    ]).toEqual([200, true]);
    await text(from, 'START');
    expect((await stopped(from))[0]).toBe(true);
  });

  test('is clear once a clear stop follows, and a rejection lifts nothing then', async () => {
    const from = somebody();
    await text(from, 'no more of these please');
    const one = await waitsOf('no more of these please');
    await text(from, 'STOP');
    expect(await waitsOf('no more of these please')).toBeUndefined();
    await ask('POST', `/v1/opt-outs/${one.id}/reject`, { reason: 'it was praise' });
    expect(await stopped(from)).toEqual([true, true]);
  });
});

describe('START [cap 37]', () => {
  test('lifts a stop of texts that came by text, and leaves calls stopped', async () => {
    const from = somebody();
    await text(from, 'STOP');
    expect(await stopped(from)).toEqual([true, true]);
    await text(from, 'START');
    expect(await stopped(from)).toEqual([true, false]);
  });

  test.each(['YES', 'start calling me', 'restart'])('%s lifts nothing', async (words) => {
    const from = somebody();
    await text(from, 'STOP');
    await text(from, words);
    expect(await stopped(from)).toEqual([true, true]);
  });

  test('lifts nothing that was asked for by another way', async () => {
    const from = somebody();
    await ask('POST', '/v1/opt-outs', { number: from, channel: 'text' });
    await text(from, 'STOP');
    await text(from, 'START');
    expect((await stopped(from))[1]).toBe(true);
  });

  test('as the carrier says it does the same, and nobody is answered', async () => {
    const from = somebody();
    const stop = await text(from, 'STOP', { optOutType: 'STOP' });
    expect([stop.replies, await stopped(from)]).toEqual([[], [true, true]]);
    await text(from, 'START', { optOutType: 'START' });
    expect(await stopped(from)).toEqual([true, false]);
  });
});

describe('an opt-out', () => {
  test('is confirmed at most once, and again only after it was lifted', async () => {
    const from = somebody();
    const call = server.call({ from, caller: { otherwise: { press: '2' } } });
    await call.when('gathers');
    call.hangup();
    await call.ended;
    expect((await text(from, 'STOP')).replies).toEqual([textWords.en.stopped]);
    expect((await text(from, 'STOP')).replies).toEqual([]);
    await text(from, 'START');
    expect((await text(from, 'STOP')).replies).toEqual([textWords.en.stopped]);
  });

  test('keeps marketing from asking for twelve months, until its own START [cap 45]', async () => {
    const from = somebody();
    await text(from, 'STOP');
    const rests = await purposeOf(from, 'marketing-texts');
    expect([rests.status, Date.parse(rests.notBefore) > Date.now() + 364 * 86_400_000]).toEqual([
      'refused',
      true,
    ]);
    await text(from, 'START');
    expect((await purposeOf(from, 'marketing-texts')).status).toBe('none');
    expect((await purposeOf(from, 'marketing-calls')).status).toBe('refused');
  });

  test('reaches texts alone where the operator says so, if it is clear', async () => {
    const { body: now } = await ask('GET', '/v1/settings/screening');
    const { ringS, emergencies, hours, version } = now;
    const changed = { ringS, emergencies, hours, textStop: 'texts', version };
    expect((await ask('PUT', '/v1/settings/screening', changed)).status).toBe(200);
    const [clear, doubtful] = [somebody(), somebody()];
    await text(clear, 'STOP');
    await text(doubtful, 'please no more');
    expect([await stopped(clear), await stopped(doubtful)]).toEqual([
      [false, true],
      [true, true],
    ]);
  });
});
