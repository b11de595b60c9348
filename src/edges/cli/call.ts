import { setTimeout as wait } from 'node:timers/promises';
import type { CallView } from '../../app/view-call.ts';
import { callArgs, callHelp } from './call-args.ts';
import { lineOf, timed } from './call-lines.ts';
import { changes, settled, summary } from './call-view.ts';
import { type CallTarget, lookAt, placeCall } from './call-wire.ts';
import { wantsHelp } from './parse-arguments.ts';

const lookEveryMs = 300;
/** Sealing a short recording takes well under a second; a slow vault may take longer. */
const sealWaitMsMax = 5000;

export { callHelp, callSummary } from './call-args.ts';

export interface CallContext extends CallTarget {
  readonly out: (line: string) => void;
}

/**
 * `consentry call`: places a simulated call and shows it as it happens, from both sides: what the
 * caller hears and does, and what the server makes of it. Throws UsageError, ConsentryError `unavailable` and `invalid_request`.
 */
export async function runCall(args: readonly string[], context: CallContext): Promise<void> {
  if (wantsHelp(args)) return context.out(callHelp);
  const asked = callArgs(args);
  const watch = new Watch(context, asked.json);
  try {
    for await (const event of placeCall(context, asked.request)) {
      watch.beganAt ||= event.at;
      if (watch.callSid === null) watch.start(event.callSid);
      if (asked.json) context.out(JSON.stringify(event));
      else if (event.callSid === watch.callSid) watch.say(lineOf(event), event.at);
    }
  } finally {
    await watch.stop();
  }
  const call = await watch.settle();
  if (asked.json) context.out(JSON.stringify({ type: 'call', call }));
  else for (const line of ['', ...summary(call)]) context.out(line);
}

/** Looks at the call again and again, and says what has changed. */
class Watch {
  /** ms since the epoch; 0 before the first event. */
  beganAt = 0;
  callSid: string | null = null;
  private readonly context: CallContext;
  private readonly quiet: boolean;
  private readonly over = new AbortController();
  private looking: Promise<void> = Promise.resolve();
  private seen: CallView | null = null;

  constructor(context: CallContext, quiet: boolean) {
    this.context = context;
    this.quiet = quiet;
  }

  start(callSid: string): void {
    this.callSid = callSid;
    this.looking = this.lookOn();
  }

  say(line: string | null, at: number): void {
    if (line !== null && !this.quiet) this.context.out(timed(line, at, this.beganAt));
  }

  async stop(): Promise<void> {
    this.over.abort();
    await this.looking;
  }

  /** Waits, not for ever, until the recordings are sealed. Null if the server shows no call. */
  async settle(): Promise<CallView | null> {
    const until = Date.now() + sealWaitMsMax;
    do {
      await this.look();
      if (this.seen !== null && settled(this.seen)) break;
      await wait(lookEveryMs);
    } while (Date.now() < until);
    return this.seen;
  }

  private async lookOn(): Promise<void> {
    while (!this.over.signal.aborted) {
      await this.look();
      await wait(lookEveryMs, undefined, { signal: this.over.signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    if (this.callSid === null) return;
    const call = await lookAt(this.context, this.callSid);
    if (call === null) return;
    for (const line of changes(this.seen, call)) this.say(`         ${line}`, Date.now());
    this.seen = call;
  }
}
