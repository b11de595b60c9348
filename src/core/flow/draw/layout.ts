/**
 * Where boxes go, so that nothing lies on anything else. Boxes lie in layers from top to bottom,
 * each below all that lead to it; what stands at an edge is a box of its own in the layer between,
 * and a long edge passes through a narrow box in each layer on its way. So lines run in the gaps
 * between layers and through boxes that are theirs, and never across another one. The steps are
 * those of Sugiyama, Tagawa and Toda (1981): layers, order in the layer, places.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place extends Size {
  /** Of the upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface RoutedEdge {
  /** Where the text of the edge stands; null if it has none. */
  readonly label: Place | null;
  /** From one box down to the next. */
  readonly pieces: readonly Piece[];
}

/** Straight down from `from` to `floor`, where its layer ends, then in a curve to `to`. */
export interface Piece {
  readonly from: Point;
  readonly floor: number;
  readonly to: Point;
}

export interface Layout extends Size {
  /** In the order of the nodes. */
  readonly nodes: readonly Place[];
  /** In the order of the edges. */
  readonly edges: readonly RoutedEdge[];
}

/** Nodes by their place in the list. The graph has no circles. */
export interface SizedEdge {
  readonly from: number;
  readonly to: number;
  /** Null without text. */
  readonly label: Size | null;
}

const layerGap = 26;
const boxGap = 28;
const margin = 16;
const bendWidth = 10;
const sweeps = 12;

interface Item extends Size {
  readonly layer: number;
  readonly above: Item[];
  readonly below: Item[];
  /** How much it wants to stay in line with its neighbours: long lines should be straight. */
  readonly weight: number;
  /** Of its middle. */
  x: number;
  y: number;
  /** Where its layer ends. */
  floor: number;
}

export function layOut(sizes: readonly Size[], edges: readonly SizedEdge[]): Layout {
  const layers: Item[][] = [];
  const add = (layer: number, size: Size, weight: number): Item => {
    const item: Item = { ...size, layer, above: [], below: [], weight, x: 0, y: 0, floor: 0 };
    layers[layer] ??= [];
    layers[layer]?.push(item);
    return item;
  };
  const ranks = ranksOf(sizes.length, edges);
  const nodes = sizes.map((size, i) => add((ranks[i] ?? 0) * 2, size, 1));
  const chains = edges.map(({ from, to, label }): readonly Item[] => {
    const first = (ranks[from] ?? 0) * 2 + 1;
    const last = (ranks[to] ?? 0) * 2;
    const bends: Item[] = [];
    for (let layer = first; layer < last; layer += 1) {
      const bend = { width: bendWidth, height: 0 };
      bends.push(add(layer, layer === first && label !== null ? label : bend, 4));
    }
    const ends = [nodes[from], nodes[to]].filter((item) => item !== undefined);
    const chain = [...ends.slice(0, 1), ...bends, ...ends.slice(1)];
    for (const [i, item] of chain.entries()) {
      const next = chain[i + 1];
      if (next === undefined) continue;
      item.below.push(next);
      next.above.push(item);
    }
    return chain;
  });
  order(layers);
  const size = place(layers);
  return {
    ...size,
    nodes: nodes.map(placeOf),
    edges: chains.map((chain, i) => {
      const labelled = edges[i]?.label !== null ? chain[1] : undefined;
      return { label: labelled === undefined ? null : placeOf(labelled), pieces: piecesOf(chain) };
    }),
  };
}

function placeOf({ x, y, width, height }: Item): Place {
  return { x: x - width / 2, y, width, height };
}

/** The longest way from a node without predecessors. */
function ranksOf(count: number, edges: readonly SizedEdge[]): readonly number[] {
  const ranks = Array.from({ length: count }, () => 0);
  for (let round = 0; round < count; round += 1) {
    for (const { from, to } of edges) {
      ranks[to] = Math.max(ranks[to] ?? 0, (ranks[from] ?? 0) + 1);
    }
  }
  return ranks;
}

