import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedCall } from '../../support/seed-call.ts';
import { type ApiServer, startApi } from '../http/api/support.ts';
import { consentry, jsonLines } from './console.ts';

const day = (n: number) => `2026-02-${String(n).padStart(2, '0')}T00:00:00.000Z`;
const at = (n: number) => `2026-02-${String(n).padStart(2, '0')}T12:00:00.000Z`;

let server: ApiServer;
let admin: string;
beforeAll(async () => {
  server = await startApi();
  admin = await server.key(['admin']);
  const { sql } = server.database;
  const ofDay = async (n: number, number: string) => {
    const parties = [{ number, statuses: { recording: 'granted' }, recording: {} }] as const;
    const call = await seedCall(sql, server.tenant, { startedAt: day(n), parties });
    const [{ person_id: person }] = (await sql`
      select person_id from leg where call_id = ${call.id}`) as unknown as [{ person_id: string }];
    await sql`update person set created_at = ${day(n)} where id = ${person}`;
    await sql`update leg set started_at = ${day(n)} where call_id = ${call.id}`;
    await sql`
      insert into headers.recording_header (recording_id, key_id, header)
      values (${call.parties[0]!.recordingId}, ${year}, ${Buffer.from('header')})`;
    return { person, call: call.id, recording: call.parties[0]!.recordingId! };
  };
  const year = randomUUID();
  await sql`
    insert into l1_key (id, tenant_id, period, recipient, identity_wrapped, kek_id, created_at)
    values (${year}, ${server.tenant.id}, '2026', 'age1', ${Buffer.from('x')}, 'test', ${day(1)})`;
  await sql`update tenant set created_at = ${day(1)} where id = ${server.tenant.id}`;
  await ofDay(2, '+4915112345601');
  await ofDay(3, '+4915112345602');
  const gone = await ofDay(4, '+4915112345603');
  // Erased on the tenth: the header and the key go, and there is an entry and a certificate.
  await sql`delete from headers.recording_header where recording_id = ${gone.recording}`;
  await sql`update recording set state = 'erased' where id = ${gone.recording}`;
  await sql`
    insert into entry (id, tenant_id, call_id, recording_id, kind, purpose, at)
    values (${randomUUID()}, ${server.tenant.id}, ${gone.call}, ${gone.recording}, 'erasure',
      'recording', ${day(10)})`;
  await sql`
    update person set key_wrapped = null, number_sealed = null where id = ${gone.person}`;
  await sql`
    insert into erasure (id, tenant_id, person_id, by, parties, call_sids, message_sids, started_at, finished_at, proved)
    values (${randomUUID()}, ${server.tenant.id}, ${gone.person}, 'ann', '{}', '{}', '{}', ${day(10)},
      ${day(10)}, true)`;
});
afterAll(() => server.close());

const scope = async (time: string) =>
  (await server.get(`/v1/breach/scope?at=${encodeURIComponent(time)}`, admin)).body;
const parts = () => ({
  stores: {
    breach: {
      breach: server.parts.breach,
      keyProvider: server.parts.keyProvider,
      clock: server.parts.clock,
      random: server.parts.random,
    },
  },
});
const run = (...args: string[]) => consentry(parts(), ...args);

