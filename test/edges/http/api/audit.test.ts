import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runNextExport } from '../../../../src/app/run-export.ts';
import { type AuditClass, auditClasses } from '../../../../src/core/access/audit.ts';
import { scopes } from '../../../../src/core/access/scope.ts';
import { checkOpening, parseLeaf } from '../../../../src/core/ledger/entry.ts';
import { type SeededCall, seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

interface Operation {
  readonly operationId: string;
  readonly 'x-audit': AuditClass;
  readonly security: readonly [{ readonly apiKey: readonly [string] }] | readonly [];
}

const number = '+4915112345678';
const other = '+442079460018';
const wav = Buffer.alloc(44 + 8_000 * 4, 7);

let server: ApiServer;
let admin: string;
let call: SeededCall;
let task: string;
let broken = false;

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
  const { add } = server.parts.audit;
  server.parts.audit.add = (row) =>
    broken ? Promise.reject(new Error('the disk is full')) : add(row);
  admin = await server.key(['admin']);
  call = await seedCall(server.database.sql, server.tenant, {
    parties: [
      { number, recording: {} },
      { number: other, role: 'agent' },
    ],
  });
  const [row] = await server.database.sql`
    insert into desk_task (id, tenant_id, call_id, party_id, person_id, kind, created_at)
    select ${randomUUID()}, ${server.tenant.id}, ${call.id}, party_id, person_id, 'callback', now()
    from leg where call_sid = ${call.parties[0]!.callSid} returning id`;
  task = row!['id'];
});
afterAll(() => server.close());
beforeEach(() => {
  broken = false;
  server.time.now += 120_000;
});

async function rows(): Promise<{ kind: string; allowed: boolean; by: string }[]> {
  return server.database.sql`select kind, allowed, by from audit order by at, id`;
}

