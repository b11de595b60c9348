/** What takes people off the list of those who are not contacted, and what never does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextMessage } from '../../src/carrier/carrier.ts';
import { textWords } from '../../src/core/consent/text-words.ts';
import { type CallView, sendText, type TestServer, testServer } from '../support/server.ts';
import { quietDump } from './dump.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

let last = 0;
function somebody(): string {
  last += 1;
  return `+1212555${String(4000 + last)}`;
}

const text = (from: string, body: string, more: Partial<TextMessage> = {}) =>
  sendText(server, from, body, more);

async function ask(path: string, body?: object): Promise<{ status: number; body: CallView }> {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await server.api(path, sent);
  return { status: answer.status, body: await answer.json() };
}

/** Whether calls and texts of the service are kept from a number by its own stop. */
async function stops(number: string): Promise<string> {
  const by = async (channel: string) => {
    const { body } = await ask('/v1/screenings', { number, channel });
    return body.reasons.some(({ code }: CallView) =>
      ['INTERNAL_DNC', 'CONSENT_WITHDRAWN'].includes(code),
    );
  };
  const [call, texts] = [await by('call'), await by('text')];
  return [call && 'calls', texts && 'texts'].filter((one) => one !== false).join(' and ');
}

const document = { sha256: 'cd'.repeat(32) };
const noWords = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

describe('the carrier’s word for starting again', () => {
  test.each([
    ['START', {}],
    ['Unstop!', {}],
    ['anything', { optOutType: 'START' }],
  ] as const)(
    '%s %j lifts a stop of texts that came by text, and leaves calls',
    async (body, more) => {
      const number = somebody();
      await text(number, 'STOP');
      expect(await stops(number)).toBe('calls and texts');
      expect((await text(number, body, more)).document).toBe(noWords);
      expect(await stops(number)).toBe('calls');
    },
  );

  test.each(['yes', 'start calling me again please', 'ok', 'si', 'restart'])(
    '“%s” is not that word',
    async (body) => {
      const number = somebody();
      await text(number, 'STOP');
      await text(number, body);
      expect(await stops(number)).toBe('calls and texts');
    },
  );

  test.each([
    ['a request by the API', (number: string) => ask('/v1/opt-outs', { number })],
    [
      'a permission taken back elsewhere',
      async (number: string) => {
        for (const purpose of ['marketing-calls', 'marketing-texts']) {
          const at = new Date(Date.now() - 1_000).toISOString();
          const choice = { number, purpose, kind: 'withdrawn', channel: 'paper', at };
          expect((await ask('/v1/choices', choice)).status).toBe(201);
        }
      },
    ],
    [
      'a complaint',
      (number: string) => ask('/v1/opt-outs', { number, reason: 'complaint', channel: 'both' }),
    ],
  ])('never lifts %s, whether it came before a stop by text or after it', async (_, refuse) => {
    for (const order of [
      [refuse, (number: string) => text(number, 'STOP')],
      [(number: string) => text(number, 'STOP'), refuse],
    ]) {
      const number = somebody();
      for (const say of order) await say(number);
      expect(await stops(number)).toBe('calls and texts');
      await text(number, 'START');
      await text(number, 'x', { optOutType: 'START' });
      expect(await stops(number)).toBe('calls and texts');
    }
  });

  test('never lifts what was asked for before it only by a later stop', async () => {
    const number = somebody();
    for (const body of ['STOP', 'START', 'STOP']) await text(number, body);
    expect(await stops(number)).toBe('calls and texts');
  });
});

describe('a later document', () => {
  test('lifts the channel that it is for, and not what was asked for after it', async () => {
    const number = somebody();
    const before = new Date().toISOString();
    await ask('/v1/opt-outs', { number });
    const old = { number, document: { ...document, at: before } };
    expect((await ask('/v1/opt-outs/lift', old)).status).toBe(409);
    expect(await stops(number)).toBe('calls and texts');
    const at = new Date(Date.now() + 1).toISOString();
    const lift = { number, channel: 'call', document: { ...document, at } };
    expect((await ask('/v1/opt-outs/lift', lift)).status).toBe(200);
    expect(await stops(number)).toBe('texts');
  });
});

describe('who says it again', () => {
  const later = () => new Promise((resolve) => setTimeout(resolve, 1_100));

  test('is not taken off by a document of between the two', async () => {
    const number = somebody();
    await ask('/v1/opt-outs', { number });
    const between = new Date(Date.now() + 1).toISOString();
    await later();
    await ask('/v1/opt-outs', { number });
    const lift = { number, document: { ...document, at: between } };
    expect((await ask('/v1/opt-outs/lift', lift)).status).toBe(409);
    expect(await stops(number)).toBe('calls and texts');
  });

  test('is not called for a permission of between the two, and was until then', async () => {
    const number = somebody();
    const permitted = async () => {
      const { body } = await ask('/v1/screenings', { number, purpose: 'marketing-calls' });
      return !body.reasons.some(({ code }: CallView) => code === 'INTERNAL_DNC');
    };
    await ask('/v1/opt-outs', { number, channel: 'call' });
    await later();
    const yes = { purpose: 'marketing-calls', kind: 'granted', channel: 'paper', ...{ document } };
    const at = new Date().toISOString();
    const told = await ask('/v1/choices', {
      number,
      ...yes,
      at,
      box: { before: false, after: true },
    });
    expect(told.status).toBe(201);
    expect(await permitted()).toBe(true);
    await later();
    await ask('/v1/opt-outs', { number, channel: 'call' });
    expect(await permitted()).toBe(false);
  });

  test('by text is listed from the first, answered once, and told to the carrier once', async () => {
    const number = somebody();
    await text(number, 'STOP');
    const events = async () =>
      (await server.database.sql`select seq from carrier_consent`).map((row) => row['seq']);
    const before = await events();
    expect((await text(number, 'STOP')).document).toBe(noWords);
    expect(await events()).toEqual(before);
    await text(number, 'START');
    expect(await stops(number)).toBe('calls');
  });
});

