/** What the public pages keep between one form and the next. */
import type { Sql } from 'postgres';
import type { PageStore } from '../../app/page-ports.ts';

export function createPages(sql: Sql): PageStore {
  return {
    async use(nonce, until, at) {
      const now = new Date(at);
      await sql`
        with uses as (delete from page_use where until < ${now}),
          counts as (delete from page_count where ends < ${now})
        delete from page_code where until < ${now}`;
      const rows = await sql`
        insert into page_use (nonce, until) values (${nonce}, ${new Date(until)})
        on conflict do nothing returning nonce`;
      return rows.length === 1;
    },
    async count(name, ends) {
      const [row] = await sql`
        insert into page_count (name, ends, n) values (${name}, ${new Date(ends)}, 1)
        on conflict (name, ends) do update set n = page_count.n + 1 returning n`;
      return row?.['n'] as number;
    },
    async addCode(id, hash, until) {
      await sql`insert into page_code (id, hash, until) values (${id}, ${hash}, ${new Date(until)})`;
    },
    async takeTry(id, at, triesMax) {
      const [row] = await sql`
        update page_code set tries = tries + 1
        where id = ${id} and until > ${new Date(at)} and tries < ${triesMax} returning hash`;
      return (row?.['hash'] as Buffer | undefined) ?? null;
    },
    async endCode(id) {
      const { count } = await sql`delete from page_code where id = ${id}`;
      return count === 1;
    },
  };
}
