import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rows, rowsFrom } from '../../../src/adapters/postgres/rows.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const columns = { place: 'int', words: 'text', flag: 'boolean' };

async function through(rows: readonly (readonly [number, string | null, boolean | null])[]) {
  const sent = new Rows(columns);
  for (const row of rows) sent.add(row);
  const statement = `select * from ${rowsFrom('x', columns, 1)}`;
  const got = await database.sql.unsafe(statement, [...sent.parameters()], { prepare: true });
  return got.map((row) => [row['place'], row['words'], row['flag']]);
}

test.each([
  ['the word null', 'null'],
  ['the word NULL', 'NULL'],
  ['nothing', ''],
  ['braces and commas', '{a,b}'],
  ['quotes and backslashes', '"\\"\\\\'],
  ['an SQL ending', "'); drop table leg; --"],
  ['white space', ' \t\n'],
  ['letters of others', 'ñ€😂'],
])('%s comes back as it was sent', async (_name, words) => {
  expect(await through([[1, words, true]])).toEqual([[1, words, true]]);
});

test('whatever is sent comes back, row by row', async () => {
  const words = fc.option(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')));
  const row = fc.tuple(fc.nat(), words, fc.option(fc.boolean()));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1 }), async (rows) => {
      expect(await through(rows)).toEqual(rows);
    }),
    { numRuns: 50 },
  );
});

test('a row with another number of cells is a defect', () => {
  expect(() => new Rows(columns).add([1, 'a'])).toThrow('a cell for each column');
});
