/** One page of rows that were asked for with one more than it holds. */
import type { Row } from 'postgres';
import type { Page } from '../../app/api-ports.ts';
import type { Uuid } from '../../core/words.ts';

/** @param rows with their `id`, and as `micros` the instant they are ordered by */
export function pageOf<Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const next =
    last === undefined ? null : { micros: last['micros'] as string, id: last['id'] as Uuid };
  return { rows: shown.map(view), next };
}
