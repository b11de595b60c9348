/** The media path's counts in the Prometheus text format 0.0.4. */
import type { MediaCounts } from '../core/media/counts.ts';

const gauges: readonly (keyof MediaCounts)[] = ['socketsOpen'];

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`);

export function mediaMetrics(counts: MediaCounts): string {
  return (Object.keys(counts) as (keyof MediaCounts)[])
    .map((key) => {
      const isGauge = gauges.includes(key);
      const name = `consentry_media_${snake(key)}${isGauge ? '' : '_total'}`;
      return `# TYPE ${name} ${isGauge ? 'gauge' : 'counter'}\n${name} ${counts[key]}\n`;
    })
    .join('');
}
