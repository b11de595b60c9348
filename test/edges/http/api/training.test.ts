import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seedCall } from '../../../support/seed-call.ts';
import { consentry, jsonLines } from '../../cli/console.ts';
import { overApi } from '../../cli/over-api.ts';
import { type ApiServer, startApi } from './support.ts';

const wav = Buffer.alloc(100, 7);
const dayMs = 86_400_000;
const newPassword = 'two goats and a lantern';

let server: ApiServer;
let admin: string;
let audio: string;
beforeAll(async () => {
  server = await startApi({
    openAudio: async () => ({
      size: wav.length,
      async *read(start, end) {
        yield wav.subarray(start, end);
      },
    }),
  });
  admin = await server.key(['admin']);
  const call = await seedCall(server.database.sql, server.tenant, { parties: [{ recording: {} }] });
  audio = `/v1/recordings/${call.parties[0]!.recordingId}/audio`;
});
afterAll(() => server.close());

const policy = {
  id: 'recordings',
  title: 'Listening to recordings',
  version: 1,
  sha256: null,
  validDays: 30,
  requiredFor: ['listen'],
};
async function require(...policies: readonly object[]) {
  const { version } = (await server.get('/v1/settings/training', admin)).body;
  return server.send('put', '/v1/settings/training', admin, { policies, version });
}
beforeEach(() => require());

async function somebody(role = 'supervisor') {
  const email = `${randomUUID()}@example.com`;
  const { body } = await server.send('post', '/v1/users', admin, { email, name: 'Ann', role });
  const session = await server.send('post', '/v1/sessions', '', {
    email,
    password: body.password,
    newPassword,
  });
  return { id: body.user.id as string, email, token: session.body.token as string };
}
const again = async ({ email }: { email: string }): Promise<string> =>
  (await server.send('post', '/v1/sessions', '', { email, password: newPassword })).body.token;

