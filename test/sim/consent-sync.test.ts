/** The carrier’s list of who wants no texts, and ours: told both ways, and to nobody twice. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextMessage } from '../../src/carrier/carrier.ts';
import { generator } from '../support/chance.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';
import { type Fate, type RestProxy, startRestProxy } from './rest-proxy.ts';

const lines = ['+14155557101', '+14155557102'] as const;
const consents = '/v1/Consents/Bulk';

let proxy: RestProxy;
let fate: () => Fate = () => 'answered';
let server: TestServer;

beforeAll(async () => {
  proxy = await startRestProxy(({ path }) => (path === consents ? fate() : 'answered'));
  server = await testServer({ TWILIO_API_URL: proxy.url });
  proxy.aim(server.carrier.url);
  for (const line of lines) {
    const settings = { flow: 'inbound', locale: 'en', controller: 'Acme' };
    const body = JSON.stringify(settings);
    const answer = await server.api(`/v1/lines/${encodeURIComponent(line)}`, {
      method: 'PUT',
      body,
    });
    expect(answer.status).toBe(200);
  }
});
afterAll(async () => {
  await server.close();
  await proxy.close();
});

let last = 0;
function somebody(): string {
  last += 1;
  return `+1212555${String(7000 + last)}`;
}

async function post(path: string, body: object): Promise<CallView> {
  const answer = await server.api(path, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBeLessThan(300);
  return answer.json();
}

const stop = (number: string, more: object = {}) => post('/v1/opt-outs', { number, ...more });
const lift = (number: string) => {
  const document = { sha256: 'ab'.repeat(32), at: new Date(Date.now() + 1).toISOString() };
  return post('/v1/opt-outs/lift', { number, channel: 'text', document });
};
const write = (from: string, body: string, more: Partial<TextMessage> = {}) =>
  server.carrier.sendText({
    messagingUrl: `${server.url}/twilio/messages`,
    to: lines[0],
    from,
    body,
    ...more,
  });

/** When nothing is left to be told; what waits for a retry is made due at once. */
async function quiet(): Promise<void> {
  const { sql } = server.database;
  for (let tries = 0; ; tries += 1) {
    const [row] = await sql`select count(*)::int as n from carrier_consent where refused is null`;
    if (row!['n'] === 0) return;
    if (tries === 600) throw new Error('the carrier was never told');
    await sql`
      update carrier_consent set due_at = clock_timestamp()
      where leased_until is null and due_at > clock_timestamp() and refused is null`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the carrier was told of a number, in its order. */
const toldOf = (number: string) =>
  server.carrier.consents
    .filter(({ contact }) => contact === number)
    .map(({ sender, status, source }) => [sender, status, source]);

describe('the carrier is told', () => {
  test('of a stop by whatever way, for every line, and of what lifts it', async () => {
    const number = somebody();
    await stop(number);
    await quiet();
    expect(toldOf(number).sort()).toEqual(lines.map((line) => [line, 'opt-out', 'others']));
    await lift(number);
    await quiet();
    expect(toldOf(number).slice(2).sort()).toEqual(lines.map((line) => [line, 'opt-in', 'others']));
  });

  test('nothing of the line on which it heard the word itself, and nothing comes back', async () => {
    const number = somebody();
    await write(number, 'STOP', { optOutType: 'STOP' });
    await quiet();
    expect(toldOf(number)).toEqual([[lines[1], 'opt-out', 'opt-out-message']]);
    await write(number, 'START', { optOutType: 'START' });
    await quiet();
    expect(toldOf(number).slice(1)).toEqual([[lines[1], 'opt-in', 'opt-in-message']]);
    const asked = proxy.requests.length;
    // Word of what is known is no news.
    await write(number, 'START', { optOutType: 'START' });
    await quiet();
    expect(proxy.requests.length).toBe(asked);
  });

  test('of a word that only we heard, on every line', async () => {
    const number = somebody();
    await write(number, 'please stop');
    await quiet();
    expect(toldOf(number).map(([sender, status]) => [sender, status])).toEqual(
      lines.map((line) => [line, 'opt-out']),
    );
  });

  test.each([
    ['a stop of calls', (number: string) => stop(number, { channel: 'call' })],
    ['a stop of one campaign', (number: string) => stop(number, { scope: 'campaign:spring' })],
    ['a prefix', (number: string) => stop(`${number.slice(0, -1)}*`)],
    [
      'what may be a stop and nobody has looked at',
      (number: string) => write(number, 'I would rather have no more of your offers at dinner'),
    ],
  ])('nothing of %s', async (_, say) => {
    const number = somebody();
    await say(number);
    await quiet();
    expect(toldOf(number)).toEqual([]);
  });
});

describe('a carrier that fails', () => {
  test('is told again, under the same names, until it has answered', async () => {
    const number = somebody();
    let asked = 0;
    fate = () => {
      asked += 1;
      if (asked === 1) return { status: 503, body: { code: 20503 } };
      return asked === 2 ? 'answer-lost' : 'answered';
    };
    await stop(number);
    await quiet();
    fate = () => 'answered';
    const told = server.carrier.consents.filter(({ contact }) => contact === number);
    expect(told).toHaveLength(4);
    expect(new Set(told.map(({ correlation }) => correlation)).size).toBe(2);
  });

  test('is told by a server that starts later', async () => {
    const number = somebody();
    fate = () => ({ status: 503, body: { code: 20503 } });
    await stop(number);
    const later = await testServer({}, { beside: server });
    fate = () => 'answered';
    await quiet();
    expect(toldOf(number)).toHaveLength(2);
    await later.close();
  });

  test('ends at what stands with us, whatever changes and fails at once, for two servers', async () => {
    const other = await testServer({}, { beside: server });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        async (words, seed) => {
          const chance = generator(seed);
          fate = () => {
            const drawn = chance();
            if (drawn < 0.25) return { status: 503, body: { code: 20503 } };
            return drawn < 0.5 ? 'answer-lost' : 'answered';
          };
          const number = somebody();
          let listed: boolean | null = null;
          for (const wanted of words) {
            if (wanted) await stop(number);
            else if (listed === true) await lift(number);
            else continue;
            listed = wanted;
          }
          await quiet();
          for (const line of lines) {
            const told = toldOf(number).filter(([sender]) => sender === line);
            const expected = listed === null ? undefined : listed ? 'opt-out' : 'opt-in';
            expect(told.at(-1)?.[1]).toBe(expected);
          }
        },
      ),
      { numRuns: 8 },
    );
    fate = () => 'answered';
    await other.close();
  });

  test('that refuses one number keeps it from no other, and it stays stopped with us', async () => {
    const [refused, taken] = [somebody(), somebody()];
    server.carrier.answerAs(refused, { refusesTexts: true });
    await Promise.all([stop(refused), stop(taken)]);
    await quiet();
    expect([toldOf(refused).length, toldOf(taken).length]).toEqual([0, 2]);
    for (let tries = 0; tries < 100; tries += 1) {
      const rows = await server.database.sql`
        select refused from carrier_consent where refused is not null`;
      if (rows.length === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const rows = await server.database.sql`select refused from carrier_consent`;
    expect(rows.map((row) => row['refused'])).toEqual(['60001']);
    const answer = await post('/v1/screenings', { number: refused, channel: 'text' });
    expect(answer.decision).toBe('deny');
  });
});
