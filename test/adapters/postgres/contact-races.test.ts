/**
 * Contacts and listings under random interleavings: what happens at once is drawn, and each draw is
 * done on real connections. The same is tried on a store that looks into a copy, and on one that looks
 * into the database without holding anything, which both have to fail.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContacts } from '../../../src/adapters/postgres/contacts.ts';
import { createDials } from '../../../src/adapters/postgres/dials.ts';
import { createOwnList } from '../../../src/adapters/postgres/own-list.ts';
import { createPermits } from '../../../src/adapters/postgres/permits.ts';
import type { Tenant } from '../../../src/app/call-ports.ts';
import type { Contact, ContactStore } from '../../../src/app/contact-ports.ts';
import { contactUnlisted } from '../../../src/app/contact-unlisted.ts';
import type { Channel, ListingScope } from '../../../src/core/suppression/own-change.ts';
import { makeTenant } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { seedCall } from '../../support/seed-call.ts';

let database: TestDatabase;
let tenant: Tenant;
let ours: ContactStore;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
  ours = createContacts(database.sql, tenant);
});
afterAll(() => database.close());

const noon = Date.UTC(2026, 2, 4, 12);
let made = 0;
/** Ten apart, so that listing the beginning of one is no listing of the next. */
const newNumber = (): string => {
  made += 10;
  return `+1415${6_000_000 + made}`;
};

const contactOf = (number: string, change: Partial<Contact> = {}): Contact => ({
  id: randomUUID(),
  number,
  channel: 'call',
  scopes: ['all'],
  callId: null,
  partyId: null,
  at: noon,
  ...change,
});

interface Wanted {
  readonly channel?: Channel;
  readonly scope?: ListingScope;
  readonly listed?: boolean;
  readonly provisional?: boolean;
}

const list = (number: string, { listed = true, ...wanted }: Wanted = {}) =>
  createOwnList(database.sql, tenant).put(
    {
      number,
      channel: 'call',
      scope: 'all',
      provisional: false,
      reason: 'request',
      source: 'api',
      by: 'k1',
      until: null,
      at: noon,
      listed,
      ...wanted,
    },
    null,
  );

/** As an opt-out does: it is written, and answered when nothing is being asked any more. */
async function optOut(contacts: ContactStore, listed: string): Promise<void> {
  await list(listed);
  while ((await contacts.underWay(listed)).some(({ asking }) => asking)) await pause(2);
}

interface Plan {
  /** When each contact begins, and how long the carrier thinks, ms. */
  readonly contacts: readonly (readonly [beginsMs: number, thinksMs: number])[];
  readonly listedMs: number;
  readonly prefix: boolean;
}
const plans: fc.Arbitrary<Plan> = fc.record({
  contacts: fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { minLength: 1, maxLength: 5 }),
  listedMs: fc.nat(12),
  prefix: fc.boolean(),
});

/** Nobody is being asked to reach a number whose stop has been answered, or is asked after it. */
const stopped = (contacts: ContactStore) =>
  fc.asyncProperty(plans, async (plan) => {
    const number = newNumber();
    let isAnswered = false;
    let late = 0;
    const asks = plan.contacts.map(async ([beginsMs, thinksMs]) => {
      await pause(beginsMs);
      await contactUnlisted(contacts, contactOf(number), async () => {
        await pause(thinksMs);
        // Only now the carrier begins to ring.
        if (isAnswered) late += 1;
        return null;
      });
    });
    await pause(plan.listedMs);
    await optOut(contacts, plan.prefix ? `${number.slice(0, -1)}*` : number);
    isAnswered = true;
    await Promise.all(asks);
    expect(late).toBe(0);
    expect(await contacts.begin(contactOf(number))).toBe(false);
  });

/** Looks into the list, and tells nobody. */
const looking: ContactStore = {
  isListed: async () => false,
  async begin({ number }) {
    const tokens = [number, `${number.slice(0, -1)}*`].map((one) => tenant.cipher.token(one));
    const rows = await database.sql`
      select from listing where token in ${database.sql(tokens)} and listed`;
    return rows.length === 0;
  },
  rings: async () => {},
  end: async () => {},
  underWay: async () => [],
};

/** Tells, and looks, in two steps that nothing holds together: as if a lock were not needed. */
const unlocked = (): ContactStore => ({
  ...ours,
  async begin(contact) {
    if (!(await looking.begin(contact))) return false;
    await pause(3);
    await database.sql`
      insert into contact_under_way (id, tenant_id, tokens, asked_at)
      values (${contact.id}, ${tenant.id}, array[${tenant.cipher.token(contact.number)}::bytea],
        clock_timestamp())`;
    return true;
  },
});

describe('nobody is contacted after their stop was answered', () => {
  test('however they interleave', async () => {
    await fc.assert(stopped(ours), { numRuns: 60 });
  }, 60_000);

  test.each([
    ['that only looks', () => looking],
    ['that looks and tells without a lock', unlocked],
  ])(
    'and a store %s is found out',
    async (_, store) => {
      await expect(fc.assert(stopped(store()), { numRuns: 300 })).rejects.toThrow();
    },
    60_000,
  );
});