/** Each box near the middle of its neighbours, in turns from above and from below. */
function order(layers: readonly Item[][]): void {
  const renumber = (layer: readonly Item[]) => {
    for (const [i, item] of layer.entries()) item.x = i;
  };
  for (const layer of layers) renumber(layer);
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const middles = new Map(layer.map((item) => [item, middle(item, down)]));
      layer.sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0));
      renumber(layer);
    }
    const now = crossings(layers);
    if (now >= fewest) continue;
    fewest = now;
    best = layers.map((layer) => [...layer]);
  }
  for (const [i, layer] of layers.entries()) {
    layer.splice(0, layer.length, ...(best[i] ?? []));
    renumber(layer);
  }
}

function middle(item: Item, down: boolean): number {
  const near = down ? item.above : item.below;
  if (near.length === 0) return item.x;
  return near.reduce((sum, { x }) => sum + x, 0) / near.length;
}

function crossings(layers: readonly (readonly Item[])[]): number {
  let count = 0;
  for (const layer of layers) {
    const lines = layer.flatMap((item) => item.below.map((to) => [item.x, to.x] as const));
    for (const [i, [a, b]] of lines.entries()) {
      for (const [c, d] of lines.slice(i + 1)) if ((a - c) * (b - d) < 0) count += 1;
    }
  }
  return count;
}

/** Gives every box its place; the order within a layer stays. */
function place(layers: readonly Item[][]): Size {
  for (const layer of layers) settle(layer, () => 0);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      settle(layer, (item) => middle(item, down));
    }
  }
  // A last look both ways, so that a box stands between what is above and what is below.
  for (const layer of layers) {
    settle(layer, (item) => {
      const near = [...item.above, ...item.below];
      return near.reduce((sum, { x }) => sum + x, 0) / Math.max(1, near.length);
    });
  }
  let y = margin;
  for (const layer of layers) {
    const floor = y + Math.max(0, ...layer.map(({ height }) => height));
    for (const item of layer) Object.assign(item, { y, floor });
    y = floor + layerGap;
  }
  const items = layers.flat();
  const left = Math.min(...items.map(({ x, width }) => x - width / 2)) - margin;
  for (const item of items) item.x -= left;
  const right = Math.max(...items.map(({ x, width }) => x + width / 2)) + margin;
  return { width: Math.ceil(right), height: Math.ceil(y - layerGap + margin) };
}

interface Block {
  items: readonly { readonly item: Item; readonly offset: number }[];
  sum: number;
  weight: number;
}

/**
 * The places nearest to the wanted ones (least squares) with room between neighbours: boxes that
 * would push each other become one block, which stands in the middle of what its boxes want.
 */
function settle(layer: readonly Item[], wanted: (item: Item) => number): void {
  const blocks: Block[] = [];
  const at = ({ sum, weight }: Block) => sum / weight;
  let offset = 0;
  let before: Item | null = null;
  for (const item of layer) {
    if (before !== null) offset += before.width / 2 + boxGap + item.width / 2;
    before = item;
    let block: Block = {
      items: [{ item, offset }],
      sum: (wanted(item) - offset) * item.weight,
      weight: item.weight,
    };
    for (
      let last = blocks.at(-1);
      last !== undefined && at(last) > at(block);
      last = blocks.at(-1)
    ) {
      blocks.pop();
      block = {
        items: [...last.items, ...block.items],
        sum: last.sum + block.sum,
        weight: last.weight + block.weight,
      };
    }
    blocks.push(block);
  }
  for (const block of blocks) {
    for (const { item, offset: own } of block.items) item.x = at(block) + own;
  }
}

/** Lines from box to box; those that leave or reach one box are spread along its side. */
function piecesOf(chain: readonly Item[]): RoutedEdge['pieces'] {
  return chain.slice(1).map((to, i) => {
    const from = chain[i] ?? to;
    const start = { x: port(from, from.below, to), y: from.y + from.height };
    return { from: start, floor: from.floor, to: { x: port(to, to.above, from), y: to.y } };
  });
}

function port(item: Item, others: readonly Item[], other: Item): number {
  const sorted = [...others].sort((a, b) => a.x - b.x);
  const share = (sorted.indexOf(other) + 1) / (sorted.length + 1) - 0.5;
  return item.x + share * Math.min(item.width * 0.7, 40 * (sorted.length + 1));
}
