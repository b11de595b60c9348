/** Nothing is kept of people that the register does not know. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { register } from '../../../src/core/retention/register.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('[cap 47] every column of the migrated database stands in the register, and no other', async () => {
  const rows = await database.sql`
    select table_schema || '.' || table_name || '.' || column_name as name
    from information_schema.columns
    where table_schema not in ('pg_catalog', 'information_schema') order by 1`;
  const known = Object.entries(register).flatMap(([table, { personal, plain }]) =>
    [...Object.keys(personal), ...plain].map((column) => `${table}.${column}`),
  );
  expect(known.toSorted()).toEqual(rows.map(({ name }) => name as string).toSorted());
});

test('what outlives an erasure says why, and nothing else does', () => {
  const columns = Object.values(register).flatMap(({ personal }) => Object.values(personal));
  for (const { ending, why } of columns) expect(why !== undefined).toBe(ending === 'kept');
});
