/** What a call's entries say of themselves: by what way, and under which law. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConsentryError } from '../../../../src/core/error.ts';
import type { Opening } from '../../../../src/core/ledger/entry.ts';
import { callDetail } from '../../../../src/edges/http/api/shapes.ts';
import { entryOf, grant } from '../../../core/ledger/samples.ts';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

const openings = new Map<string, Opening | ConsentryError>();
let server: ApiServer;
let key: string;
beforeAll(async () => {
  server = await startApi({
    openOpening: async ({ id }) => {
      const found = openings.get(id) ?? {};
      if (found instanceof ConsentryError) throw found;
      return found;
    },
  });
  key = await server.key(['calls:read']);
});
afterAll(() => server.close());

async function entryOfCall(opening: Opening | ConsentryError) {
  const call = await seedCall(server.database.sql, server.tenant);
  openings.set(call.entryIds[0] ?? '', opening);
  const { status, body } = await server.get(`/v1/calls/${call.id}`, key);
  expect(status).toBe(200);
  expect(callDetail.parse(body)).toEqual(body);
  return { entry: body.entries[0], body };
}

test('the facts that are no secret are shown, and no other', async () => {
  const { entry, body } = await entryOfCall(entryOf(grant).opening);
  expect(entry).toMatchObject({ channel: 'call', jurisdiction: grant.jurisdiction });
  expect(JSON.stringify(body)).not.toContain('4155550123');
});

test.each<[string, Opening | ConsentryError]>([
  ['of the first version', {}],
  ['of an erased person', new ConsentryError('key_missing')],
  ['in a form that is not known', { jurisdiction: { salt: '', value: { mode: 'any' } } }],
])('an entry %s is shown without them', async (_what, opening) => {
  const { entry } = await entryOfCall(opening);
  expect(Object.keys(entry)).toEqual(['id', 'kind', 'purpose', 'party', 'at', 'receiptId']);
});

test('lists of calls open nothing', async () => {
  const { body } = await server.get('/v1/calls', key);
  for (const call of body.data) {
    for (const entry of call.entries) expect(Object.keys(entry)).not.toContain('jurisdiction');
  }
});
