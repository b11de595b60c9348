/**
 * How well people hide in groups: k-anonymity (Sweeney 2002), l-diversity (Machanavajjhala and others
 * 2007) and t-closeness (Li and others 2007). A class is the rows that look alike from outside; what
 * it must not give away is the value that goes with each row.
 */

export interface AnonymityClass {
  /** Values that go with the rows, by how often. */
  readonly values: ReadonlyMap<string, number>;
}

/** @param looksLike what a row shows @param value what it must not give away */
export function classesOf<Row>(
  rows: readonly Row[],
  looksLike: (row: Row) => string,
  value: (row: Row) => string,
): readonly AnonymityClass[] {
  const classes = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const values = classes.get(looksLike(row)) ?? new Map<string, number>();
    values.set(value(row), (values.get(value(row)) ?? 0) + 1);
    classes.set(looksLike(row), values);
  }
  return [...classes.values()].map((values) => ({ values }));
}

export const sizeOf = ({ values }: AnonymityClass): number =>
  [...values.values()].reduce((sum, n) => sum + n, 0);

/** The smallest class; 0 if there is none. */
export const kOf = (classes: readonly AnonymityClass[]): number =>
  classes.length === 0 ? 0 : Math.min(...classes.map(sizeOf));

export const distinctL = ({ values }: AnonymityClass): number =>
  [...values.values()].filter((n) => n > 0).length;

/** exp of the entropy: how many equally frequent values would hide as much. */
export function entropyL(one: AnonymityClass): number {
  const size = sizeOf(one);
  const entropy = [...one.values.values()]
    .filter((n) => n > 0)
    .reduce((sum, n) => sum - (n / size) * Math.log(n / size), 0);
  return Math.exp(entropy);
}

/** All classes together. */
export function everybody(classes: readonly AnonymityClass[]): AnonymityClass {
  const values = new Map<string, number>();
  for (const one of classes) {
    for (const [value, n] of one.values) values.set(value, (values.get(value) ?? 0) + n);
  }
  return { values };
}

const shareOf = (one: AnonymityClass, value: string): number =>
  (one.values.get(value) ?? 0) / sizeOf(one);

/** Distance to everybody's distribution where no value is nearer to one than to another. */
export function equalDistance(one: AnonymityClass, all: AnonymityClass): number {
  const apart = [...all.values.keys()].map((value) =>
    Math.abs(shareOf(one, value) - shareOf(all, value)),
  );
  return apart.reduce((sum, n) => sum + n, 0) / 2;
}

/** The same for values in an order: earth mover's distance, steps between neighbours. */
export function orderedDistance(
  one: AnonymityClass,
  all: AnonymityClass,
  order: readonly string[],
): number {
  let carried = 0;
  let moved = 0;
  for (const value of order) {
    carried += shareOf(one, value) - shareOf(all, value);
    moved += Math.abs(carried);
  }
  return order.length < 2 ? 0 : moved / (order.length - 1);
}

/** Values below values: a leaf is a text, and a branch lists what is below it. */
export type Tree = string | readonly Tree[];

const heightOf = (tree: Tree): number =>
  typeof tree === 'string' ? 0 : 1 + Math.max(...tree.map(heightOf));

/** The same for values in a tree: what moves further up costs more. */
export function treeDistance(one: AnonymityClass, all: AnonymityClass, tree: Tree): number {
  const whole = heightOf(tree);
  let cost = 0;
  function extraOf(at: Tree): number {
    if (typeof at === 'string') return shareOf(one, at) - shareOf(all, at);
    const extras = at.map(extraOf);
    const more = extras.filter((n) => n > 0).reduce((sum, n) => sum + n, 0);
    const less = extras.filter((n) => n < 0).reduce((sum, n) => sum - n, 0);
    cost += (heightOf(at) / whole) * Math.min(more, less);
    return more - less;
  }
  extraOf(tree);
  return cost;
}
