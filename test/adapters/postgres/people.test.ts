import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPeople } from '../../../src/adapters/postgres/people.ts';
import type { Tenant } from '../../../src/app/call-ports.ts';
import { stepCall } from '../../../src/app/step-call.ts';
import { makeTenant, newCallSid, openDesk, random, voice } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
});
afterAll(() => database.close());

const people = () => createPeople(database.sql, tenant, random);

describe('a person who was seen', () => {
  test('is found by their number, and nobody is made by looking', async () => {
    const number = '+14155551001';
    expect(await people().seen(number)).toBeNull();
    expect(await database.sql`select from person`).toHaveLength(0);
    const made = await people().ensure(number);
    expect(await people().seen(number)).toEqual(made);
  });
});

describe('a person who was erased', () => {
  const erase = (id: string) =>
    database.sql`update person set key_wrapped = null, number_sealed = null where id = ${id}`;

  test('is not there to be found, and may come back under another key', async () => {
    const number = '+14155551002';
    const before = await people().ensure(number);
    await erase(before.id);
    expect(await people().seen(number)).toBeNull();
    expect(await people().find(before.id)).toBeNull();
    const after = await people().ensure(number);
    expect(after.id).toBe(before.id);
    expect(after.key.equals(before.key)).toBe(false);
    expect(await people().find(after.id)).toEqual(after);
  });

  test('has one key, however many processes see them first', async () => {
    const number = '+14155551003';
    const { id } = await people().ensure(number);
    await erase(id);
    const seen = await Promise.all(Array.from({ length: 8 }, () => people().ensure(number)));
    expect(new Set(seen.map(({ key }) => key.toString('hex'))).size).toBe(1);
    expect(await people().find(id)).toEqual(seen[0]);
  });

  test('is asked like anybody else when they call', async () => {
    const desk = await openDesk(database.sql, tenant);
    const from = '+14155551004';
    await erase((await people().ensure(from)).id);
    const told = await stepCall(
      desk,
      voice(newCallSid(), { from }),
      desk.clock.monotonic() + 5_000,
    );
    expect(told).toContain('<Gather');
  });
});