/** Rows once they are as they should be, or as they are after two seconds. */
async function until<T>(read: (all: Rows) => T, holds: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const found = read(await rows());
    if (holds(found) || tries === 40) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
type Rows = Awaited<ReturnType<typeof rows>>;

/** What was sent is written down when it was sent, which may be after the answer has come. */
const settled = (found: Rows): boolean =>
  !found.some(({ kind, allowed }) => allowed && ['listen', 'download'].includes(kind)) ||
  found.some(({ kind }) => kind === 'listened');

/** What one request adds. */
async function added(request: () => PromiseLike<{ status: number }>) {
  const before = (await rows()).length;
  server.time.now += 1;
  const { status } = await request();
  return { status, rows: await until((all) => all.slice(before), settled) };
}

async function operations() {
  const { paths } = (await supertest(server.app).get('/openapi.json')).body as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** A path whose parameters name something that is there. */
async function there(path: string): Promise<string> {
  const { sql } = server.database;
  const [person] =
    await sql`select person_id from leg where call_sid = ${call.parties[0]!.callSid}`;
  const link = path.includes('{link}') ? await newLink() : '';
  const names: Record<string, string> = {
    link,
    call: call.id,
    recording: call.parties[0]!.recordingId!,
    receipt: call.entryIds[0]!,
    person: person!['person_id'],
    task,
    request: path.includes('{request}') ? await newRequest() : '',
    emailRequest: path.includes('{emailRequest}') ? await newQuestion() : '',
    export: path.includes('{export}') ? await newExport() : '',
    form: 'offers',
    list: 'own',
    notice: 'privacy',
  };
  return `/v1${path.replaceAll(/\{(\w+)\}/g, (_, name) => names[name] ?? '0')}`;
}

async function newRequest(): Promise<string> {
  const body = { number: '+4930123599', kind: 'access' };
  return (await server.send('post', '/v1/rights-requests', admin, body)).body.id;
}

/** To somebody else each time: one question waits at a time. */
async function newQuestion(): Promise<string> {
  questions += 1;
  const body = { number: `+49301235${String(6000 + questions)}`, purpose: 'survey' };
  return (await server.send('post', '/v1/email-requests', admin, body)).body.id;
}
let questions = 0;

async function newExport(): Promise<string> {
  const { body } = await server.send('post', '/v1/exports', admin, { kind: 'calls' });
  while (await runNextExport(server.parts.bulkParts));
  return body.id;
}

async function newLink(): Promise<string> {
  const path = `/v1/recordings/${call.parties[0]!.recordingId}/links`;
  return (await server.send('post', path, admin)).body.url.split('/').at(-1);
}

async function signedIn(role: string): Promise<{ id: string; token: string }> {
  const email = `${randomUUID()}@example.com`;
  const { body } = await server.send('post', '/v1/users', admin, {
    email,
    name: 'Ann Lindqvist',
    role,
  });
  const newPassword = 'two goats and a lantern';
  const session = await supertest(server.app)
    .post('/v1/sessions')
    .send({ email, password: body.password, newPassword });
  return { id: body.user.id, token: session.body.token };
}

/** The receipt of this world is of no screening. */
const notThere = '/screenings/{receipt}/replay';

describe('every route [cap 70]', () => {
  test('has a class of the closed list, and none only where nobody is shown', async () => {
    const all = await operations();
    for (const { operation } of all) expect(auditClasses).toContain(operation['x-audit']);
    const unseen = all.filter(({ operation }) => operation['x-audit'] === 'none');
    for (const { path, method } of unseen) {
      expect([method, path].join(' ')).toMatch(
        /^get \/(flows|forms|notices|prompts|lines|ledger|keys|support-access|doctor|reports\/releases|recipients|exports|webhooks|settings|me|sessions|retention|lists|list-imports|screenings\/batches)|^post \/flows\/.*\/check$|^post \/sessions\/openid$/,
      );
    }
  });

  test('that shows people adds exactly one row when it is read, and no other route any', async () => {
    for (const { path, method, operation } of await operations()) {
      if (method !== 'get' || operation.security[0]?.apiKey[0] === 'self') continue;
      const at = await there(path);
      const done = await added(() => server.get(at, admin).set('consentry-reason', 'a complaint'));
      const kinds = done.rows.map(({ kind, allowed }) => `${kind} ${allowed}`);
      const wanted = {
        none: [],
        listen: ['listen true', 'listened true'],
        download: ['download true', 'listened true'],
      }[operation['x-audit'] as string] ?? [`${operation['x-audit']} ${path !== notThere}`];
      expect([path, kinds.sort()]).toEqual([path, wanted]);
      const status = path === notThere ? 404 : 200;
      if (operation['x-audit'] !== 'none') expect([path, done.status]).toEqual([path, status]);
    }
  });

  test('adds one row when it is refused, and nothing else', async () => {
    for (const { path, method, operation } of await operations()) {
      const [needed] = operation.security[0]?.apiKey ?? ['public'];
      if (needed === 'public') continue;
      const key = await server.key(scopes.filter((one) => one !== needed && one !== 'admin'));
      const at = await there(path);
      const verb = method as 'get' | 'post' | 'put' | 'delete';
      const done = await added(() =>
        supertest(server.app)[verb](at).set('authorization', `Bearer ${key}`),
      );
      const kinds = done.rows.map(({ kind, allowed }) => `${kind} ${allowed}`);
      const wanted = operation['x-audit'] === 'none' ? [] : [`${operation['x-audit']} false`];
      expect([method, path, done.status, kinds]).toEqual([method, path, 403, wanted]);
    }
  });

  test('adds a refused row for what is not there', async () => {
    const done = await added(() => server.get(`/v1/calls/${randomUUID()}`, admin));
    expect(done.rows.map(({ allowed }) => allowed)).toEqual([false]);
    expect(done.status).toBe(404);
  });
});

describe('what cannot be written down is not done [cap 70]', () => {
  test('nothing of it leaves, and nothing changes', async () => {
    broken = true;
    const before = await rows();
    const { recordingId } = call.parties[0]!;
    for (const path of [
      '/v1/calls',
      `/v1/calls/${call.id}`,
      `/v1/recordings/${recordingId}/audio`,
      `/v1/receipts/${call.entryIds[0]}`,
      '/v1/tasks',
      '/v1/audit',
    ]) {
      const { status, body } = await server.get(path, admin);
      expect([path, status, body.code, body.data]).toEqual([path, 503, 'unavailable', undefined]);
    }
    const withdraw = { purpose: 'recording' };
    const path = `/v1/calls/${call.id}/withdraw`;
    expect((await server.send('post', path, admin, withdraw)).status).toBe(503);
    expect(server.withdrawals).toEqual([]);
    const lists = await server.send('post', '/v1/opt-outs', admin, { number });
    expect(lists.status).toBe(503);
    expect(await server.database.sql`select * from listing`).toHaveLength(0);
    const poor = await server.key(['screen']);
    expect((await server.get('/v1/calls', poor)).status).toBe(503);
    expect(await rows()).toEqual(before);
  });

  test('routes that show nobody go on', async () => {
    broken = true;
    expect((await server.get('/v1/flows', admin)).status).toBe(200);
  });
});

describe('the audit [cap 71]', () => {
  test('is asked by person, user, kind and time, and each question is in it', async () => {
    const { id, token } = await signedIn('supervisor');
    const since = new Date(server.time.now + 1).toISOString();
    server.time.now += 10;
    await server.get(`/v1/calls/${call.id}`, token);
    await server.get(`/v1/recordings/${call.parties[0]!.recordingId}/audio`, token);
    await server.get('/v1/lines', token);
    await server.get('/v1/tasks', token);
    const ask = async (query: string) => {
      const { body, status } = await server.get(`/v1/audit?since=${since}&${query}`, admin);
      expect(status).toBe(200);
      return body.data.map((row: { operation: string }) => row.operation);
    };
    expect(await ask(`user=${id}&kind=read`)).toEqual(['getCall']);
    expect(await ask(`user=${id}&person=${number}`)).toEqual(
      expect.arrayContaining(['getCall', 'listenToRecording', 'listTasks']),
    );
    expect(await ask(`user=${id}&person=${other}`)).toEqual(['getCall']);
    expect(await ask(`person=+12025550199`)).toEqual([]);
    expect(await ask(`user=${id}&until=${since}`)).toEqual([]);
    expect(await ask('kind=search')).toContain('listAudit');
    const { body } = await server.get(`/v1/audit?user=${id}&kind=read`, admin);
    expect(body.data[0]).toMatchObject({
      by: { id, as: 'user', name: 'Ann Lindqvist' },
      subject: { call: call.id },
      allowed: true,
      address: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(body.data[0].persons).toHaveLength(2);
  });

  test('never repeats a number of the path, however it is written', async () => {
    const since = new Date(server.time.now).toISOString();
    for (const written of [
      number,
      '+49 151 1234 5678',
      '+49-151-12345678',
      '+49 (151) 12345678',
      '0151 1234 5678',
      'tel:+4915112345678',
    ]) {
      await server.get(`/v1/persons/${encodeURIComponent(written)}`, admin);
    }
    const { body } = await server.get(`/v1/audit?since=${since}`, admin);
    expect(body.data.length).toBeGreaterThanOrEqual(6);
    const subjects = JSON.stringify(body.data.map(({ subject }: { subject: object }) => subject));
    expect(subjects.replace(/\D/g, '')).not.toMatch(/1511234|12345678/);
  });

  test('comes in pages that neither skip nor repeat', async () => {
    for (let i = 0; i < 5; i += 1) await server.get('/v1/tasks', admin);
    const { body } = await server.get('/v1/audit?limit=200', admin);
    const seen: string[] = [];
    // What is asked meanwhile comes before the first page, and moves nothing behind it.
    for (let cursor: string | null = null, path = '/v1/audit?limit=3'; ; ) {
      const page = await server.get(cursor === null ? path : `${path}&cursor=${cursor}`, admin);
      for (const { id } of page.body.data) seen.push(id);
      cursor = page.body.next;
      if (cursor === null || seen.length > 300) break;
      path = '/v1/audit?limit=3';
    }
    const ids = body.data.map(({ id }: { id: string }) => id);
    expect(new Set(seen).size).toBe(seen.length);
    for (const id of ids) expect(seen).toContain(id);
  });

  test("a person's extract has their rows and nobody else's, and is written down", async () => {
    const first = await server.get(`/v1/persons/${other}/who-saw`, admin);
    expect(first.status).toBe(200);
    const own = first.body.data[0].persons[0];
    expect(first.body.data.length).toBeGreaterThan(0);
    for (const row of first.body.data) expect(row.persons).toEqual([own]);
    const operations = first.body.data.map((row: { operation: string }) => row.operation);
    expect(operations).not.toContain('listenToRecording');
    const again = await server.get(`/v1/persons/${own}/who-saw?kind=export`, admin);
    expect(again.body.data.map((row: { operation: string }) => row.operation)).toContain('whoSaw');
    expect((await server.get('/v1/persons/+12025550177/who-saw', admin)).status).toBe(404);
    const supervisor = await signedIn('supervisor');
    expect((await server.get(`/v1/persons/${own}/who-saw`, supervisor.token)).status).toBe(403);
  });

  test('cannot be changed, and holds no number, address or name that could be read', async () => {
    const { sql } = server.database;
    await server.get(`/v1/calls/${call.id}`, admin);
    await expect(sql`update audit set allowed = true`).rejects.toThrow(/append-only/);
    await expect(sql`delete from audit`).rejects.toThrow(/append-only/);
    await expect(sql`truncate audit`).rejects.toThrow(/append-only/);
    const dump = JSON.stringify([
      await sql`select a.*, encode(e.opening, 'escape') as opening from audit a join entry e using (id)`,
      await sql`select encode(leaf, 'escape') as leaf from ledger_queue`,
    ]);
    const [leg] = await sql`select person_id from leg where call_sid = ${call.parties[0]!.callSid}`;
    for (const text of [number.slice(1), '192.0.2.7', 'Lindqvist', leg!['person_id']]) {
      expect(dump).not.toContain(text);
    }
  });

  test('is what the ledger commits to', async () => {
    await server.get('/v1/tasks', admin);
    const { sql } = server.database;
    const found = await sql`
      select e.id, e.opening, q.leaf from entry e join ledger_queue q on q.entry_id = e.id
      where e.kind = 'audit'`;
    expect(found).toHaveLength((await rows()).length);
    for (const { id, opening, leaf } of found) {
      const opened = await server.parts.openOpening({ id, openingSealed: opening, personId: null });
      checkOpening(parseLeaf(leaf, 'leaf'), opened, 'opening');
    }
  });

  test('has a hundred questions of a program at once in few entries, which count them all', async () => {
    const since = new Date(server.time.now).toISOString();
    const ask = { number: other, channel: 'call' };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => server.send('post', '/v1/screenings', admin, ask)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const { body } = await server.get(`/v1/audit?kind=search&since=${since}&limit=200`, admin);
    const made = body.data.filter(
      ({ operation }: { operation: string }) => operation === 'screenNumber',
    );
    const counted = made.map((row: { subject: { requests?: string } }) =>
      Number(row.subject.requests ?? 1),
    );
    expect(counted.reduce((sum: number, one: number) => sum + one, 0)).toBe(100);
    expect(made.length).toBeLessThan(100);
    for (const row of made) expect(row.persons).toHaveLength(1);
  });

  test('has every one of a hundred reads at once, exactly once', async () => {
    const before = (await rows()).length;
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => server.get(`/v1/calls/${call.id}`, admin)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await rows()).length - before).toBe(100);
  });
});

describe('tries of people who are not known [cap 70]', () => {
  test('are written down once a minute for an address', async () => {
    const tries = () => supertest(server.app).get('/v1/calls');
    server.time.address = '198.51.100.9';
    const first = await added(tries);
    expect([first.status, first.rows.length, first.rows[0]?.by]).toEqual([401, 1, 'nobody']);
    expect((await added(tries)).rows).toHaveLength(0);
    server.time.now += 60_000;
    expect((await added(tries)).rows).toHaveLength(1);
    server.time.address = '192.0.2.7';
  });

  test('signing in is written down under the name it turned out to be', async () => {
    const { id } = await signedIn('agent');
    const mine = (await rows()).filter(({ by }) => by === id);
    expect(mine).toEqual([{ kind: 'change', allowed: true, by: id }]);
    const wrong = { email: 'x@example.com', password: 'wrong' };
    const tried = await added(() => supertest(server.app).post('/v1/sessions').send(wrong));
    expect([tried.status, tried.rows]).toEqual([
      401,
      [{ kind: 'change', allowed: false, by: 'nobody' }],
    ]);
  });
});
