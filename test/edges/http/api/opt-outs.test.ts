import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optOut } from '../../../../src/app/opt-out.ts';
import type { ReviewStore } from '../../../../src/app/review-ports.ts';
import { decideReview, listReviews } from '../../../../src/app/review-stops.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['lists:write']);
});
afterAll(() => server.close());

const post = (path: string, body: object, as = key) => server.send('post', path, as, body);
const listed = (number: string, channel: 'call' | 'text' = 'call') =>
  server.ownCopy.find(number, channel, ['campaign:spring'], server.time.now).length;
const document = { sha256: 'ab'.repeat(32) };

describe('an opt-out', () => {
  test('is known here when it is answered, for calls and texts unless one is named', async () => {
    const { status, body } = await post('/v1/opt-outs', { number: '+1 (415) 555-0100' });
    expect(status).toBe(201);
    expect(body.number).toMatch(/^\+1 415 •+/);
    expect(body.listings).toMatchObject([
      { channel: 'call', scope: 'all', listed: true, reason: 'request', until: null },
      { channel: 'text', scope: 'all', listed: true },
    ]);
    expect([listed('+14155550100'), listed('+14155550100', 'text')]).toEqual([1, 1]);
    await post('/v1/opt-outs', { number: '+14155550101', channel: 'text' });
    expect([listed('+14155550101'), listed('+14155550101', 'text')]).toEqual([0, 1]);
  });

  test('has one entry for each channel, and doing it again makes none', async () => {
    const wanted = { number: '+14155550102', scope: 'campaign:spring' };
    const { body } = await post('/v1/opt-outs', wanted);
    const again = await post('/v1/opt-outs', wanted);
    expect(again.body).toEqual(body);
    const ids = body.listings.map(({ receiptId }: { receiptId: string }) => receiptId);
    const rows = await server.database.sql`
      select e.kind, e.purpose, e.person_id is not null as sealed_for_its_person
      from entry e join ledger_queue q on q.entry_id = e.id where e.id in ${server.database.sql(ids)}
      order by e.purpose`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { kind: 'listing', purpose: 'marketing-calls', sealed_for_its_person: true },
      { kind: 'listing', purpose: 'marketing-texts', sealed_for_its_person: true },
    ]);
    expect([listed('+14155550102'), listed('+14155550103')]).toEqual([1, 0]);
  });

  test('can be for a whole prefix', async () => {
    const { status, body } = await post('/v1/opt-outs', { number: '+1900*', reason: 'policy' });
    expect([status, body.number]).toEqual([201, '+1900*']);
    expect(listed('+19005550123')).toBe(1);
  });

  test.each([
    [{ number: '5550100' }, 'body.number'],
    [{ number: 'anonymous' }, 'body.number'],
    [{ number: '+*' }, 'body.number'],
    [{ number: '+1*' }, 'body.number'],
    [{ number: '+14155550100', channel: 'fax' }, 'body.channel'],
    [{ number: '+14155550100', scope: 'spring' }, 'body.scope'],
    [{ number: '+14155550100', until: 'tomorrow' }, 'body.until'],
    [{ channel: 'call' }, 'body.number'],
  ])(
    '%j is refused at %s, and the number is not said again',
    async ({ number, ...body }: Record<string, string>, path) => {
      const answer = await post('/v1/opt-outs', { number, ...body });
      expect(answer.status).toBe(422);
      expect(answer.body.mistakes.map((one: { path: string }) => one.path)).toEqual([path]);
      if (number !== undefined) expect(JSON.stringify(answer.body)).not.toContain(`"${number}"`);
    },
  );

  test('needs the scope', async () => {
    const other = await server.key(['lists:read', 'calls:read']);
    expect((await post('/v1/opt-outs', { number: '+14155550100' }, other)).status).toBe(403);
  });
});

describe('a lifting', () => {
  test('needs the later word of the person, by its hash', async () => {
    const wanted = { number: '+14155550110', channel: 'call' };
    await post('/v1/opt-outs', wanted);
    expect((await post('/v1/opt-outs/lift', wanted)).status).toBe(422);
    const { status, body } = await post('/v1/opt-outs/lift', { ...wanted, document });
    expect(status).toBe(200);
    expect(body.listings).toMatchObject([{ channel: 'call', listed: false }]);
    expect(listed('+14155550110')).toBe(0);
  });

  test('lifts what is listed and nothing else', async () => {
    await post('/v1/opt-outs', { number: '+14155550111', channel: 'call' });
    const lift = { number: '+14155550111', document };
    expect((await post('/v1/opt-outs/lift', { ...lift, channel: 'text' })).status).toBe(404);
    const { body } = await post('/v1/opt-outs/lift', lift);
    expect(body.listings).toHaveLength(1);
    expect((await post('/v1/opt-outs/lift', lift)).status).toBe(404);
  });

  test('by a document that is older than what it would lift is refused', async () => {
    const number = '+14155550112';
    await post('/v1/opt-outs', { number });
    const at = new Date(server.time.now - 1).toISOString();
    const old = { number, document: { ...document, at } };
    expect((await post('/v1/opt-outs/lift', old)).status).toBe(409);
    expect(listed(number)).toBe(1);
    const later = new Date(server.time.now + 1).toISOString();
    expect(
      (await post('/v1/opt-outs/lift', { number, document: { ...document, at: later } })).status,
    ).toBe(200);
  });
});

describe('a review', () => {
  test('lifts nothing that became clear while it was decided', async () => {
    const { optOutParts: parts } = server.parts;
    const number = '+14155550130';
    const stop = { number, channels: ['call', 'text'], scope: 'all', reason: 'request' } as const;
    const word = { ...stop, source: 'text', by: 'caller' } as const;
    await optOut(parts, { ...word, provisional: true, note: 'no more?' });
    const { data } = await listReviews(parts, 'provisional', { limit: 200, cursor: undefined });
    const id = data.at(-1)?.id ?? '';
    const reviews: ReviewStore = {
      ...parts.reviews,
      decide: (which, decision, act) =>
        parts.reviews.decide(which, decision, (row, list) =>
          act(row, {
            ...list,
            async find(wanted) {
              const found = await list.find(wanted);
              await optOut(parts, word); // a clear STOP, between the look and the deed
              return found;
            },
          }),
        ),
    };
    const praise = { state: 'rejected', by: 'somebody', reason: 'it was praise' } as const;
    await decideReview({ ...parts, reviews }, id, praise);
    const stands = await parts.ownList.find(number);
    expect(stands.map(({ listed, provisional }) => [listed, provisional])).toEqual([
      [true, false],
      [true, false],
    ]);
  });
});