describe('[cap 76] listening that needs a training', () => {
  test('is refused, with the reason, to who has not read it, and the refusal is written down', async () => {
    const ann = await somebody();
    expect((await server.get(audio, ann.token)).status).toBe(200);
    expect((await require(policy)).status).toBe(200);
    const { status, body } = await server.get(audio, ann.token);
    expect([status, body.code, body.detail]).toEqual([
      403,
      'training_needed',
      'to listen needs “Listening to recordings” (recordings), version 1: it was not read yet',
    ]);
    const rows = (await server.get(`/v1/audit?user=${ann.id}&allowed=false`, admin)).body.data;
    expect(rows[0]).toMatchObject({ kind: 'listen', allowed: false });
  });

  test('is let to who says that they have read it, until it expires', async () => {
    const ann = await somebody();
    await require(policy);
    const read = { policy: 'recordings', version: 1 };
    const said = await server.send('post', '/v1/me/training', ann.token, read);
    expect([said.status, said.body.data[0].standing]).toEqual([201, 'current']);
    expect((await server.get(audio, ann.token)).status).toBe(200);
    server.time.now += 30 * dayMs - 1;
    expect((await server.get(audio, await again(ann))).status).toBe(200);
    server.time.now += 1;
    const expired = await server.get(audio, await again(ann));
    expect([expired.status, expired.body.detail]).toEqual([
      403,
      expect.stringMatching(/version 1: expired on \d{4}-\d\d-\d\d$/),
    ]);
  });

  test('is refused to who read an earlier version, and another act is not', async () => {
    const ann = await somebody('manager');
    await require(policy);
    await server.send('post', '/v1/me/training', ann.token, { policy: 'recordings', version: 1 });
    await require({ ...policy, version: 2 });
    const { body } = await server.get(audio, ann.token);
    expect(body.detail).toMatch(/version 2: version 1 was read$/);
    const why = { reason: 'a complaint' };
    const download = audio.replace('/audio', '/download');
    expect((await server.send('post', download, ann.token, why)).status).not.toBe(403);
    await require({ ...policy, version: 2, requiredFor: ['listen', 'download'] });
    expect((await server.send('post', download, ann.token, why)).body.code).toBe('training_needed');
  });

  test('is asked for whatever way it is taken away', async () => {
    const ann = await somebody('manager');
    const calls = { kind: 'calls', format: 'csv' };
    const make = (more: object = {}) =>
      server.send('post', '/v1/exports', ann.token, { ...calls, ...more });
    const { body: job } = await make();
    await require({ ...policy, requiredFor: ['export'] });
    const push = `/v1/exports/${job.id}/push`;
    for (const { status, body } of [
      await make(),
      await server.get(`/v1/exports/${job.id}/file`, ann.token),
      await server.send('post', push, ann.token, { push: 'anywhere' }),
    ]) {
      expect([status, body.code]).toEqual([403, 'training_needed']);
    }
    const sound = { kind: 'recordings', format: 'wav' };
    const full = { reveal: true, reason: 'a complaint' };
    await require({ ...policy, requiredFor: ['download'] });
    expect((await make()).status).toBe(201);
    expect((await make({ ...sound, ...full, reveal: false })).body.code).toBe('training_needed');
    await require({ ...policy, requiredFor: ['reveal'] });
    expect((await make(full)).body.code).toBe('training_needed');
  });

  test('is asked of who takes an archive of a person, which holds their sound', async () => {
    const { token } = await somebody('privacy-officer');
    const [leg] = await server.database.sql`select person_id from leg where person_id is not null`;
    const copy = (as: string) =>
      server.get(`/v1/persons/${leg!['person_id']}/export?as=${as}`, token);
    await require({ ...policy, requiredFor: ['download'] });
    expect((await copy('page')).status).toBe(200);
    const { status, body } = await copy('zip');
    expect([status, body.code]).toEqual([403, 'training_needed']);
  });

  test('is refused to who read another text under the same version', async () => {
    const ann = await somebody();
    const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];
    await require({ ...policy, sha256: first });
    await server.send('post', '/v1/me/training', ann.token, { policy: 'recordings', version: 1 });
    expect((await server.get(audio, ann.token)).status).toBe(200);
    await require();
    await require({ ...policy, sha256: second });
    const { body } = await server.get(audio, ann.token);
    expect(body.detail).toMatch(/version 1: another text was read$/);
  });

  test('is not asked of programs, and is refused to support, whom nobody vouches for', async () => {
    await require(policy);
    const program = await server.key(['recordings:listen']);
    expect((await server.get(audio, program)).status).toBe(200);
    const until = new Date(server.time.now + 2 * 3_600_000).toISOString();
    const leave = { role: 'supervisor', reason: 'case 4711', until };
    const { token } = (await server.send('post', '/v1/support-access', admin, leave)).body;
    expect((await server.get(audio, token)).body.code).toBe('training_needed');
  });

  test('a reading is of the version in force, of an account that is there, and never of tomorrow', async () => {
    const ann = await somebody();
    await require({ ...policy, version: 3 });
    const add = (body: object) => server.send('post', '/v1/training/readings', admin, body);
    const read = { user: ann.id, policy: 'recordings', version: 3 };
    expect((await add({ ...read, version: 2 })).status).toBe(409);
    expect((await add({ ...read, policy: 'other' })).status).toBe(404);
    expect((await add({ ...read, user: randomUUID() })).status).toBe(404);
    const tomorrow = new Date(server.time.now + dayMs).toISOString();
    const { body } = await add({ ...read, at: tomorrow });
    expect(body.data[0].read.at).toBe(new Date(server.time.now).toISOString());
    await expect(server.database.sql`update training_reading set version = 9`).rejects.toThrow(
      /refused/,
    );
  });

  test('two policies of one name are refused', async () => {
    const { status, body } = await require(policy, policy);
    expect([status, body.mistakes[0].path]).toEqual([422, 'body.policies.1.id']);
  });
});

describe('the command training', () => {
  test('sets a policy, whose new text is a new version, and shows who read it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'consentry-training-'));
    const file = join(folder, 'policy.txt');
    const run = (...args: readonly string[]) => consentry(overApi(server), 'training', ...args);
    const ann = await somebody();
    await writeFile(file, 'Do not tell.');
    const args = ['policy', 'recordings', '--document', file];
    expect((await run(...args)).code).toBe(2);
    expect((await run(...args, '--title', 'Recordings', '--for', 'gossip')).code).toBe(2);
    const set = await run(...args, '--title', 'Recordings', '--for', 'listen', '--days', '10');
    expect(set.out).toMatch(/recordings +1 +10 days +listen +Recordings/);
    expect((await run(...args)).out).toMatch(/recordings +1 +10 days/);
    const recorded = await run('record', ann.email, 'recordings');
    expect(recorded.out).toMatch(/has read recordings, version 1; it holds until /);
    await writeFile(file, 'Do not tell, ever.');
    expect((await run(...args)).out).toMatch(/recordings +2 +10 days/);
    const lines = jsonLines((await run('list', '--json')).out);
    const own = lines.find(({ email }) => email === ann.email);
    expect(own).toMatchObject({ policies: [{ standing: 'outdated', read: { version: 1 } }] });
    expect((await run('list')).out).toContain('outdated');
    expect((await run('record', 'nobody@example.com', 'recordings')).code).toBe(1);
    await rm(folder, { recursive: true });
  });
});
