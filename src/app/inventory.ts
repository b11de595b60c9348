/** What is held of one person, by category: from the register, counted in the database. */
import { ConsentryError } from '../core/error.ts';
import { register } from '../core/retention/register.ts';
import { type Category, categories, type Ending } from '../core/retention/register-shape.ts';
import type { Uuid } from '../core/words.ts';

export interface InventoryStore {
  /** Rows of a person, by table of the register. Null if there is no such person. */
  counts(personId: Uuid): Promise<{
    readonly isErased: boolean;
    readonly rows: ReadonlyMap<string, number>;
  } | null>;
}

export interface InventoryView {
  readonly id: Uuid;
  /** True: their key is destroyed. */
  readonly erased: boolean;
  readonly categories: readonly {
    readonly category: Category;
    readonly rows: number;
    readonly places: readonly {
      readonly place: string;
      readonly rows: number;
      readonly purpose: string;
      readonly source: string;
      readonly recipients: readonly string[];
      readonly retention: string;
      readonly columns: readonly {
        readonly column: string;
        readonly ending: Ending;
        readonly why: string | null;
      }[];
    }[];
  }[];
}

/** Throws `not_found`. */
export async function showInventory(store: InventoryStore, id: Uuid): Promise<InventoryView> {
  const found = await store.counts(id);
  if (found === null) throw new ConsentryError('not_found');
  const shown = categories.map((category) => {
    const places = Object.entries(register).flatMap(([place, table]) => {
      const { of, purpose, source, recipients, retention, personal } = table;
      const columns = Object.entries(personal)
        .filter(([, kept]) => kept.category === category)
        .map(([column, { ending, why }]) => ({ column, ending, why: why ?? null }));
      if (of === 'none' || columns.length === 0) return [];
      const rows = found.rows.get(place) ?? 0;
      return [{ place, rows, purpose, source, recipients, retention, columns }];
    });
    return { category, rows: places.reduce((sum, { rows }) => sum + rows, 0), places };
  });
  return {
    id,
    erased: found.isErased,
    categories: shown.filter(({ places }) => places.length > 0),
  };
}