describe('what may be a stop', () => {
  const waiting = async (): Promise<CallView[]> =>
    (await ask('/v1/opt-outs?state=provisional&limit=200')).body.data;
  const found = async (message: string) => (await waiting()).find((one) => one.message === message);

  test.each([
    ['en', 'I would really rather have no more of your horrid offers at dinner'],
    ['es', 'por favor señores no quiero recibir ninguna de sus ofertas otra vez'],
    ['fr', 'bonjour je ne veux plus de messages de votre part le soir'],
    ['de', 'guten Tag ich möchte wirklich keine Anrufe am Abend von Ihnen'],
    ['pt', 'boa tarde eu nao quero receber as vossas ofertas outra vez'],
    ['it', 'buongiorno io non voglio ricevere le vostre offerte di sera'],
    ['nl', 'goedendag ik wil echt geen berichten van u in de avond'],
  ])('covers calls and texts until a person has looked at it: %s', async (_, message) => {
    const number = somebody();
    await text(number, message);
    expect(await stops(number)).toBe('calls and texts');
    const one = await found(message);
    expect(one).toMatchObject({ state: 'provisional', source: 'text', decidedBy: null });
    expect(one!.number).toMatch(/•/);
    await text(number, 'START');
    expect(await stops(number)).toBe('calls and texts');
    const { status, body } = await ask(`/v1/opt-outs/${one!.id}/reject`, { reason: 'it praised' });
    expect([status, body.listings.map(({ listed }: CallView) => listed)]).toEqual([
      200,
      [false, false],
    ]);
    expect(await stops(number)).toBe('');
    expect(await found(message)).toBeUndefined();
    const decided = (await ask('/v1/opt-outs?state=rejected&limit=200')).body.data;
    expect(decided.find(({ id }: CallView) => id === one!.id)).toMatchObject({
      reason: 'it praised',
      message,
    });
  });

  test('stands once it is confirmed, with its reason in a receipt', async () => {
    const number = somebody();
    await text(number, 'no more of those dreadful dinner time offers please dear sirs');
    const one = await found('no more of those dreadful dinner time offers please dear sirs');
    const confirm = { reason: 'a clear wish' };
    const { body } = await ask(`/v1/opt-outs/${one!.id}/confirm`, confirm);
    expect(body.listings).toMatchObject([
      { listed: true, provisional: false },
      { listed: true, provisional: false },
    ]);
    expect(await stops(number)).toBe('calls and texts');
    expect((await ask(`/v1/opt-outs/${one!.id}/reject`, { reason: 'late' })).status).toBe(404);
    expect(await quietDump(server.database.sql)).not.toContain('a clear wish');
  });

  test('is decided once, of two people who do it at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const number = somebody();
      const message = `I should like no more offers of the kind you sent in week ${round}`;
      await text(number, message);
      const { id } = (await found(message))!;
      const both = await Promise.all([
        ask(`/v1/opt-outs/${id}/confirm`, { reason: 'meant' }),
        ask(`/v1/opt-outs/${id}/reject`, { reason: 'not meant' }),
      ]);
      const [confirmed, rejected] = both.map(({ status }) => status);
      expect([confirmed, rejected].toSorted()).toEqual([200, 404]);
      expect(await stops(number)).toBe(confirmed === 200 ? 'calls and texts' : '');
    }
  });

  test('that is followed by a clear one waits no more, and cannot be lifted by a rejection', async () => {
    const number = somebody();
    const message = 'well I never, no more offers of gardening tools in winter thank you';
    await text(number, message);
    const { id } = (await found(message))!;
    await text(number, 'STOP');
    expect(await found(message)).toBeUndefined();
    await ask(`/v1/opt-outs/${id}/reject`, { reason: 'not meant' });
    expect(await stops(number)).toBe('calls and texts');
  });

  test('needs a reason to be decided, and is not there for those who may not see lists', async () => {
    const path = '/v1/opt-outs/0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
    expect((await ask(`${path}/confirm`, {})).status).toBe(422);
    expect((await ask(`${path}/confirm`, { reason: 'none' })).status).toBe(404);
  });
});

