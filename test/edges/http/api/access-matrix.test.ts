/**
 * Who may use which route: every role at every route, asked over HTTP and read from the answer,
 * against a table that people look through. `npx vitest run … --update` writes the
 * table anew; what changed in it is for a person to agree to.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setLine } from '../../../../src/app/lines.ts';
import { makeLink } from '../../../../src/app/listen-link.ts';
import { userRoles } from '../../../../src/core/access/role.ts';
import { type SeededCall, seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

const golden = join(import.meta.dirname, '../../../golden/access.txt');
const password = 'two goats and a lantern';
const [own, foreign] = ['+4930123456', '+4930123457'];
const wav = Buffer.alloc(100, 7);

let server: ApiServer;
let http: Server;
let admin: string;
let call: SeededCall;
let elsewhere: SeededCall;

interface Somebody {
  readonly title: string;
  readonly id: string;
  readonly token: string;
}
const people: Somebody[] = [];

beforeAll(async () => {
  server = await startApi({
    openAudio: async () => ({
      size: wav.length,
      async *read(start, end) {
        yield wav.subarray(start, end);
      },
    }),
    receiptFor: async () => ({ v: 1 }),
  });
  http = createServer(server.app).listen(0, '127.0.0.1');
  admin = await server.key(['admin']);
  const settings = { flow: 'inbound', locale: 'en', controller: 'Muster GmbH' };
  const line = async (number: string, team: string) =>
    (await setLine(server.parts, server.tenant.id, number, { ...settings, team })).id;
  const { sql } = server.database;
  call = await seedCall(sql, server.tenant, { lineId: await line(own!, 'north') });
  elsewhere = await seedCall(sql, server.tenant, { lineId: await line(foreign!, 'south') });
  for (const role of userRoles) people.push(await somebody(role, role));
  const until = new Date(server.time.now + 24 * 3_600_000).toISOString();
  const leave = { role: 'supervisor', reason: 'case 4711', until };
  const { body } = await server.send('post', '/v1/support-access', admin, leave);
  people.push({ title: 'support as supervisor', id: body.id, token: body.token });
  people.push(await somebody('supervisor', 'supervisor, this line', { lines: [own] }));
  people.push(await somebody('supervisor', 'supervisor, other line', { lines: [foreign] }));
  people.push(
    await somebody('supervisor', 'supervisor, calls out', { direction: 'outbound' }),
    await somebody('supervisor', 'supervisor, spring', { campaigns: ['spring'] }),
  );
});
afterAll(async () => {
  http.close();
  await server.close();
});

async function somebody(role: string, title: string, limits?: object): Promise<Somebody> {
  const email = `${randomUUID()}@example.com`;
  const { body } = await server.send('post', '/v1/users', admin, { email, name: title, role });
  const { id } = body.user;
  const session = await supertest(http)
    .post('/v1/sessions')
    .send({ email, password: body.password, newPassword: password });
  if (limits !== undefined) {
    const set = await server.send('put', `/v1/users/${id}`, admin, { limits });
    expect([set.status, set.body.limited]).toEqual([200, true]);
  }
  return { title, id, token: session.body.token };
}

async function freshTask(): Promise<string> {
  const [row] = await server.database.sql`
    insert into desk_task (id, tenant_id, call_id, party_id, person_id, kind, created_at)
    select ${randomUUID()}, ${server.tenant.id}, ${call.id}, party_id, person_id, 'callback', now()
    from leg where call_sid = ${call.parties[0]!.callSid} returning id`;
  return row!['id'];
}

/** Whoever is asked about may be gone afterwards. */
async function freshPerson(): Promise<string> {
  const [row] = await server.database.sql`
    insert into person (id, tenant_id, token)
    values (${randomUUID()}, ${server.tenant.id}, ${Buffer.from(randomUUID())}) returning id`;
  return row!['id'];
}

async function freshRequest(): Promise<string> {
  const body = { number: '+4930123599', kind: 'access' };
  return (await server.send('post', '/v1/rights-requests', admin, body)).body.id;
}

let asked: Promise<string> | null = null;
/** One for all: whatever is done with it, it is there. */
function question(): Promise<string> {
  const body = { number: '+4930123598', purpose: 'survey' };
  asked ??= server.send('post', '/v1/email-requests', admin, body).then((made) => made.body.id);
  return asked;
}

