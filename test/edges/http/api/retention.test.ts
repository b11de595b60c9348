import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setLine } from '../../../../src/app/lines.ts';
import { carryOut } from '../../../../src/app/retention.ts';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
const line = '+4930123456';
const all = ['retention:read', 'retention:write', 'holds:write', 'calls:redact'] as const;
const anyRule = { kind: 'calls', purpose: null, line: null, campaign: null, days: 30 };

beforeAll(async () => {
  server = await startApi();
  key = await server.key([...all, 'audit:read']);
  const settings = { flow: 'inbound', locale: 'en', controller: 'Muster GmbH' };
  await setLine(server.parts, server.tenant.id, line, settings);
});
afterAll(() => server.close());

const get = async (path: string) => (await server.get(`/v1${path}`, key)).body;
const send = (method: 'post' | 'put', path: string, body: object) =>
  server.send(method, `/v1${path}`, key, body);

async function setRules(rules: readonly object[]) {
  const { version } = await get('/retention');
  return send('put', '/retention', { rules, version });
}

describe('the schedule', () => {
  test('is that records stay, until one is set; each change is a version', async () => {
    expect(await get('/retention')).toEqual({ rules: [], version: 0, by: null, at: null });
    const first = await setRules([{ kind: 'calls', days: 90 }]);
    expect(first.body).toMatchObject({ rules: [{ ...anyRule, days: 90 }], version: 1 });
    await setRules([
      { kind: 'calls', days: 30 },
      { kind: 'recordings', days: 60, line },
      { kind: 'forms', days: null, purpose: 'training', campaign: 'spring' },
    ]);
    const { data } = await get('/retention/versions');
    expect(data.map(({ version }: { version: number }) => version)).toEqual([2, 1, 0]);
    expect(data[0].differences).toEqual([
      { kind: 'calls', purpose: null, line: null, campaign: null, before: 90, after: 30 },
      { kind: 'recordings', purpose: null, line, campaign: null, before: 'none', after: 60 },
      {
        kind: 'forms',
        purpose: 'training',
        line: null,
        campaign: 'spring',
        before: 'none',
        after: null,
      },
    ]);
    expect(data[2].differences).toEqual([]);
  });

  test('of two people who change the same version, one is told', async () => {
    const { version } = await get('/retention');
    const change = { rules: [{ kind: 'texts', days: 1 }], version };
    expect((await send('put', '/retention', change)).status).toBe(200);
    const late = await send('put', '/retention', change);
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
  });

  test.each<[string, object, string]>([
    ['no day at all', { kind: 'calls', days: 0 }, 'body.rules.0.days'],
    ['half a day', { kind: 'calls', days: 1.5 }, 'body.rules.0.days'],
    ['more than a century', { kind: 'calls', days: 40_000 }, 'body.rules.0.days'],
    ['a kind that is not kept', { kind: 'letters', days: 1 }, 'body.rules.0.kind'],
    ['a purpose that is none', { kind: 'calls', purpose: 'fun', days: 1 }, 'body.rules.0.purpose'],
    ['a line of somebody else', { kind: 'calls', line: '+4930999', days: 1 }, 'body.rules.0.line'],
    ['texts of a line', { kind: 'texts', line, days: 1 }, 'body.rules.0'],
  ])('%s is refused, and said where', async (_, rule, path) => {
    const { status, body } = await setRules([rule]);
    expect(status).toBe(422);
    expect(body.mistakes.map((one: { path: string }) => one.path)).toContain(path);
  });

  test('two rules for the same records are refused', async () => {
    const { status, body } = await setRules([
      { kind: 'calls', days: 1 },
      { kind: 'calls', days: 2 },
    ]);
    expect([status, body.mistakes[0].path]).toEqual([422, 'body.rules.1']);
  });
});

