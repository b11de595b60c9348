/** The pace of frames: one timer for all streams, which ask the clock how many frames are due. */
const tickMs = 20;

export class FrameClock {
  private readonly ticks = new Set<() => void>();
  private timer: NodeJS.Timeout | null = null;

  /** Calls `tick` every 20 ms until the answered function is called. */
  add(tick: () => void): () => void {
    this.ticks.add(tick);
    this.timer ??= setInterval(() => {
      for (const each of this.ticks) each();
    }, tickMs);
    return () => this.remove(tick);
  }

  private remove(tick: () => void): void {
    this.ticks.delete(tick);
    if (this.ticks.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
