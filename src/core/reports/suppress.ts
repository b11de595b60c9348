/**
 * Which cells of a table have to be hidden so that none below the threshold can be worked out. A
 * hidden cell follows from the totals exactly if its edge is a bridge of the graph whose vertices are
 * rows and columns and whose edges are hidden cells: each bridge is put on a cycle, by hiding the
 * cells of the cheapest way around it. Bounds can give a cell away on a cycle too; then its cheapest
 * neighbours go as well.
 */
import { attack } from './attack.ts';
import { type CountTable, columnOf, type Place, publish } from './table.ts';

/** Null: the table cannot be published without giving somebody away. */
export function hiddenCells(
  table: CountTable,
  isSmall: (place: Place) => boolean,
): readonly Place[] | null {
  const hidden = new Map<string, Place>();
  const hide = (place: Place): void => void hidden.set(String(place), place);
  for (const [row, cells] of table.counts.entries()) {
    for (const [column, count] of cells.entries()) {
      if (count > 0 && isSmall([row, column])) hide([row, column]);
    }
  }
  for (;;) {
    const places = [...hidden.values()];
    const bridge = places.find((place) => isBridge(places, place));
    if (bridge !== undefined) {
      const around = cheapestWay(table, places, bridge);
      if (around === null) return null;
      for (const place of around) hide(place);
      continue;
    }
    const [leak] = attack(publish(table, places));
    if (leak === undefined) return places;
    const more = cheapestNeighbour(table, hidden, leak);
    if (more === null) return null;
    hide(more);
  }
}

/** Rows are vertices 0 and up, columns -1 and down. */
const endsOf = ([row, column]: Place): readonly [number, number] => [row, -1 - column];

function isBridge(places: readonly Place[], place: Place): boolean {
  const [from, to] = endsOf(place);
  const others = places.filter((one) => one !== place).map(endsOf);
  const reached = new Set([from]);
  const left = [from];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    for (const [a, b] of others) {
      const next = a === at ? b : b === at ? a : null;
      if (next === null || reached.has(next)) continue;
      reached.add(next);
      left.push(next);
    }
  }
  return !reached.has(to);
}

/** Dijkstra from one end of the bridge to the other, past it. What is hidden already costs nothing. */
function cheapestWay(
  { rows, columns, counts }: CountTable,
  places: readonly Place[],
  bridge: Place,
): readonly Place[] | null {
  const isHidden = new Set(places.map(String));
  const edges: { readonly place: Place; readonly cost: number }[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    for (let column = 0; column < columns.length; column += 1) {
      const place: Place = [row, column];
      const count = counts[row]?.[column] ?? 0;
      if (String(place) === String(bridge)) continue;
      if (isHidden.has(String(place))) edges.push({ place, cost: 0 });
      // A hidden zero would stand beside nobody: whoever knows it is empty has the bridge again.
      else if (count > 0) edges.push({ place, cost: count });
    }
  }
  const [from, to] = endsOf(bridge);
  const costs = new Map<number, number>([[from, 0]]);
  const by = new Map<number, Place>();
  const done = new Set<number>();
  for (;;) {
    let at: number | null = null;
    for (const [vertex, cost] of costs) {
      if (!done.has(vertex) && (at === null || cost < (costs.get(at) ?? 0))) at = vertex;
    }
    if (at === null) return null;
    if (at === to) break;
    done.add(at);
    for (const { place, cost } of edges) {
      const [a, b] = endsOf(place);
      const next = a === at ? b : b === at ? a : null;
      if (next === null || done.has(next)) continue;
      const through = (costs.get(at) ?? 0) + cost;
      if (through >= (costs.get(next) ?? Number.POSITIVE_INFINITY)) continue;
      costs.set(next, through);
      by.set(next, place);
    }
  }
  const way: Place[] = [];
  for (let at = to; at !== from; ) {
    const place = by.get(at) as Place;
    way.push(place);
    const [a, b] = endsOf(place);
    at = a === at ? b : a;
  }
  return way;
}

function cheapestNeighbour(
  { rows, columns, counts }: CountTable,
  hidden: ReadonlyMap<string, Place>,
  [row, column]: Place,
): Place | null {
  const inRow = columns.map((_, c): Place => [row, c]);
  const inColumn = rows.map((_, r): Place => [r, column]);
  const count = ([r, c]: Place): number => columnOf(counts, c)[r] ?? 0;
  const free = [...inRow, ...inColumn].filter(
    (place) => !hidden.has(String(place)) && count(place) > 0,
  );
  return free.sort((a, b) => count(a) - count(b))[0] ?? null;
}
