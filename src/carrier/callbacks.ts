import type { Webhook } from './webhook.ts';

/** Progress events of one leg or one conference, delivered one after the other, unawaited. */
export class Callbacks {
  private readonly swap: boolean;
  private readonly send: (webhook: Webhook) => Promise<unknown>;
  private held: Webhook | null = null;
  private line: Promise<unknown> = Promise.resolve();

  /** @param swap each pair is sent in the wrong order */
  constructor(swap: boolean, send: (webhook: Webhook) => Promise<unknown>) {
    this.swap = swap;
    this.send = send;
  }

  add(webhook: Webhook): void {
    if (this.swap && this.held === null) {
      this.held = webhook;
      return;
    }
    this.enqueue(webhook);
    this.release();
  }

  /** Resolves when everything added so far was sent and answered, or given up. */
  async flush(): Promise<void> {
    this.release();
    await this.line;
  }

  private release(): void {
    if (this.held !== null) this.enqueue(this.held);
    this.held = null;
  }

  private enqueue(webhook: Webhook): void {
    this.line = this.line.then(() => this.send(webhook));
  }
}

/** RFC 2822, as in `Timestamp` and in REST's dates: `Wed, 25 Nov 2026 10:00:00 +0000`. */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
