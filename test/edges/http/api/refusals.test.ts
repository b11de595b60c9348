/**
 * What a handler refuses, after its request was let in, is not in the audit as allowed: every route
 * is made to refuse from inside. Shapes are loosened so that each handler is reached.
 */
import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ConsentryError, type ErrorCode } from '../../../../src/core/error.ts';
import type { Route } from '../../../../src/edges/http/api/route.ts';
import { type SeededCall, seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

/** What every handler throws instead of doing its work; null: it does its work. */
const inside = vi.hoisted(() => ({ thrown: null as (() => unknown) | null }));
const table: Route[] = vi.hoisted(() => []);

vi.mock('../../../../src/edges/http/api/route.ts', async (load) => {
  const { route } = await load<typeof import('../../../../src/edges/http/api/route.ts')>();
  return {
    route(definition: Parameters<typeof route>[0]) {
      const made = route(definition);
      const shapes = () => inside.thrown !== null;
      const loose = z.looseObject({});
      const row: Route = {
        ...made,
        get query() {
          return shapes() ? loose : made.query;
        },
        get body() {
          return shapes() && made.body !== null ? loose : made.body;
        },
        get params() {
          return shapes() ? loose : made.params;
        },
        async handle(asked) {
          if (inside.thrown !== null) throw inside.thrown();
          return made.handle(asked);
        },
      };
      table.push(row);
      return row;
    },
  };
});

const number = '+4915112345678';
const why = 'the customer asked';
let server: ApiServer;
let admin: string;
let call: SeededCall;

beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
  call = await seedCall(server.database.sql, server.tenant, {
    parties: [{ number, recording: {} }],
  });
});
afterAll(() => server.close());
beforeEach(() => {
  inside.thrown = null;
});

interface AuditRow {
  readonly id: string;
  readonly kind: string;
  readonly allowed: boolean;
}

const rows = (): Promise<AuditRow[]> =>
  server.database.sql`select id, kind, allowed from audit order by at, allowed desc, id`;

/** What one request adds to the audit, in its order. */
async function added(request: () => PromiseLike<{ status: number }>) {
  const before = new Set((await rows()).map(({ id }) => id));
  server.time.now += 120_000;
  const { status } = await request();
  return { status, rows: (await rows()).filter(({ id }) => !before.has(id)) };
}

/** A person's session, for what is for people. */
async function session(): Promise<string> {
  const email = `${randomUUID()}@example.com`;
  const user = { email, name: 'Ann', role: 'administrator' };
  const { body } = await server.send('post', '/v1/users', admin, user);
  const newPassword = 'two goats and a lantern';
  const signIn = { email, password: body.password, newPassword };
  return (await supertest(server.app).post('/v1/sessions').send(signIn)).body.token;
}

async function pathOf({ path }: Route): Promise<string> {
  const [leg] = await server.database.sql`
    select person_id from leg where call_sid = ${call.parties[0]!.callSid}`;
  const names: Record<string, string> = {
    call: call.id,
    recording: call.parties[0]!.recordingId!,
    receipt: call.entryIds[0]!,
    person: leg!['person_id'],
  };
  if (path.includes('{task}')) names['task'] = await newTask();
  if (path.includes('{request}')) names['request'] = await newRequest();
  if (path.includes('{emailRequest}')) names['emailRequest'] = await newQuestion();
  if (path.includes('{link}')) names['link'] = await newLink();
  return `/v1${path.replaceAll(/\{(\w+)\}/g, (_, name) => names[name] ?? randomUUID())}`;
}

let questions = 0;
/** To somebody else each time: one question waits at a time. */
async function newQuestion(): Promise<string> {
  questions += 1;
  const body = { number: `+49301235${String(6000 + questions)}`, purpose: 'survey' };
  return (await server.send('post', '/v1/email-requests', admin, body)).body.id;
}

async function newTask(): Promise<string> {
  const [row] = await server.database.sql`
    insert into desk_task (id, tenant_id, call_id, party_id, person_id, kind, created_at)
    select ${randomUUID()}, ${server.tenant.id}, ${call.id}, party_id, person_id, 'callback', now()
    from leg where call_sid = ${call.parties[0]!.callSid} returning id`;
  return row!['id'];
}

async function newRequest(): Promise<string> {
  const body = { number: '+4930123599', kind: 'access' };
  return (await server.send('post', '/v1/rights-requests', admin, body)).body.id;
}

