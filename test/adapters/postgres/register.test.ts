/** Nothing is kept of people that the register does not know. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealingOf } from '../../../src/core/breach/sealing.ts';
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

test('[cap 20] what protects a column is said of every personal column, and of no other', () => {
  const names = (tables: Readonly<Record<string, object>>) =>
    Object.entries(tables)
      .flatMap(([place, columns]) => Object.keys(columns).map((column) => `${place}.${column}`))
      .toSorted();
  const personal = Object.entries(register).map(([place, one]) => [place, one.personal]);
  const sealed = Object.entries(sealingOf).map(([place, { columns }]) => [place, columns]);
  expect(names(Object.fromEntries(sealed))).toEqual(names(Object.fromEntries(personal)));
});

/** How long, as the schedules of `retention show` name it, or why there is none. */
const keptFor = {
  recordings: 'as recordings are kept',
  calls: 'as calls are kept',
  texts: 'as texts are kept',
  forms: 'as forms are kept',
  proof: 'as long as there is anything to prove',
  contract: 'while the business uses this',
  none: 'as long as the service needs it',
} as const;

test('[cap 22] there is no column without purpose and retention', async () => {
  const tables = Object.entries(register).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { purpose, retention, personal, plain }] of tables) {
    expect([name, purpose.length > 5, keptFor[retention].length > 0]).toEqual([name, true, true]);
    // Who is told of nobody has no column of anybody, but for one that says how it ends.
    const ends = Object.values(personal).every(({ ending, why }) => ending !== 'kept' || why);
    expect([name, ends, Object.keys(personal).length + plain.length > 0]).toEqual([
      name,
      true,
      true,
    ]);
  }
  const lines = tables.flatMap(([name, { purpose, retention, personal, plain }]) => [
    '',
    `${name}: ${purpose}; ${keptFor[retention]}`,
    ...[
      ...Object.entries(personal).map(
        ([column, { category, ending, why }]) =>
          `  ${column}: ${category}, ${why === undefined ? ending : `stays: ${why}`}`,
      ),
      ...plain.map((column) => `  ${column}`),
    ].toSorted(),
  ]);
  const head =
    'Every column there is: what its table is for, how long it is kept, what of it is of people.';
  await expect([head, ...lines, ''].join('\n')).toMatchFileSnapshot('../../golden/columns.txt');
});

test('what outlives an erasure says why, and nothing else does', () => {
  const columns = Object.values(register).flatMap(({ personal }) => Object.values(personal));
  for (const { ending, why } of columns) expect(why !== undefined).toBe(ending === 'kept');
});