/** One's own where one may have one; else nobody's. */
async function freshLink(who: Somebody | null): Promise<string> {
  const link = { recordingId: call.parties[0]!.recordingId!, by: who?.id ?? 'nobody' };
  return (await makeLink(server.parts, link)).token;
}

/** Every parameter names something, or at least could. */
async function addressOf(path: string, who: Somebody | null): Promise<string> {
  const names: Record<string, string> = {
    call: call.id,
    recording: call.parties[0]!.recordingId!,
    receipt: call.entryIds[0]!,
    person: path.includes('{person}') ? await freshPerson() : '',
    task: path.includes('{task}') ? await freshTask() : '',
    request: path.includes('{request}') ? await freshRequest() : '',
    emailRequest: path.includes('{emailRequest}') ? await question() : '',
    link: path.includes('{link}') ? await freshLink(who) : '',
    flow: 'inbound',
    form: 'offers',
    notice: 'privacy',
    version: '1',
    locale: 'en',
    prompt: 'ask-recording',
    level: '0',
    n: '0',
    number: own!,
    list: 'own',
  };
  return `/v1${path.replaceAll(/\{(\w+)\}/g, (_, name) => names[name] ?? randomUUID())}`;
}

/** What a request was answered, as far as access goes. */
async function ask(method: string, path: string, who: Somebody | null): Promise<string> {
  const verb = method as 'get' | 'post' | 'put' | 'delete';
  const request = supertest(http)[verb](await addressOf(path, who));
  if (who !== null) request.set('authorization', `Bearer ${who.token}`);
  const { status } = await request;
  return [401, 403, 404].includes(status) ? String(status) : 'yes';
}

/** What an administrator, who sees everything, does not find is there for nobody: let in. */
function readCells(cells: readonly string[], administrator: string | undefined): readonly string[] {
  return administrator === '404' ? cells.map((cell) => (cell === '404' ? 'yes' : cell)) : cells;
}