async function newLink(): Promise<string> {
  const path = `/v1/recordings/${call.parties[0]!.recordingId}/links`;
  return (await server.send('post', path, admin)).body.url.split('/').at(-1);
}

/** A request that reaches the handler of a route. */
async function reach(row: Route, key: string, thrown: () => unknown) {
  const path = await pathOf(row);
  return added(async () => {
    inside.thrown = thrown;
    const asking = supertest(server.app)
      [row.method](path)
      .set('authorization', `Bearer ${key}`)
      .set('consentry-reason', why);
    const [type] = row.textTypes ?? row.takes ?? [];
    const answer = await (type !== undefined
      ? asking.set('content-type', type).send('{}')
      : row.body === null
        ? asking
        : asking.send({ reason: why, party: call.parties[0]!.id }));
    inside.thrown = null;
    return answer;
  });
}

const refusals: readonly ErrorCode[] = ['restricted', 'not_found', 'held', 'recording_gone'];
const seen = ({ kind, allowed }: AuditRow): string => `${kind} ${allowed ? 'allowed' : 'refused'}`;

describe('a refusal from inside of a route [cap 70]', () => {
  test('is in the audit of every route as refused, whatever the refusal', async () => {
    expect(table.length).toBeGreaterThan(100);
    for (const [i, row] of table.entries()) {
      const { audit, method, name } = row;
      const code = refusals[i % refusals.length]!;
      const refusal = () => new ConsentryError(code);
      const key = row.scope === 'self' || row.people === true ? await session() : admin;
      const done = await reach(row, key, refusal);
      const status = new ConsentryError(code).status;
      const shows = method === 'get' || ['reveal', 'listen', 'download'].includes(audit);
      const wanted =
        audit === 'none'
          ? []
          : shows || row.scope === 'public'
            ? [`${audit} refused`]
            : [`${audit} allowed`, `${audit} refused`];
      expect([name, done.status, done.rows.map(seen)]).toEqual([name, status, wanted]);
    }
  });

  test('of a change names the row under which it had been let in', async () => {
    const change = table.find(({ name }) => name === 'withdrawPermission')!;
    const { rows: both } = await reach(change, admin, () => new ConsentryError('conflict'));
    const { body } = await server.get('/v1/audit?kind=change&limit=5', admin);
    const refused = body.data.find(({ id }: AuditRow) => id === both[1]!.id);
    expect(refused).toMatchObject({
      allowed: false,
      operation: 'withdrawPermission',
      subject: { call: call.id, entry: both[0]!.id },
    });
    expect(refused.persons).toHaveLength(1);
  });

  test('that did something all the same stays as it was entered', async () => {
    const change = table.find(({ name }) => name === 'withdrawPermission')!;
    const partly = () => new ConsentryError('held', undefined, { partly: true });
    expect((await reach(change, admin, partly)).rows.map(seen)).toEqual(['change allowed']);
  });

  test('is told from a fault of ours: a change may have been made, an answer did not leave', async () => {
    const broken = () => new Error('the disk is full');
    const found: Record<string, string[]> = {};
    for (const name of ['withdrawPermission', 'revealNumber', 'getCall', 'listenToRecording']) {
      const row = table.find((one) => one.name === name)!;
      const done = await reach(row, admin, broken);
      expect(done.status).toBe(500);
      found[name] = done.rows.map(seen);
    }
    expect(found).toEqual({
      withdrawPermission: ['change allowed'],
      revealNumber: ['reveal refused'],
      getCall: ['read refused'],
      listenToRecording: ['listen refused'],
    });
  });
});

describe('what handlers refuse by themselves [cap 70]', () => {
  test('a number of somebody who was not on the call is not revealed', async () => {
    const done = await added(() =>
      server.send('post', `/v1/calls/${call.id}/reveal`, admin, {
        party: randomUUID(),
        reason: why,
      }),
    );
    expect([done.status, done.rows.map(seen)]).toEqual([404, ['reveal refused']]);
  });

  test('a recording that cannot be opened is neither heard nor downloaded', async () => {
    const path = `/v1/recordings/${call.parties[0]!.recordingId}`;
    const heard = await added(() => server.get(`${path}/audio`, admin));
    expect([heard.status, heard.rows.map(seen)]).toEqual([503, ['listen refused']]);
    const taken = await added(() =>
      server.send('post', `${path}/download`, admin, { reason: why }),
    );
    expect([taken.status, taken.rows.map(seen)]).toEqual([503, ['download refused']]);
  });
});
