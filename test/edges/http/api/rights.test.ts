/** Requests about one's own data over HTTP, on a real database. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rightsAlarms } from '../../../../src/app/rights-alarms.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['admin']);
});
afterAll(() => server.close());

const path = '/v1/rights-requests';
const sha256 = 'ab'.repeat(32);
let numbers = 0;
const somebody = () => `+49301235${String(1000 + numbers++)}`;
const post = (where: string, body: object = {}) =>
  server.send('post', `${path}${where}`, key, body);
const add = async (kind: string, more: object = {}) => {
  const answer = await post('', { number: somebody(), kind, ...more });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
};
const lastCode = () => server.codes.at(-1)!;
const hour = 3_600_000;

describe('a request', () => {
  test('[cap 55] says by when it has to be answered, and by which rule', async () => {
    server.time.now = Date.parse('2026-11-25T12:00Z');
    const german = await add('access');
    expect(german).toMatchObject({ law: 'gdpr', answerBy: '2026-12-28', confirmBy: null });
    expect(german.deadline).toMatchObject({ rule: 'gdpr-12-3', extendedBy: '2027-02-25' });
    const american = await add('delete', { number: '+14155550177' });
    expect(american).toMatchObject({ law: 'ccpa', answerBy: '2027-01-09', urgency: 'open' });
    expect(american.confirmBy).toBe('2026-12-11T04:00:00.000Z');
  });

  test('keeps what was asked for sealed, and shows it to who may read it', async () => {
    const note = 'everything of last summer, please';
    const { id } = await add('access', { note });
    expect((await server.get(`${path}/${id}`, key)).body.note).toBe(note);
    const [row] = await server.database.sql`select * from rights_request where id = ${id}`;
    expect(JSON.stringify(row)).not.toContain('summer');
    expect(row!['note_sealed'].toString('latin1')).not.toContain('summer');
  });

  test.each([
    ['an agent without an authority', { speaker: 'agent' }, 'body.authority'],
    [
      'a guardian without an authority',
      { speaker: 'guardian', guardian: '+4930123599' },
      'body.authority',
    ],
    [
      'a guardian without a number',
      { speaker: 'guardian', authority: { sha256 } },
      'body.guardian',
    ],
    ['a future', { receivedAt: '2031-01-01T00:00:00Z' }, 'body.receivedAt'],
    ['another kind', { kind: 'forget' }, 'body.kind'],
    ['no number', { number: 'abc' }, 'body.number'],
  ])('of %s is refused, with what is missing', async (_, more, where) => {
    const answer = await post('', { number: somebody(), kind: 'access', ...more });
    expect(answer.status).toBe(422);
    expect(answer.body.mistakes.map((one: { path: string }) => one.path)).toContain(where);
  });

  test('[cap 54] of an agent or a guardian has the same deadline, and its authority in the history', async () => {
    const own = await add('access');
    const agent = await add('access', { speaker: 'agent', authority: { sha256 } });
    expect(agent).toMatchObject({ answerBy: own.answerBy, authority: sha256 });
    expect(agent.history).toMatchObject([{ act: 'receive', document: sha256 }]);
  });
});

describe('who asks', () => {
  test('gets a code at the number the request is about, and with it the request is verified', async () => {
    const { id, number: masked } = await add('access');
    const sent = await post(`/${id}/check`);
    expect([sent.status, sent.body.state]).toEqual([200, 'identity-pending']);
    const [number, code, means] = lastCode();
    expect([code.length, means, masked.slice(-3)]).toEqual([6, 'text', number.slice(-3)]);
    const verified = await post(`/${id}/verify`, { code });
    expect(verified.body).toMatchObject({ state: 'verified', identity: 'text' });
    const rows = await server.database.sql`select * from rights_request where id = ${id}`;
    expect(rows[0]!['code_hash']).toBe(null);
  });

  test("is the guardian where one speaks: the child's number gets nothing", async () => {
    const guardian = '+4930123598';
    const { id } = await add('access', { speaker: 'guardian', guardian, authority: { sha256 } });
    await post(`/${id}/check`, { by: 'call' });
    expect([lastCode()[0], lastCode()[2]]).toEqual([guardian, 'call']);
  });

  test('has five tries; then the right code is not right any more', async () => {
    const { id } = await add('access');
    await post(`/${id}/check`);
    const [, code] = lastCode();
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await post(`/${id}/verify`, { code: wrong })).status).toBe(409);
    }
    expect((await post(`/${id}/verify`, { code })).status).toBe(409);
    const { body } = await server.get(`${path}/${id}`, key);
    expect(body.state).toBe('identity-pending');
    expect(body.history.filter((one: { act: string }) => one.act === 'try')).toHaveLength(6);
  });

  test('has ten minutes, and five codes', async () => {
    const { id } = await add('access');
    await post(`/${id}/check`);
    const [, old] = lastCode();
    server.time.now += 600_000;
    expect((await post(`/${id}/verify`, { code: old })).status).toBe(409);
    for (let more = 0; more < 4; more += 1) expect((await post(`/${id}/check`)).status).toBe(200);
    expect((await post(`/${id}/check`)).status).toBe(429);
    expect((await post(`/${id}/verify`, { code: lastCode()[1] })).status).toBe(200);
  });

  test('with fifty answers at once is verified once', async () => {
    const { id } = await add('access');
    await post(`/${id}/check`);
    const [, code] = lastCode();
    const all = await Promise.all(
      Array.from({ length: 50 }, () => post(`/${id}/verify`, { code })),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('is not known by the code of another request', async () => {
    const [one, two] = [await add('access'), await add('access')];
    await post(`/${one.id}/check`);
    const [, code] = lastCode();
    await post(`/${two.id}/check`);
    if (code === lastCode()[1]) return;
    expect((await post(`/${two.id}/verify`, { code })).status).toBe(409);
  });
});

describe('an answer', () => {
  test('that shows or deletes something needs to know who asks; one that lessens does not', async () => {
    for (const kind of ['know', 'access', 'correct', 'restrict', 'delete']) {
      const { id } = await add(kind);
      const body = kind === 'correct' ? { correction: { name: 'Ada' } } : {};
      expect((await post(`/${id}/fulfil`, body)).status, kind).toBe(409);
      await post(`/${id}/verify`, { document: { sha256 } });
      expect((await post(`/${id}/fulfil`, body)).body.state, kind).toBe('fulfilled');
    }
    for (const kind of ['object', 'do-not-sell', 'revoke']) {
      const { id, person } = await add(kind);
      expect((await post(`/${id}/fulfil`)).body.state, kind).toBe('fulfilled');
      expect(server.carriedOut.at(-1)).toEqual([kind, person]);
    }
  });

  test('is given once', async () => {
    const { id } = await add('revoke');
    const all = await Promise.all(Array.from({ length: 8 }, () => post(`/${id}/fulfil`)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('may take longer only where the law says so, and if they were told in time', async () => {
    const { id } = await add('access');
    await post(`/${id}/verify`, { document: { sha256 } });
    const extended = await post(`/${id}/extend`);
    expect(extended.body.answerBy).toBe(extended.body.deadline.extendedBy);
    const sale = await add('do-not-sell', { number: '+14155550178' });
    await post(`/${sale.id}/verify`, { document: { sha256 } });
    expect((await post(`/${sale.id}/extend`)).body.detail).toContain('7026');
    const receivedAt = new Date(server.time.now - 70 * 24 * hour).toISOString();
    const late = await add('access', { receivedAt });
    await post(`/${late.id}/verify`, { document: { sha256 } });
    expect((await post(`/${late.id}/extend`)).status).toBe(409);
  });

  test('may be a refusal on a ground that the law has, and no other', async () => {
    const { id } = await add('delete');
    expect((await post(`/${id}/refuse`, { ground: 'too much work' })).status).toBe(422);
    const refused = await post(`/${id}/refuse`, { ground: 'legal-obligation' });
    expect(refused.body).toMatchObject({ state: 'refused', ground: 'legal-obligation' });
    expect(refused.body.possible).toEqual([]);
    expect((await post(`/${id}/withdraw`)).status).toBe(409);
  });

  test('[cap 73] has its place in the ledger, as everything before it', async () => {
    const { id } = await add('delete');
    await post(`/${id}/confirm`);
    await post(`/${id}/verify`, { document: { sha256 } });
    const { body } = await post(`/${id}/withdraw`);
    const acts = body.history.map(({ act }: { act: string }) => act);
    expect(acts).toEqual(['receive', 'confirm', 'verify', 'withdraw']);
    const ids = body.history.map(({ receiptId }: { receiptId: string }) => receiptId);
    const rows = await server.database.sql`
      select kind from entry where id = any (${ids}) and id in
        (select entry_id from ledger_queue union select entry_id from ledger_leaf)`;
    expect(rows.map(({ kind }) => kind)).toEqual(['rights', 'rights', 'rights', 'rights']);
  });
});

describe('the list', () => {
  test('[cap 55] has what is due first, page by page, and alarms for what is soon and late', async () => {
    await server.database.sql`update rights_request set closed_at = now()`;
    const now = server.time.now;
    const ago = (days: number) => new Date(now - days * 24 * hour).toISOString();
    const late = await add('access', { receivedAt: ago(60) });
    const fresh = await add('access');
    const soon = await add('access', { receivedAt: ago(29) });
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await server.get(`${path}?open=true&limit=1${cursor}`, key);
      ids.push(...body.data.map((one: { id: string }) => one.id));
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(ids).toEqual([late.id, soon.id, fresh.id]);
    const due = async (when: string) =>
      (await server.get(`${path}?due=${when}`, key)).body.data.map((one: { id: string }) => one.id);
    expect(await due('late')).toEqual([late.id]);
    expect(await due('soon')).toEqual([late.id, soon.id]);
    const logged: unknown[] = [];
    const quiet = { debug() {}, info() {}, error() {} };
    const log = { ...quiet, warn: (fields: object) => void logged.push(fields) };
    const alarms = rightsAlarms(server.parts.rightsParts.rights, server.parts.clock, log);
    expect(alarms.text()).toBe('');
    await alarms.look();
    await alarms.look();
    expect(logged).toEqual([{ late: 1, soon: 1 }]);
    expect(alarms.text()).toContain('consentry_rights_requests{due="late"} 1\n');
    expect(alarms.text()).toContain('consentry_rights_requests{due="soon"} 1\n');
  });

  test('counts what has to be confirmed first, until it is', async () => {
    await server.database.sql`update rights_request set closed_at = now()`;
    const receivedAt = new Date(server.time.now - 20 * 24 * hour).toISOString();
    const { id } = await add('access', { number: '+14155550179', receivedAt });
    expect((await server.get(`${path}?due=late`, key)).body.data).toHaveLength(1);
    expect((await post(`/${id}/confirm`)).body.urgency).toBe('open');
    expect((await server.get(`${path}?due=late`, key)).body.data).toEqual([]);
  });

  test('shows nothing of another tenant', async () => {
    const { id } = await add('access');
    const { sql } = server.database;
    await sql`update rights_request set tenant_id = ${server.other.id} where id = ${id}`;
    expect((await server.get(`${path}/${id}`, key)).status).toBe(404);
    expect((await post(`/${id}/fulfil`)).status).toBe(404);
  });
});

test('[cap 44] whoever has `Sec-GPC: 1` sent with a request is not sold, besides', async () => {
  const number = somebody();
  const answer = await post('', { number, kind: 'access' }).set('sec-gpc', '1');
  const { person } = answer.body;
  expect(server.carriedOut.at(-1)).toEqual(['do-not-sell', person]);
  const { body } = await server.get(`${path}?person=${person}`, key);
  expect(
    body.data.map((one: { kind: string; state: string }) => [one.kind, one.state]).sort(),
  ).toEqual([
    ['access', 'received'],
    ['do-not-sell', 'fulfilled'],
  ]);
});

test('without its scope nobody reads or changes a request', async () => {
  const { id } = await add('access');
  const reader = await server.key(['rights:read']);
  expect((await server.send('post', `${path}/${id}/confirm`, reader, {})).status).toBe(403);
  const other = await server.key(['persons:read']);
  expect((await server.get(`${path}/${id}`, other)).status).toBe(403);
  expect((await server.get(`${path}/${randomBytes(4).toString('hex')}`, key)).status).toBe(404);
});