describe('plans and runs', () => {
  let id: string;
  beforeEach(async () => {
    const { sql } = server.database;
    await sql`update call set redacted_at = now() where redacted_at is null`;
    id = (await seedCall(sql, server.tenant, { startedAt: '2026-01-01T10:00:00Z' })).id;
    await seedCall(sql, server.tenant, { startedAt: '2026-02-28T10:00:00Z' });
    await setRules([{ kind: 'calls', days: 30 }]);
  });

  test('the plan counts and changes nothing; the run does what it counted', async () => {
    const plan = await get('/retention/plan');
    expect(plan.kinds.calls).toEqual({
      due: 1,
      held: 0,
      open: 0,
      oldest: '2026-01-01T10:01:00.000Z',
    });
    expect(plan.kinds.transcripts).toEqual({ due: 0, held: 0, open: 0, oldest: null });
    expect((await get('/retention/plan')).kinds).toEqual(plan.kinds);

    const begun = await send('post', '/retention/runs', {});
    expect([begun.status, begun.body.finishedAt]).toEqual([201, null]);
    expect((await send('post', '/retention/runs', {})).status).toBe(409);
    await carryOut(server.parts.retentionParts, begun.body.id);
    const run = await get(`/retention/runs/${begun.body.id}`);
    expect(run).toMatchObject({ proved: true, scope: 'schedule', expected: plan.kinds });
    expect(run.counts.calls).toEqual({ redacted: 1, held: 0, open: 0, failed: 0 });
    expect((await get('/retention/runs')).data[0]).toEqual(run);
    const rows = await server.database.sql`select id from call where redacted_at > '2026-03-01'`;
    expect(rows.map((row) => row['id'])).toContain(id);
  });

  test('[cap 64] a hold excludes, its release includes, and both say why and by whom', async () => {
    const hold = await send('post', '/holds', { call: id, reason: 'court case' });
    expect(hold.body).toMatchObject({ kind: 'call', callId: id, reason: 'court case' });
    expect((await get('/retention/plan')).kinds.calls).toMatchObject({ due: 0, held: 1 });
    expect((await get('/holds?open=true')).data[0].id).toBe(hold.body.id);
    const lift = await send('post', `/holds/${hold.body.id}/lift`, { reason: 'settled' });
    expect(lift.body.lifted).toMatchObject({ reason: 'settled' });
    expect((await send('post', `/holds/${hold.body.id}/lift`, { reason: 'again' })).status).toBe(
      409,
    );
    expect((await get('/retention/plan')).kinds.calls).toMatchObject({ due: 1, held: 0 });
    expect((await get('/holds?open=true')).data).toEqual([]);
    const { data } = await get('/audit?kind=change&limit=200');
    expect(data.map((one: { operation: string }) => one.operation)).toContain('placeHold');
    expect(data.map((one: { reason: string }) => one.reason)).toContain('settled');
  });

  test('a call whose request is open waits for it', async () => {
    const { sql } = server.database;
    await sql`
      insert into desk_task (id, tenant_id, call_id, party_id, kind, created_at)
      select gen_random_uuid(), tenant_id, id, gen_random_uuid(), 'callback', now()
      from call where id = ${id}`;
    expect((await get('/retention/plan')).kinds.calls).toMatchObject({ due: 0, open: 1 });
    const byHand = await send('post', `/calls/${id}/redact`, { reason: 'a letter' });
    expect([byHand.status, byHand.body.detail]).toEqual([409, expect.stringMatching(/seen to/)]);
  });
});

describe('a hold', () => {
  test.each<[string, object, number]>([
    ['on nothing', {}, 422],
    ['on two things', { line, person: '+4915112345678' }, 422],
    ['on a call that is not there', { call: '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33' }, 404],
    ['on nobody who is known', { person: '+4915199999999' }, 404],
    ['on a line that is none', { line: '+4930999' }, 404],
    [
      'on a period that ends before it begins',
      { period: { since: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' } },
      422,
    ],
  ])('%s is refused', async (_, on, status) => {
    expect((await send('post', '/holds', { ...on, reason: 'court' })).status).toBe(status);
  });

  test.each<[string, (call: string) => object]>([
    ['call', (call) => ({ call })],
    ['person', () => ({ person: '+4915112345678' })],
    ['line', () => ({ line })],
    [
      'period',
      () => ({ period: { since: '2025-12-31T00:00:00Z', until: '2026-01-02T00:00:00+02:00' } }),
    ],
  ])('on a %s keeps its calls', async (kind, on) => {
    const { sql } = server.database;
    const [row] = await sql`select id from line where tenant_id = ${server.tenant.id}`;
    const startedAt = '2026-01-01T10:00:00Z';
    const call = await seedCall(sql, server.tenant, { startedAt, lineId: row!['id'] });
    const hold = await send('post', '/holds', { ...on(call.id), reason: 'court' });
    expect([hold.status, hold.body.kind]).toEqual([201, kind]);
    const refused = await send('post', `/calls/${call.id}/redact`, { reason: 'a letter' });
    expect([refused.status, refused.body.code]).toEqual([409, 'held']);
    expect(refused.body.holds[0].id).toBe(hold.body.id);
    await send('post', `/holds/${hold.body.id}/lift`, { reason: 'settled' });
    const redacted = await send('post', `/calls/${call.id}/redact`, { reason: 'a letter' });
    expect([redacted.status, redacted.body.proved]).toEqual([200, true]);
  });
});
