import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPeople } from '../../../../src/adapters/postgres/people.ts';
import { correctPerson } from '../../../../src/app/correct-person.ts';
import { erasePerson } from '../../../../src/app/erase-person.ts';
import { openingContext } from '../../../../src/app/make-entry.ts';
import type { RightsRequest } from '../../../../src/app/rights-ports.ts';
import { decodeOpening } from '../../../../src/core/ledger/entry.ts';
import type { ProfileChange } from '../../../../src/core/person/profile.ts';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, random, startApi } from './support.ts';

let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['persons:read', 'persons:write', 'rights:read', 'rights:write']);
});
afterAll(() => server.close());

let numbers = 0;
async function somebody(): Promise<{ id: string; number: string }> {
  const number = `+49301234${String(2000 + numbers++)}`;
  await seedCall(server.database.sql, server.tenant, { parties: [{ number }] });
  const [row] = await server.database.sql`
    select id from person where token = ${server.tenant.cipher.token(number)}`;
  return { id: row!['id'], number };
}
const patch = (id: string, body: object, by = key) =>
  server.send('patch', `/v1/persons/${encodeURIComponent(id)}`, by, body);
const profile = async (id: string) => (await server.get(`/v1/persons/${id}/profile`, key)).body;

/** What every entry of a person says, opened. */
async function saidOf(
  id: string,
): Promise<{ id: string; text: string; says: Readonly<Record<string, unknown>> }[]> {
  const { sql } = server.database;
  const [person] = await sql`select key_wrapped from person where id = ${id}`;
  const { cipher } = server.tenant;
  const own = cipher.unwrapPersonKey(person!['key_wrapped']);
  const rows = await sql`
    select id, opening from entry where person_id = ${id} and kind = 'correction' order by at, id`;
  return rows.map((row) => {
    const bytes = cipher.open(own, openingContext(row['id']), row['opening']);
    const opening = decodeOpening(bytes);
    const text = bytes.toString('latin1');
    const says = Object.fromEntries(Object.entries(opening).map(([k, { value }]) => [k, value]));
    return { id: row['id'], text, says };
  });
}

describe('where a person says they are', () => {
  test('is written as places are, changed, taken away, and refused where there is no such place', async () => {
    const { id } = await somebody();
    expect((await patch(id, { place: 'us-ca' })).body.place).toBe('US-CA');
    expect((await profile(id)).place).toBe('US-CA');
    server.time.now += 1_000;
    const refused = await patch(id, { place: 'US-ZZ' });
    expect([refused.status, refused.body.detail]).toEqual([
      422,
      'place: is no place; allowed: a country such as DE, or a state such as US-CA',
    ]);
    expect((await patch(id, { place: 'California' })).status).toBe(422);
    expect((await profile(id)).place).toBe('US-CA');
    expect((await patch(id, { place: null })).body.place).toBeNull();
    const says = (await saidOf(id)).map(({ says: { changes } }) => changes);
    expect(JSON.stringify(says)).not.toContain('US-CA');
    expect(says).toMatchObject([[{ field: 'place' }], [{ field: 'place', after: null }]]);
  });

  test('is known to whoever answers their next call, and nowhere in the clear', async () => {
    const { id, number } = await somebody();
    const fresh = () => createPeople(server.database.sql, server.tenant, random);
    expect((await fresh().ensure(number)).place).toBeUndefined();
    await patch(id, { place: 'DE' });
    for (const known of [
      await fresh().ensure(number),
      await fresh().seen(number),
      await fresh().find(id),
    ]) {
      expect(known).toMatchObject({ id, place: 'DE' });
    }
    const [row] = await server.database.sql`select * from person where id = ${id}`;
    expect(JSON.stringify(row)).not.toContain('DE"');
  });
});