describe('access [cap 7] [cap 8]', () => {
  test('every role at every route is as the table says', async () => {
    const { paths } = (await supertest(http).get('/openapi.json')).body as {
      paths: Record<string, Record<string, { security: readonly object[] }>>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method, path] as const),
    );
    const lines: string[] = [];
    const admins = people.findIndex(({ title }) => title === 'administrator');
    for (const [method, path] of routes.toSorted((a, b) => (a[1] < b[1] ? -1 : 1))) {
      const cells = [await ask(method, path, null)];
      for (const who of people) {
        server.time.now += 1;
        cells.push(await ask(method, path, who));
      }
      lines.push(
        `${method.toUpperCase().padEnd(6)} ${path.padEnd(36)} ${row(readCells(cells, cells[1 + admins]))}`,
      );
    }
    const head = ['nobody', ...people.map(({ title }) => title)];
    const legend = head.map((title, i) => `${String.fromCharCode(97 + i)}  ${title}`);
    const letters = head.map((_, i) => String.fromCharCode(97 + i));
    const text = [
      'Who may use which route. yes: let in; 401, 403: refused; 404: outside of what they may see.',
      '',
      ...legend,
      '',
      `${' '.repeat(44)}${row(letters)}`,
      ...lines.map((line) => line.trimEnd()),
      '',
    ];
    await expect(text.join('\n')).toMatchFileSnapshot(golden);
  }, 120_000);

  test('who is limited sees what lies within, in lists and alone, and nothing else', async () => {
    const [mine, others, out, spring] = people.slice(-4) as [
      Somebody,
      Somebody,
      Somebody,
      Somebody,
    ];
    const seen = async ({ token }: Somebody, path: string) =>
      (await server.get(path, token)).body.data.map((one: { id: string }) => one.id);
    await freshTask();
    for (const [who, calls] of [
      [mine, [call.id]],
      [others, [elsewhere.id]],
      [out, []],
      [spring, []],
    ] as const) {
      expect([who.title, await seen(who, '/v1/calls')]).toEqual([who.title, calls]);
      const recordings = (await server.get('/v1/recordings', who.token)).body.data;
      expect(recordings.map(({ callId }: { callId: string }) => callId)).toEqual(calls);
      const tasks = (await server.get('/v1/tasks', who.token)).body.data;
      expect([who.title, tasks.length > 0]).toEqual([who.title, who === mine]);
    }
    const { recordingId } = call.parties[0]!;
    for (const path of [`/v1/calls/${call.id}`, `/v1/calls/${call.parties[0]!.callSid}`]) {
      expect((await server.get(path, mine.token)).status).toBe(200);
      expect((await server.get(path, others.token)).status).toBe(404);
    }
    const audio = `/v1/recordings/${recordingId}/audio`;
    expect((await server.get(audio, mine.token)).status).toBe(200);
    for (const who of [others, out, spring]) {
      expect((await server.get(audio, who.token)).status).toBe(404);
      const path = `/v1/calls/${call.id}/withdraw`;
      const body = { purpose: 'recording' };
      expect((await server.send('post', path, who.token, body)).status).toBe(404);
    }
    expect(server.withdrawals).toEqual([]);
  });

  test('who is limited to teams sees the calls of their lines, as they belong to them now', async () => {
    const who = await somebody('supervisor', 'supervisor, teams', { teams: ['north', 'west'] });
    const seen = async (path: string) =>
      (await server.get(path, who.token)).body.data.map(
        (one: { id: string; callId?: string }) => one.callId ?? one.id,
      );
    const status = async ({ id }: SeededCall) =>
      (await server.get(`/v1/calls/${id}`, who.token)).status;
    expect(await seen('/v1/calls')).toEqual([call.id]);
    expect(await seen('/v1/recordings')).toEqual([call.id]);
    expect([await status(call), await status(elsewhere)]).toEqual([200, 404]);
    const give = (number: string | undefined, team: string | null) => {
      const settings = { flow: 'inbound', locale: 'en', controller: 'Muster GmbH', team };
      return server.send('put', `/v1/lines/${number}`, admin, settings);
    };
    expect((await give(foreign, 'west')).body.team).toBe('west');
    expect((await give(own, null)).body.team).toBeNull();
    expect(await seen('/v1/calls')).toEqual([elsewhere.id]);
    expect([await status(call), await status(elsewhere)]).toEqual([404, 200]);
    await give(foreign, 'south');
    await give(own, 'north');
  });

  test('a call of a campaign is there for who is limited to it', async () => {
    const { sql } = server.database;
    const placed = await seedCall(sql, server.tenant, {});
    const permit = randomUUID();
    await sql`update call set direction = 'outbound' where id = ${placed.id}`;
    await sql`
      insert into permit (id, tenant_id, token, channel, purpose, scopes, not_after, made_at)
      values (${permit}, ${server.tenant.id}, ${Buffer.of(1)}, 'call', 'sale',
        ${['all', 'campaign:spring']}, now(), now())`;
    await sql`
      insert into dial (call_id, tenant_id, token, person_id, party_id, permit_id, at)
      select ${placed.id}, ${server.tenant.id}, ${Buffer.of(1)}, person_id, party_id, ${permit}, now()
      from leg where call_id = ${placed.id}`;
    const [mine, , out, spring] = people.slice(-4) as [Somebody, Somebody, Somebody, Somebody];
    for (const [who, status] of [
      [spring, 200],
      [out, 200],
      [mine, 404],
    ] as const) {
      const answer = await server.get(`/v1/calls/${placed.id}`, who.token);
      expect([who.title, answer.status]).toEqual([who.title, status]);
      const listed = (await server.get('/v1/calls', who.token)).body.data;
      const ids = listed.map(({ id }: { id: string }) => id);
      expect([who.title, ids.includes(placed.id)]).toEqual([who.title, status === 200]);
    }
  });

  test('limits name lines that are there', async () => {
    const { id } = people[0]!;
    for (const lines of [['+4930999999'], ['nonsense']]) {
      const set = await server.send('put', `/v1/users/${id}`, admin, { limits: { lines } });
      expect([set.status, set.body.detail]).toEqual([
        422,
        'body.limits.lines.0: is no line; allowed: numbers of GET /v1/lines',
      ]);
    }
  });
});

const row = (cells: readonly string[]): string => cells.map((cell) => cell.padEnd(4)).join('');
