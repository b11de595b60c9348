/** Texts that openings name instead of holding them. They never change, so what was read is kept. */
import type { Sql } from 'postgres';
import { textId } from '../../core/ledger/shared-text.ts';
import type { Hex } from '../../core/words.ts';

export interface EntryTexts {
  /** Those that are there, by id. */
  find(ids: readonly Hex[]): Promise<ReadonlyMap<Hex, string>>;
}

/** A kind of call under the law of a day each, and versions of the register. */
const keptMax = 1_000;

export function createEntryTexts(sql: Sql): EntryTexts {
  const kept = new Map<Hex, string>();

  async function fetch(ids: readonly Hex[]): Promise<void> {
    const rows = await sql`
      select encode(id, 'hex') as id, body from entry_text
      where id = any (array(select decode(hex, 'hex') from unnest(${[...ids]}::text[]) hex))`;
    if (kept.size + rows.length > keptMax) kept.clear();
    for (const { id, body } of rows) if (textId(body) === id) kept.set(id, body);
  }

  return {
    async find(ids) {
      const missing = ids.filter((id) => !kept.has(id));
      if (missing.length > 0) await fetch(missing);
      return new Map(ids.flatMap((id) => (kept.has(id) ? [[id, kept.get(id) ?? '']] : [])));
    },
  };
}
