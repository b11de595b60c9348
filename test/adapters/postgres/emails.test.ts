/** Questions by e-mail where something happens beside them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmails } from '../../../src/adapters/postgres/emails.ts';
import type { Tenant } from '../../../src/app/call-ports.ts';
import type { EmailReply, EmailRequest, EmailStore } from '../../../src/app/email-ports.ts';
import { makeTenant } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let tenant: Tenant;
let emails: EmailStore;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await makeTenant(database.sql);
  emails = createEmails(database.sql, tenant.id);
});
afterAll(() => database.close());

async function somebody(): Promise<string> {
  const id = randomUUID();
  await database.sql`
    insert into person (id, tenant_id, token, key_wrapped, number_sealed)
    values (${id}, ${tenant.id}, ${randomBytes(32)}, ${randomBytes(60)}, ${randomBytes(40)})`;
  return id;
}

const erase = (id: string) =>
  database.sql`update person set key_wrapped = null, number_sealed = null where id = ${id}`;

const requestTo = (personId: string): EmailRequest => ({
  id: randomUUID(),
  personId,
  purpose: 'survey',
  formHash: 'ab'.repeat(32),
  messageHash: randomBytes(32).toString('hex'),
  messageSealed: Buffer.of(1),
  by: 'key-1',
  at: Date.now(),
  until: Date.now() + 60_000,
  answer: null,
  answeredAt: null,
});

const replyTo = ({ id: requestId, personId }: EmailRequest): EmailReply => ({
  id: randomUUID(),
  requestId,
  personId,
  sealed: Buffer.of(1),
  hash: 'cd'.repeat(32),
  receivedAt: Date.now(),
  meaning: null,
  decidedBy: null,
  decidedAt: null,
});

test('nobody is asked, and no reply kept, whose erasure came first', async () => {
  const person = await somebody();
  const request = requestTo(person);
  expect(await emails.add(request)).toBe(true);
  await erase(person);
  expect(await emails.add({ ...requestTo(person), purpose: 'transcription' })).toBe(false);
  expect(await emails.addReply(replyTo(request))).toBe(false);
  expect(await emails.replies(request.id)).toEqual([]);
});

test('what seemed not to be sent and was answered all the same stays', async () => {
  const [unsent, replied, answered] = [await somebody(), await somebody(), await somebody()].map(
    requestTo,
  ) as [EmailRequest, EmailRequest, EmailRequest];
  for (const one of [unsent, replied, answered]) await emails.add(one);
  await emails.addReply(replyTo(replied));
  await database.sql`update email_request set answer = 'refused' where id = ${answered.id}`;
  for (const { id } of [unsent, replied, answered]) await emails.drop(id);
  const left = await Promise.all([unsent, replied, answered].map(({ id }) => emails.find(id)));
  expect(left.map((one) => one?.id)).toEqual([undefined, replied.id, answered.id]);
});
