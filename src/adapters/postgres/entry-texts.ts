/** Texts that openings name instead of holding them. They never change, so what was read is kept. */
import type { Sql } from 'postgres';
import type { Hex } from '../../core/words.ts';

export interface EntryTexts {
  /** Those that are there, by id. */
  find(ids: readonly Hex[]): Promise<ReadonlyMap<Hex, string>>;
}

/** A kind of call under the law of a day each, and versions of the register. */
const keptMax = 1_000;

export function createEntryTexts(sql: Sql): EntryTexts {
  const kept = new Map<Hex, string>();

  function keep(id: Hex, body: string): void {
    if (kept.size >= keptMax) kept.delete(kept.keys().next().value ?? '');
    kept.set(id, body);
  }

  return {
    async find(ids) {
      const found = new Map<Hex, string>();
      const missing: Hex[] = [];
      for (const id of ids) {
        const body = kept.get(id);
        if (body === undefined) missing.push(id);
        else found.set(id, body);
      }
      if (missing.length === 0) return found;
      const rows = await sql`
        select encode(id, 'hex') as id, body from entry_text
        where id = any (array(select decode(hex, 'hex') from unnest(${missing}::text[]) hex))`;
      for (const { id, body } of rows) {
        found.set(id, body);
        keep(id, body);
      }
      return found;
    },
  };
}