describe('contact data of a person [cap 56]', () => {
  test('is corrected: the old value is gone, and a hash of it remains', async () => {
    const { id, number } = await somebody();
    const [old, right] = ['Ada Byron', 'Ada Lovelace'];
    const first = await patch(number, { name: old, email: 'ada@example.com', notes: 'calls late' });
    expect(first.body).toMatchObject({ id, name: old, email: 'ada@example.com', linked: [] });
    server.time.now += 1_000;
    const second = await patch(id, { name: right, notes: null, reason: 'wrote us' });
    expect(second.body).toMatchObject({ name: right, email: 'ada@example.com', notes: null });
    expect(await profile(id)).toMatchObject({ name: right, email: 'ada@example.com', notes: null });

    const { cipher } = server.tenant;
    const [row] = await server.database.sql`select * from person where id = ${id}`;
    const own = cipher.unwrapPersonKey(row!['key_wrapped']);
    const sealed = cipher.open(own, `person/${id}/profile`, row!['profile_sealed']).toString();
    const said = await saidOf(id);
    expect(said.map((one) => one.id)).toEqual([first.body.receiptId, second.body.receiptId]);
    for (const text of [sealed, ...said.map((one) => one.text)]) {
      expect(text).not.toContain(old);
      expect(text).not.toContain('calls late');
    }
    const hash = (field: string, value: string) =>
      cipher.token(`profile/${id}/${field}/${value}`).toString('hex');
    expect(said[1]!.says).toMatchObject({
      number,
      request: null,
      changes: [
        { field: 'name', before: hash('name', old), after: hash('name', right) },
        { field: 'notes', before: hash('notes', 'calls late'), after: null },
      ],
    });
    const dump = JSON.stringify([row, await server.database.sql`select * from audit`]);
    for (const text of [old, right, 'ada@example.com']) expect(dump).not.toContain(text);
  });

  test('is the same for all numbers of theirs, until one is taken apart', async () => {
    const [one, two, three] = [await somebody(), await somebody(), await somebody()];
    await patch(two.id, { email: 'ada@example.com' });
    await patch(one.id, { name: 'Ada', linkedTo: two.number });
    await patch(two.id, { linkedTo: three.number });
    for (const { id } of [one, two, three]) {
      expect(await profile(id)).toMatchObject({ name: 'Ada', email: 'ada@example.com' });
      expect((await profile(id)).linked).toHaveLength(2);
    }
    await patch(three.id, { name: 'Ada Lovelace' });
    expect((await profile(one.id)).name).toBe('Ada Lovelace');
    await patch(one.id, { linkedTo: null });
    await patch(one.id, { name: 'Somebody else' });
    expect(await profile(one.id)).toMatchObject({ name: 'Somebody else', linked: [] });
    const { body } = await patch(two.id, { linkedTo: null });
    expect([body.name, body.linked]).toEqual(['Ada Lovelace', []]);
    expect(await profile(three.id)).toMatchObject({ name: 'Ada Lovelace', linked: [] });
  });

  test('shows another number of theirs masked', async () => {
    const [one, two] = [await somebody(), await somebody()];
    const { body } = await patch(one.id, { linkedTo: two.number });
    expect(body.linked).toEqual([{ id: two.id, number: expect.stringContaining('•••••') }]);
  });

  test('that is right already has no entry', async () => {
    const { id } = await somebody();
    await patch(id, { name: 'Ada' });
    expect((await patch(id, { name: 'Ada' })).body.receiptId).toBeNull();
    expect(await saidOf(id)).toHaveLength(1);
  });

  test('corrected by two at once loses nothing that was answered', async () => {
    const { id } = await somebody();
    const fields = [{ name: 'Ada' }, { email: 'ada@example.com' }, { notes: 'calls late' }];
    const answers = await Promise.all(fields.map((body) => patch(id, body)));
    const taken = fields.filter((_, i) => answers[i]!.status === 200);
    expect(taken.length).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(await profile(id)).toMatchObject(Object.assign({}, ...taken));
  });

  test.each<[string, object, string]>([
    ['nothing', {}, 'body'],
    ['an address that is none', { email: 'ada at example' }, 'body.email'],
    ['a name of nothing', { name: ' ' }, 'body.name'],
    ['a number that is none', { linkedTo: '110' }, 'body.linkedTo'],
  ])('with %s is refused, and said where', async (_, body, path) => {
    const answer = await patch((await somebody()).id, body);
    expect(answer.status).toBe(422);
    expect(answer.body.mistakes.map((one: { path: string }) => one.path)).toContain(path);
  });

  test('is nobody else’s to correct, and is none of who is not there', async () => {
    const { id } = await somebody();
    const reader = await server.key(['persons:read']);
    expect((await patch(id, { name: 'Ada' }, reader)).status).toBe(403);
    expect((await patch(randomUUID(), { name: 'Ada' })).status).toBe(404);
    const stranger = await server.key(['persons:write'], server.other);
    expect((await patch(id, { name: 'Ada' }, stranger)).status).toBe(404);
  });

  test('goes with its person when they are erased, and the link with it', async () => {
    const [one, two] = [await somebody(), await somebody()];
    await patch(one.id, { name: 'Ada', linkedTo: two.number });
    const done = await erasePerson(server.parts.erasePersonParts, one.id, 'test');
    expect(done.proved).toBe(true);
    expect((await server.get(`/v1/persons/${one.id}/profile`, key)).status).toBe(404);
    const [row] = await server.database.sql`
      select profile_sealed, linked from person where id = ${one.id}`;
    expect(row).toEqual({ profile_sealed: null, linked: null });
    expect((await profile(two.id)).linked).toEqual([]);
  });
});

describe('a request to correct', () => {
  const post = (path: string, body: object = {}) =>
    server.send('post', `/v1/rights-requests${path}`, key, body);

  test('is fulfilled by the correction, whose entry names it', async () => {
    const { id, number } = await somebody();
    const { parts } = server;
    Object.assign(parts.rightsParts, {
      carryOut: (request: RightsRequest, by: string, change: ProfileChange) =>
        correctPerson(parts.correctParts, request.personId, { change, request: request.id, by }),
    });
    const { body: request } = await post('', { number, kind: 'correct' });
    await post(`/${request.id}/verify`, { document: { sha256: 'ab'.repeat(32) } });
    const without = await post(`/${request.id}/fulfil`);
    expect([without.status, without.body.mistakes[0].path]).toEqual([422, 'body.correction']);
    const done = await post(`/${request.id}/fulfil`, { correction: { name: 'Ada Lovelace' } });
    expect([done.status, done.body.state]).toEqual([200, 'fulfilled']);
    expect((await profile(id)).name).toBe('Ada Lovelace');
    expect((await saidOf(id))[0]!.says['request']).toBe(request.id);
  });

  test('of another kind takes no correction', async () => {
    const { number } = await somebody();
    const { body: request } = await post('', { number, kind: 'object' });
    const answer = await post(`/${request.id}/fulfil`, { correction: { name: 'Ada' } });
    expect(answer.status).toBe(422);
  });
});
