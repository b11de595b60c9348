/** Under load transactions are whole, and what a statement was told is done is done. */
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool, type Pool } from '../../../src/adapters/postgres/pool.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

/** Around as many statements as two connections have under way, which are a hundred each. */
const lengths = Array.from({ length: 16 }, (_, i) => 195 + i);

let database: TestDatabase;
let watcher: Sql;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  watcher = database.sql;
  await watcher`create table written (by text not null, n int not null)`;
  pool = openPool(database.url, { statements: 2, transactions: 2 }, { onnotice: () => {} });
});
afterAll(async () => {
  await pool.end(5);
  await database.close();
});

/** Statements one behind the other, and a transaction behind them; how it ended. */
async function inLine(sql: Sql, length: number): Promise<string> {
  const insert = (by: string, n: number) =>
    sql`insert into written (by, n) values (${by}, ${n})`.execute();
  const statement = (n: number) => insert('statement', n);
  const before = Array.from({ length }, (_, i) => statement(i));
  const transaction = sql.begin(async (tx) => {
    await tx`insert into written (by, n) values ('transaction', ${length})`;
    return 'done';
  });
  const ended = await transaction.catch((error) => String(error.code));
  // So many that some of them come to either connection.
  await Promise.all([
    ...before,
    ...Array.from({ length: behind }, (_, i) => statement(length + i)),
  ]);
  return ended;
}

/** Up to the first that fails: the transaction behind it would commit what is left. */
async function linesOf(sql: Sql): Promise<readonly string[]> {
  // Both connections are there and know the statement, or nothing stands behind anything.
  for (let n = 0; n < 10; n += 1) {
    await Promise.all(
      [1, 2, 3].map(() => sql`insert into written (by, n) values (${'first'}, ${n})`),
    );
  }
  const ended: string[] = [];
  for (const length of lengths) {
    ended.push(await inLine(sql, length));
    if (ended.at(-1) !== 'done') break;
  }
  return ended;
}

/** Statements that come after the transaction. */
const behind = 8;

const acknowledged = (count: number): number =>
  lengths.slice(0, count).reduce((sum, length) => sum + length + behind, 0);

const countOf = async (by: string): Promise<number> => {
  const [row] = await watcher`select count(*)::int as n from written where by = ${by}`;
  return Number(row?.['n']);
};

describe('a transaction behind as many statements as a connection takes', () => {
  test('is carried out, and every statement that was acknowledged stays', async () => {
    const ended = await linesOf(pool.sql);
    await pool.end(5);
    expect(ended).toEqual(lengths.map(() => 'done'));
    expect(await countOf('transaction')).toBe(lengths.length);
    expect(await countOf('statement')).toBe(acknowledged(lengths.length));
  });

  test('on a connection that has both, loses what was acknowledged: why they are apart', async () => {
    await watcher`delete from written`;
    const both = postgres(database.url, { max: 2, onnotice: () => {} });
    const ended = await linesOf(both);
    await both.end({ timeout: 5 });
    expect(ended.at(-1)).toBe('UNSAFE_TRANSACTION');
    expect(await countOf('statement')).toBeLessThan(acknowledged(ended.length));
  });
});
