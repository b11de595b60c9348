/**
 * The end of everything in a database: first what wraps keys, then every row of every table. It works
 * as the owner, for no part of the program may do that, and needs no key.
 */
import type { Sql } from 'postgres';
import type { EndingDatabase } from '../../app/end-contract.ts';
import type { CallSid } from '../../core/words.ts';

/**
 * What holds a wrapped key or a header, how it goes, and how what is left is counted. Keys of exports,
 * batches and list files lie sealed under that of the business.
 */
const wrapped = [
  ['delete from headers.recording_header', 'select count(*) from headers.recording_header'],
  [
    `update l1_key set identity_wrapped = null, destroyed_at = coalesce(destroyed_at, now())
      where identity_wrapped is not null`,
    'select count(*) from l1_key where identity_wrapped is not null',
  ],
  ['delete from secret', 'select count(*) from secret'],
  [
    'update person set key_wrapped = null where key_wrapped is not null',
    'select count(*) from person where key_wrapped is not null',
  ],
  [
    `update tenant set data_key_wrapped = '', token_key_wrapped = ''`,
    `select count(*) from tenant where data_key_wrapped <> '' or token_key_wrapped <> ''`,
  ],
] as const;

async function tables(sql: Sql): Promise<readonly string[]> {
  const rows = await sql`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
    from information_schema.tables
    where table_schema in ('public', 'headers') and table_type = 'BASE TABLE'
      and table_name <> 'migration' order by 1`;
  return rows.map(({ name }) => name as string);
}

export function endingDatabase(sql: Sql): EndingDatabase {
  const count = async (statement: string) =>
    Number((await sql.unsafe(statement))[0]?.['count'] ?? 0);
  const sum = async (statements: readonly string[]) => {
    let all = 0;
    for (const one of statements) all += await count(one);
    return all;
  };
  return {
    async servers() {
      return count(
        `select count(*) from pg_stat_activity
          where datname = current_database() and application_name = 'consentry'`,
      );
    },
    async atCarrier() {
      const calls = await sql`
        select call_sid from leg where call_sid is not null
        union select call_sid from dial where call_sid is not null
        union select call_sid from leg_invite where call_sid is not null`;
      const texts = await sql`select message_sid from text_message`;
      return {
        callSids: calls.map((row) => row['call_sid'] as CallSid),
        messageSids: texts.map((row) => row['message_sid'] as string),
      };
    },
    async destroyKeys() {
      await sql.begin(async (tx) => {
        for (const [destroy] of wrapped) await tx.unsafe(destroy);
      });
    },
    keysLeft: () => sum(wrapped.map(([, left]) => left)),
    async purge() {
      const all = await tables(sql);
      await sql.begin(async (tx) => {
        // Ledger and audit refuse it to everybody, for as long as there is anything to prove.
        for (const one of all) await tx.unsafe(`alter table ${one} disable trigger user`);
        await tx.unsafe(`truncate ${all.join(', ')} restart identity`);
        for (const one of all) await tx.unsafe(`alter table ${one} enable trigger user`);
      });
    },
    async rowsLeft() {
      return sum((await tables(sql)).map((one) => `select count(*) from ${one}`));
    },
  };
}