/** As if we had placed the call with a permit for these scopes. */
async function placedBy(callId: string, number: string, scopes: readonly ListingScope[]) {
  const token = tenant.cipher.token(number);
  const permit = randomUUID();
  await database.sql`
    insert into permit (id, tenant_id, token, channel, purpose, scopes, made_at, not_after)
    values (${permit}, ${tenant.id}, ${token}, 'call', 'sales', ${[...scopes]}, now(), now())`;
  await database.sql`
    insert into dial (call_id, tenant_id, token, person_id, party_id, permit_id, at)
    values (${callId}, ${tenant.id}, ${token}, ${randomUUID()}, ${randomUUID()}, ${permit}, now())`;
}

describe('the last look', () => {
  const may = (number: string, change: Partial<Contact> = {}) =>
    ours.begin(contactOf(number, change));

  test('is at the channel, and a stop that somebody has to look at is of both', async () => {
    const number = newNumber();
    await list(number, { channel: 'text' });
    expect([await may(number), await may(number, { channel: 'text' })]).toEqual([true, false]);
    const doubtful = newNumber();
    await list(doubtful, { channel: 'text', provisional: true });
    expect(await may(doubtful)).toBe(false);
  });

  test('is at the scopes that concern it, and at no others', async () => {
    const number = newNumber();
    const line = `line:${randomUUID()}` as const;
    await list(number, { scope: line });
    await list(number, { scope: 'campaign:spring' });
    expect(await may(number)).toBe(true);
    expect(await may(number, { scopes: ['all', line] })).toBe(false);
    expect(await may(number, { scopes: ['all', 'campaign:spring'] })).toBe(false);
  });

  test('is at every campaign and line where it may be of any', async () => {
    for (const scope of ['campaign:spring', `line:${randomUUID()}`] as const) {
      const number = newNumber();
      await list(number, { scope });
      expect(await may(number, { scopes: ['all', 'campaign:*', 'line:*'] })).toBe(false);
      expect(await may(number, { scopes: ['all', 'campaign:autumn'] })).toBe(true);
      const { id: callId } = await seedCall(database.sql, tenant);
      await placedBy(callId, number, ['all', 'campaign:*', 'line:*']);
      expect(await may(number, { callId })).toBe(false);
    }
  });

  test('is at the line and the campaign of its call, too', async () => {
    const { id: callId } = await seedCall(database.sql, tenant);
    const number = newNumber();
    await list(number, { scope: 'campaign:spring' });
    expect(await may(number, { callId })).toBe(true);
    await database.sql`update call set campaign = 'spring' where id = ${callId}`;
    expect(await may(number, { callId })).toBe(false);
  });

  test('is past a listing that was lifted', async () => {
    const number = newNumber();
    await list(number);
    await list(number, { listed: false });
    expect(await may(number)).toBe(true);
  });
});

test('what rings is found by the number and by its beginnings, until it is over', async () => {
  const number = newNumber();
  const contact = contactOf(number);
  await ours.begin(contact);
  const seen = async (one: string) => (await ours.underWay(one)).map(({ asking }) => asking);
  expect([await seen(number), await seen('+1415*'), await seen('+1416*')]).toEqual([
    [true],
    expect.arrayContaining([true]),
    [],
  ]);
  const callSid = `CA${'0'.repeat(32)}`;
  await ours.rings(contact.id, callSid);
  expect(await ours.underWay(number)).toMatchObject([{ asking: false, callSid }]);
  await ours.end(contact.id);
  expect(await ours.underWay(number)).toEqual([]);
});

test('a carrier that never answered is waited for no longer than a request may take', async () => {
  const number = newNumber();
  const contact = contactOf(number);
  await ours.begin(contact);
  await database.sql`
    update contact_under_way set asked_at = asked_at - interval '5 seconds' where id = ${contact.id}`;
  expect(await ours.underWay(number)).toMatchObject([{ asking: false, callSid: null }]);
});

test('of many numbers those are found to which anything is on its way, and every beginning of numbers', async () => {
  const [rung, ended, other] = [newNumber(), newNumber(), newNumber()];
  const dials = createDials(database.sql, tenant, (tx) => createPermits(tx, tenant));
  const over = contactOf(ended);
  for (const contact of [contactOf(rung), over]) await ours.begin(contact);
  await ours.end(over.id);
  expect(await dials.rung([ended, rung, other, '+1415600*'])).toEqual([rung, '+1415600*']);
  const elsewhere = await makeTenant(database.sql);
  const theirs = createDials(database.sql, elsewhere, (tx) => createPermits(tx, elsewhere));
  expect(await theirs.rung([rung])).toEqual([]);
  expect(await dials.rung([])).toEqual([]);
});
