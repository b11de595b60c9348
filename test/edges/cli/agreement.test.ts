import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry } from './console.ts';
import { overApi } from './over-api.ts';

let server: ApiServer;
let admin: string;
beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
});
afterAll(() => server.close());

const run = (...args: string[]) => consentry(overApi(server), 'agreement', ...args);
const facts = async () => (await server.get('/v1/notices/processing', admin)).body;
const accept = (hash: string, who: object = { name: 'Ann Muster', capacity: 'director' }) =>
  server.send('post', `/v1/agreements/${hash}`, admin, who);
const state = async () => (await server.get('/v1/agreements', admin)).body.state;

describe('[cap 77] the facts on processing', () => {
  test('say purposes, data, who gets it, where it lies, how long, and which measures hold', async () => {
    const { out } = await run('show');
    for (const said of [
      '# Facts on processing for Muster GmbH',
      'recording: We record telephone calls with you',
      'people who sign in (from their employer)',
      'Twilio Inc. carries calls and text messages',
      'Everything but sound: on the machine that runs this.',
      'The key that opens all of it: in a file of the machine that runs this, beside the rest.',
      'password profile nist, second factor optional',
      'a database role of its own',
      `SHA-256 ${(await facts()).hash}`,
    ]) {
      expect(out).toContain(said);
    }
  });

  test('are accepted by hash, with who and when, and it is in the audit', async () => {
    expect(await state()).toBe('missing');
    const { hash, version } = await facts();
    const { status, body } = await accept(hash);
    expect([status, body]).toEqual([
      201,
      {
        id: body.id,
        hash,
        version,
        name: 'Ann Muster',
        capacity: 'director',
        by: expect.any(String),
        at: new Date(server.time.now).toISOString(),
      },
    ]);
    expect(await state()).toBe('accepted');
    const [row] = (await server.get('/v1/audit?kind=change', admin)).body.data;
    expect(row).toMatchObject({ operation: 'acceptFacts', subject: { facts: hash } });
    const { sql } = server.database;
    const [kept] = await sql`select encode(signer_sealed, 'escape') as signer
      from agreement_acceptance where id = ${body.id}`;
    expect(kept!['signer']).not.toContain('Muster');
    await expect(sql`update agreement_acceptance set at = now()`).rejects.toThrow(/refused/);
    await expect(sql`delete from agreement_acceptance`).rejects.toThrow(/refused/);
  });

  test.each([
    [
      'how people sign in',
      '/v1/settings/sign-in',
      (now: Answer) => ({ ...now, secondFactor: 'every-login' }),
      'second factor every-login',
    ],
    [
      'what people have to read',
      '/v1/settings/training',
      ({ version }: Answer) => ({
        policies: [
          { id: 'calls', title: 'Calls', version: 1, validDays: 90, requiredFor: ['listen'] },
        ],
        version,
      }),
      'read “Calls”, version 1, every 90 days; without, listen is refused',
    ],
    [
      'who gets data',
      '/v1/recipients',
      ({ recipients, version }: Answer) => ({
        recipients: recipients.map((one: Answer) => ({ ...one, region: 'Ireland' })),
        version,
      }),
      'Where: Ireland.',
    ],
  ])('are others when %s changes, and have to be accepted again', async (_, path, change, said) => {
    const before = await facts();
    expect((await accept(before.hash)).status).toBe(201);
    const now = (await server.get(path, admin)).body;
    expect((await server.send('put', path, admin, settable(change(now)))).status).toBe(200);
    expect(await state()).toBe('outdated');
    const after = await facts();
    expect([before.text.includes(said), after.text.includes(said)]).toEqual([false, true]);
    const late = await accept(before.hash);
    expect([late.status, late.body.detail]).toEqual([409, expect.stringMatching(/others by now/)]);
    expect((await accept(after.hash)).status).toBe(201);
    expect(await state()).toBe('accepted');
  });

  test('that nobody was shown, or that are another notice, cannot be accepted', async () => {
    expect((await accept('0'.repeat(64))).status).toBe(404);
    const { hash } = (await server.get('/v1/notices/privacy', admin)).body;
    expect((await accept(hash)).status).toBe(404);
    expect((await accept((await facts()).hash, { name: ' ', capacity: 'x' })).status).toBe(422);
  });

  test('are accepted and listed at the command line', async () => {
    const { hash, version } = await facts();
    expect((await run('accept', hash)).code).toBe(2);
    const done = await run('accept', hash, '--name', 'Bob Muster', '--capacity', 'owner');
    expect([done.code, done.out]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^version ${version} was accepted at `)),
    ]);
    const { out } = await run('list');
    expect(out).toMatch(new RegExp(`${version} +Bob Muster +owner +${hash}`));
    expect((await run('accept', '0'.repeat(64), '--name', 'B', '--capacity', 'o')).code).toBe(1);
  });
});

/** What is set of what is shown. */
const settable = ({ by: _, at: __, ...rest }: Answer) => rest;

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Answer = any;