describe('[cap 20] breach scope', () => {
  test.each([
    [at(1), 0, 0, 0],
    [at(2), 1, 0, 1],
    [at(4), 2, 1, 3],
    [at(10), 2, 0, 2],
  ])(
    'at %s counts %i persons, %i gone since, and what could be heard',
    async (time, kept, gone, heard) => {
      const { persons, recordings, exposures } = await scope(time);
      expect(persons).toEqual({ kept, gone });
      const all = recordings.map((one: { kept: number; gone: number }) => one.kept + one.gone);
      expect(all.reduce((a: number, b: number) => a + b, 0)).toBe(heard);
      const named = Object.fromEntries(
        exposures.map((one: { taken: string[]; persons: number; recordings: number }) => [
          one.taken.join('+'),
          [one.persons, one.recordings],
        ]),
      );
      expect(named).toEqual({
        vault: [0, 0],
        key: [0, 0],
        database: [0, 0],
        'database+vault': [0, 0],
        'database+key': [kept + gone, 0],
        'database+key+vault': [kept + gone, heard],
      });
    },
  );

  test('counts every value by the key it is sealed under', async () => {
    const { fields, recordings } = await scope(at(4));
    const rows = (place: string, column: string) =>
      fields.find(
        (one: { place: string; column: string }) => one.place === place && one.column === column,
      );
    expect(rows('public.person', 'number_sealed')).toMatchObject({ sealing: 'person', rows: 2 });
    expect(rows('public.person', 'token')).toMatchObject({ sealing: 'pseudonym', rows: 3 });
    expect(rows('headers.recording_header', 'header')).toMatchObject({
      sealing: 'recording',
      rows: 2,
    });
    expect(recordings).toEqual([{ key: 'recordings/2026', kept: 2, gone: 1 }]);
    const before = (await scope(at(2))).fields;
    expect(before.find((one: { column: string }) => one.column === 'number_sealed').rows).toBe(1);
  });

  test('says the same at the command line, and shows nothing of anybody', async () => {
    const { code, out } = await run('breach', 'scope', '--at', at(4));
    expect(code).toBe(0);
    expect(out).toContain('persons     2 whose number can still be opened, 1 gone since');
    expect(out).toContain('recordings  2 under recordings/2026, 1 erased since');
    expect(out).toMatch(/database \+ key \+ vault +3 +3 +\d+ +\d+/);
    expect(out).toMatch(/number +person\.number_sealed +a key of their person +2/);
    const { sql } = server.database;
    const ids = (await sql`select id from person`).map(({ id }) => id as string);
    for (const text of [out, JSON.stringify(await scope(at(4)))]) {
      expect(text).not.toMatch(/\+49/);
      for (const id of ids) expect(text).not.toContain(id);
    }
    for (const time of ['yesterday', '2026-11-22T09:00:00']) {
      expect((await run('breach', 'scope', '--at', time)).code).toBe(2);
    }
  });

  test('of a time that has not been is refused', async () => {
    const time = new Date(server.time.now + 1_000).toISOString();
    const { status } = await server.get(`/v1/breach/scope?at=${time}`, admin);
    expect(status).toBe(422);
  });
});

describe('[cap 20] the custody of keys', () => {
  test('says where a key was at the time, who had it, and whether it was seen', async () => {
    const note = (...args: string[]) => run('custody', 'note', ...args);
    const place = ['--place', 'safe in Bonn'];
    expect((await note('lost')).code).toBe(2);
    const copied = await note('copied', ...place, '--holder', 'Ann Muster', '--at', at(5));
    expect(copied.out).toBe('noted: file:0123456789abcdef copied\n');
    await note('returned', ...place, '--at', at(8));
    const body = { event: 'exposed', place: 'a laptop', at: at(9) };
    expect((await server.send('post', '/v1/custody', admin, body)).status).toBe(201);

    const copies = async (time: string) =>
      (await scope(time)).copies.map((one: { key: string; place: string; holder: string }) =>
        [one.key, one.place, one.holder].join('|'),
      );
    const own = ['tenant||', 'test||', 'recordings/2026||'];
    expect(await copies(at(1))).toEqual(own);
    const safe = 'file:0123456789abcdef|safe in Bonn|Ann Muster';
    expect(await copies(at(6))).toEqual([...own, safe]);
    expect(await copies(at(9))).toEqual(own);
    expect((await scope(at(6))).exposed).toMatchObject([{ place: 'a laptop', at: at(9) }]);
    expect((await run('breach', 'scope')).out).toMatch(/should not have:\n.*\n.*exposed +a laptop/);
    const listed = jsonLines((await run('custody', 'list', '--json')).out);
    expect(listed.map(({ event }) => event)).toEqual([
      ...['made', 'made', 'made'],
      ...['copied', 'returned', 'exposed'],
    ]);
  });

  test('is never changed, keeps who and where sealed, and knows nothing of tomorrow', async () => {
    const { sql } = server.database;
    const [kept] = await sql`select encode(said_sealed, 'escape') as said from key_custody limit 1`;
    expect(kept!['said']).not.toMatch(/Bonn|Muster/);
    await expect(sql`update key_custody set key = 'x'`).rejects.toThrow(/refused/);
    await expect(sql`delete from key_custody`).rejects.toThrow(/refused/);
    const tomorrow = new Date(server.time.now + 86_400_000).toISOString();
    const late = await server.send('post', '/v1/custody', admin, { event: 'copied', at: tomorrow });
    expect(late.status).toBe(422);
  });
});