describe('one confirmation for each opt-out', () => {
  async function met(number: string) {
    const call = server.call({ from: number, caller: { otherwise: { press: '1' } } });
    await call.when('stream-started');
    call.hangup();
    await call.ended;
  }

  test('also days later, and another one only for another opt-out', async () => {
    const number = somebody();
    await met(number);
    expect((await text(number, 'STOP')).replies).toEqual([textWords.en.stopped]);
    await server.database.sql`update text_message set at = at - interval '40 days'`;
    expect((await text(number, 'please stop')).replies).toEqual([]);
    await text(number, 'START');
    expect((await text(number, 'STOP')).replies).toHaveLength(1);
    expect((await text(number, 'STOP')).replies).toEqual([]);
  });

  test('a message that comes again and again has one', async () => {
    const number = somebody();
    await met(number);
    const one = await text(number, 'STOP');
    const { messageSid } = one;
    for (let n = 0; n < 3; n += 1) {
      expect((await text(number, 'STOP', { messageSid })).document).toBe(one.document);
    }
    const many = await Promise.all(Array.from({ length: 5 }, () => text(number, 'STOP')));
    expect(many.flatMap(({ replies }) => replies)).toEqual([]);
  });
});

describe('twelve months without being asked again', () => {
  const notBefore = async (number: string, purpose: string): Promise<string | null> => {
    const { body } = await ask(`/v1/persons/${encodeURIComponent(number)}/choices`);
    return body.purposes.find((one: CallView) => one.purpose === purpose).notBefore;
  };
  const inAYear = () => {
    const now = new Date();
    return new Date(
      Date.UTC(now.getUTCFullYear() + 1, now.getUTCMonth(), now.getUTCDate()),
    ).toISOString();
  };

  test.each(['text', 'api'])(
    'after a stop by %s; starting again ends it for texts',
    async (way) => {
      const number = somebody();
      await (way === 'text' ? text(number, 'STOP') : ask('/v1/opt-outs', { number }));
      for (const purpose of ['marketing-calls', 'marketing-texts']) {
        expect((await notBefore(number, purpose))?.slice(0, 10)).toBe(inAYear().slice(0, 10));
      }
      await text(number, 'START');
      expect((await notBefore(number, 'marketing-calls'))?.slice(0, 10)).toBe(
        inAYear().slice(0, 10),
      );
      expect((await notBefore(number, 'marketing-texts')) === null).toBe(way === 'text');
    },
  );

  test('a prefix or a policy of ours is nobody’s word', async () => {
    const number = somebody();
    await text(number, 'hello');
    await ask('/v1/opt-outs', { number, reason: 'policy' });
    expect(await notBefore(number, 'marketing-calls')).toBeNull();
  });
});

test('what a clear stop by text ends is a setting; one that may be a stop ends everything', async () => {
  const settings = (await (await server.api('/v1/settings/screening')).json()) as CallView;
  const { by: _by, at: _at, ...wanted } = settings;
  const put = (textStop: string, version: number) =>
    server.api('/v1/settings/screening', {
      method: 'PUT',
      body: JSON.stringify({ ...wanted, textStop, version }),
    });
  expect((await put('texts', settings.version)).status).toBe(200);
  const [clear, probable] = [somebody(), somebody()];
  await text(clear, 'STOP');
  expect(await stops(clear)).toBe('texts');
  await text(probable, 'there should be no more of these offers in my humble opinion');
  expect(await stops(probable)).toBe('calls and texts');
  await put('calls-and-texts', settings.version + 1);
});

describe('what somebody chose is looked at for what is asked', () => {
  const reasonsOf = async (number: string, channel: string, purpose: string) => {
    const { body } = await ask('/v1/screenings', { number, channel, purpose });
    return body.reasons.map(({ code }: CallView) => code);
  };
  const tell = async (number: string, purpose: string, kind: string) => {
    const at = new Date(Date.now() - 1_000).toISOString();
    const { status } = await ask('/v1/choices', { number, purpose, kind, channel: 'paper', at });
    expect(status).toBe(201);
  };

  test('[cap 42] a first no to texts is kept from texts, and not from calls', async () => {
    const number = somebody();
    await tell(number, 'marketing-texts', 'refused');
    expect(await reasonsOf(number, 'text', 'marketing-texts')).toContain('NO_REASK_PERIOD');
    expect(await reasonsOf(number, 'call', 'marketing-calls')).not.toContain('NO_REASK_PERIOD');
  });

  test('[cap 44] whose data is not to be sold is kept from a sale, and from nothing else', async () => {
    for (const kind of ['refused', 'withdrawn']) {
      const number = somebody();
      await tell(number, 'sale', kind);
      expect(await reasonsOf(number, 'call', 'sale')).toContain('CONSENT_WITHDRAWN');
      for (const [channel, purpose] of [
        ['call', 'marketing-calls'],
        ['text', 'marketing-texts'],
      ] as const) {
        expect(await reasonsOf(number, channel, purpose)).not.toContain('CONSENT_WITHDRAWN');
      }
    }
    expect(await reasonsOf(somebody(), 'call', 'sale')).not.toContain('CONSENT_WITHDRAWN');
  });
});
