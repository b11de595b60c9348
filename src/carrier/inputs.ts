/** What a party gives to a gather. */
export type Input =
  | { readonly digit: string }
  | { readonly words: string; readonly confidence: number | null }
  /** The party decides to stay silent: ends the wait without waiting. */
  | { readonly nothing: true };

/** What the leg's party has given and no gather has taken yet. Nothing is kept between gathers. */
export class Inputs {
  private readonly given: Input[] = [];
  private accepts: ((input: Input) => boolean) | null = null;
  private wake: () => void = () => undefined;

  listen(accepts: (input: Input) => boolean): void {
    this.given.length = 0;
    this.accepts = accepts;
  }

  stop(): void {
    this.accepts = null;
  }

  /** False if nobody listens for such an input: it is lost, as on a telephone. */
  offer(input: Input): boolean {
    if (this.accepts?.(input) !== true) return false;
    this.given.push(input);
    this.wake();
    return true;
  }

  take(): Input | null {
    return this.given.shift() ?? null;
  }

  /** Resolves as soon as `take` would give something. */
  arrival(): Promise<void> {
    if (this.given.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
