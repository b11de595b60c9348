/** Every row of every table as text: what whoever steals a dump of the database can read. */
import type { Sql } from 'postgres';

export async function dumpTables(sql: Sql): Promise<string> {
  const columns = await sql`
    select table_schema as schema, table_name as name, column_name as column, data_type as type
    from information_schema.columns
    where table_schema not in ('pg_catalog', 'information_schema')
    order by 1, 2, ordinal_position`;
  const tables = new Map<string, string[]>();
  for (const { schema, name, column, type } of columns) {
    const table = `"${schema}"."${name}"`;
    const list = tables.get(table) ?? [];
    // Bytes once as hexadecimal, as in any dump, and once so that letters in them can be read.
    list.push(type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`);
    tables.set(table, list);
  }
  const texts: string[] = [];
  for (const [table, list] of tables) {
    const rows = await sql.unsafe(
      `select t::text || ' ' || concat_ws(' ', ${list.join(', ')}) as row from ${table} t order by 1`,
    );
    texts.push(...rows.map(({ row }) => `${table} ${row}`));
  }
  return texts.join('\n');
}

/** The tables of ours that hold some bytes, in hexadecimal. */
export async function tablesWith(sql: Sql, bytes: string): Promise<readonly string[]> {
  const rows = (await dumpTables(sql)).split('\n').filter((row) => row.includes(bytes));
  const names = rows.map((row) => /^"public"\."(\w+)"/.exec(row)?.[1] ?? row);
  return [...new Set(names)].sort();
}

/** The same when nothing is written any more: the ledger takes entries in a moment later. */
export async function quietDump(sql: Sql): Promise<string> {
  let last = await dumpTables(sql);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = await dumpTables(sql);
    if (now === last) return now;
    last = now;
  }
}
