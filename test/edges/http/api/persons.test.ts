import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SeededCall, seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

let server: ApiServer;
let key: string;
let call: SeededCall;
beforeAll(async () => {
  server = await startApi();
  key = await server.key(['persons:read']);
  call = await seedCall(server.database.sql, server.tenant, {});
});
afterAll(() => server.close());

interface Held {
  erased: boolean;
  categories: { category: string; rows: number; places: { place: string; rows: number }[] }[];
}
const personOf = async (): Promise<string> => {
  const [row] = await server.database.sql`
    select person_id from leg where call_sid = ${call.parties[0]!.callSid}`;
  return row!['person_id'];
};

test('[cap 47] what is held of a person is counted by category and place', async () => {
  const { status, body } = await server.get(`/v1/persons/${await personOf()}`, key);
  expect(status).toBe(200);
  const held = body as Held;
  const rows = (place: string) =>
    held.categories.flatMap(({ places }) => places).find((one) => one.place === place)?.rows;
  expect(held.erased).toBe(false);
  expect([rows('public.person'), rows('public.leg'), rows('public.recording')]).toEqual([1, 1, 1]);
});

test('a person who is not there, or of another tenant, is not found', async () => {
  const nobody = await server.get('/v1/persons/0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33', key);
  expect(nobody.status).toBe(404);
  const stranger = await server.key(['persons:read'], server.other);
  expect((await server.get(`/v1/persons/${await personOf()}`, stranger)).status).toBe(404);
});
