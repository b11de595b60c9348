/** Everything that is wrapped under the key-encryption key: a table, its name for a row, its columns. */
import type { Sql, TransactionSql } from 'postgres';
import type { WrappedRows } from '../../app/rotate-keys.ts';
import { identityContext } from './recording-keys.ts';
import { secretContext } from './secrets.ts';
import { dataContext, tokenContext } from './tenants.ts';

type Contexts = Readonly<Record<string, (name: string) => string>>;

interface WrappedTable {
  /** The column that names a row. */
  readonly name: string;
  readonly columns: Contexts;
}

export const wrappedTables: Readonly<Record<string, WrappedTable>> = {
  tenant: {
    name: 'id',
    columns: { data_key_wrapped: dataContext, token_key_wrapped: tokenContext },
  },
  secret: { name: 'name', columns: { wrapped: secretContext } },
  l1_key: { name: 'id', columns: { identity_wrapped: identityContext } },
};

type Key = Parameters<WrappedRows['rewrap']>[0];

export function wrappedRows(sql: Sql): WrappedRows {
  return {
    async rewrap(from, to) {
      return sql.begin(async (tx) => {
        let count = 0;
        for (const [table, kept] of Object.entries(wrappedTables)) {
          count += await rewrapTable(tx, table, kept, { from, to });
        }
        return count;
      });
    },
    async counts() {
      const counts = new Map<string, number>();
      for (const [table, { columns }] of Object.entries(wrappedTables)) {
        for (const column of Object.keys(columns)) {
          const rows = await sql`
            select kek_id, count(*)::int as n from ${sql(table)}
            where ${sql(column)} is not null group by kek_id`;
          for (const { kek_id, n } of rows) counts.set(kek_id, (counts.get(kek_id) ?? 0) + n);
        }
      }
      return counts;
    },
  };
}

async function rewrapTable(
  tx: TransactionSql,
  table: string,
  { name, columns }: WrappedTable,
  { from, to }: { readonly from: Key; readonly to: Key },
): Promise<number> {
  const rows = await tx`select * from ${tx(table)} order by ${tx(name)} for no key update`;
  let count = 0;
  for (const row of rows) {
    const changed: Record<string, Buffer | string> = {};
    for (const [column, contextOf] of Object.entries(columns)) {
      const wrapped = row[column] as Buffer | null;
      // Null: destroyed, and nothing is left to wrap.
      if (wrapped === null) continue;
      const again = await wrapAgain(wrapped, contextOf(String(row[name])), from, to);
      if (again === null) continue;
      changed[column] = again;
      count += 1;
    }
    // By what opens it, not by what a row says: whoever wrote it may have been overtaken by the change.
    if (Object.keys(changed).length === 0 && row['kek_id'] === to.keyId()) continue;
    await tx`
      update ${tx(table)} set ${tx({ ...changed, kek_id: to.keyId() })}
      where ${tx(name)} = ${row[name] as string}`;
  }
  return count;
}

/** Null: `to` opens it already. @throws `key_missing`, and nothing is changed then */
async function wrapAgain(
  wrapped: Buffer,
  context: string,
  from: Key,
  to: Key,
): Promise<Buffer | null> {
  try {
    await to.unwrap(wrapped, context);
    return null;
  } catch {
    const again = Buffer.from(await to.wrap(await from.unwrap(wrapped, context), context));
    await to.unwrap(again, context); // what is thrown away in the next step was opened once more
    return again;
  }
}
