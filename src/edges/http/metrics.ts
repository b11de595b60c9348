/**
 * Counters and histograms as Prometheus reads them (text format 0.0.4). Every label takes its
 * values from a list given when the metric is made, so no person and no request can become one,
 * and the number of series is fixed at start.
 */
type Labels = Readonly<Record<string, readonly string[]>>;
type Chosen<L extends Labels> = { readonly [name in keyof L]: L[name][number] };

export interface Counter<L extends Labels> {
  /** @param by 1 if left out */
  add(labels: Chosen<L>, by?: number): void;
}

export interface Histogram<L extends Labels> {
  /** @param seconds a duration */
  observe(labels: Chosen<L>, seconds: number): void;
}

export interface Registry {
  counter<const L extends Labels>(name: string, help: string, labels: L): Counter<L>;
  /** @param buckets upper bounds in seconds, rising; the last one, +Inf, is added */
  histogram<const L extends Labels>(
    name: string,
    help: string,
    labels: L,
    buckets: readonly number[],
  ): Histogram<L>;
  text(): string;
}

export function createRegistry(): Registry {
  const metrics: (() => string)[] = [];
  return {
    counter(name, help, labels) {
      const counts = new Map(everySeries(labels).map((series) => [series, 0]));
      const seriesOf = seriesFinder(labels);
      metrics.push(() => {
        const lines = [...counts].map(([series, count]) => `${name}{${series}} ${count}`);
        return [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...lines].join('\n');
      });
      return {
        add(chosen, by = 1) {
          const series = seriesOf(chosen);
          const count = counts.get(series);
          if (count !== undefined) counts.set(series, count + by);
        },
      };
    },
    histogram(name, help, labels, buckets) {
      const every = new Map(
        everySeries(labels).map((series) => [series, newDistribution(buckets.length)]),
      );
      const seriesOf = seriesFinder(labels);
      metrics.push(() => {
        const lines = [...every].flatMap(([series, distribution]) =>
          distributionLines(name, series, buckets, distribution),
        );
        return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines].join('\n');
      });
      return {
        observe(chosen, seconds) {
          const distribution = every.get(seriesOf(chosen));
          if (distribution === undefined) return;
          const index = buckets.findIndex((bound) => seconds <= bound);
          const slot = index === -1 ? buckets.length : index;
          distribution.counts[slot] = (distribution.counts[slot] ?? 0) + 1;
          distribution.sum += seconds;
        },
      };
    },
    text: () => `${metrics.map((metric) => metric()).join('\n')}\n`,
  };
}

interface Distribution {
  /** One more than there are bounds: the last counts what lies above all of them. */
  readonly counts: number[];
  sum: number;
}

function newDistribution(bounds: number): Distribution {
  return { counts: new Array<number>(bounds + 1).fill(0), sum: 0 };
}

/** Buckets count everything up to their bound, so they are written as running totals. */
function distributionLines(
  name: string,
  series: string,
  buckets: readonly number[],
  { counts, sum }: Distribution,
): string[] {
  let total = 0;
  const lines = counts.map((count, index) => {
    total += count;
    return `${name}_bucket{${series},le="${buckets[index] ?? '+Inf'}"} ${total}`;
  });
  return [...lines, `${name}_sum{${series}} ${sum}`, `${name}_count{${series}} ${total}`];
}

function everySeries(labels: Labels): string[] {
  let all = [''];
  for (const [name, values] of Object.entries(labels)) {
    all = all.flatMap((start) =>
      values.map((value) => `${start}${start && ','}${name}="${value}"`),
    );
  }
  return all;
}

/** The series of chosen labels. */
function seriesFinder<L extends Labels>(labels: L): (chosen: Chosen<L>) => string {
  const names = Object.keys(labels);
  return (chosen) => {
    let series = '';
    for (const name of names) series += `${series && ','}${name}="${chosen[name]}"`;
    return series;
  };
}
