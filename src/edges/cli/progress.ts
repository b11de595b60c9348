import type { Terminal } from './terminal.ts';

export interface Progress {
  at(done: number, total: number): void;
  /** Takes the bar away. */
  end(): void;
}

const barWidth = 30;

/** A bar for work that may take long, drawn only where somebody looks, once a percent. */
export function showProgress({ draw }: Terminal, label: string): Progress {
  let shown = '';
  return {
    at(done, total) {
      if (draw === null || total <= 0) return;
      const percent = Math.min(100, Math.floor((done * 100) / total));
      const full = Math.floor((percent * barWidth) / 100);
      const bar = `${'#'.repeat(full)}${'.'.repeat(barWidth - full)}`;
      const text = `${label} [${bar}] ${percent} %`;
      if (text !== shown) draw(text);
      shown = text;
    },
    end() {
      if (shown !== '') draw?.('');
      shown = '';
    },
  };
}
