import { hangUp, press } from './acts.ts';
import type { UnbridgedBy } from './events.ts';
import { Interrupted, unlessAborted } from './interrupt.ts';
import type { Leg } from './leg.ts';
import type { BridgeStep } from './script.ts';
import { sendFrames } from './streams.ts';

const frameMs = 20;

export interface BridgeEnd {
  /** Ends the bridge for this leg; the first call counts. */
  finish(by: UnbridgedBy): void;
  readonly finished: Promise<UnbridgedBy>;
}

export function bridgeEnd(): BridgeEnd {
  let finish: (by: UnbridgedBy) => void = () => undefined;
  const finished = new Promise<UnbridgedBy>((resolve) => {
    finish = resolve;
  });
  return { finish, finished };
}

/**
 * Keeps a leg on its bridge until something ends it. Never throws: an interrupted leg is
 * unbridged by `hangup` or `redirect`, and its next wait throws.
 */
export async function stayBridged(
  leg: Leg,
  end: BridgeEnd,
  options: { readonly star: boolean; readonly limitMs: number },
): Promise<UnbridgedBy> {
  const over = new AbortController();
  const signal = AbortSignal.any([leg.signal, over.signal]);
  leg.onStar = options.star ? () => end.finish('star') : null;
  quietly(followScript(leg, signal), signal);
  if (leg.pace.speed !== 'instant') {
    const limit = leg.pace.sleep(options.limitMs, signal);
    quietly(
      limit.then(() => end.finish('time-limit')),
      signal,
    );
  }
  let by: UnbridgedBy;
  try {
    by = await unlessAborted(end.finished, leg.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    by = leg.hangingUp ? 'hangup' : 'redirect';
  }
  leg.onStar = null;
  over.abort();
  leg.emit({ type: 'unbridged', by });
  return by;
}

/** A task that is given up when the bridge is over. Other failures are not hidden. */
function quietly(task: Promise<void>, signal: AbortSignal): void {
  void task.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

async function followScript(leg: Leg, signal: AbortSignal): Promise<void> {
  leg.sinceBridgedMs();
  for (;;) {
    await leg.pace.sleep(0, signal);
    const step = leg.party.nextBridgeStep();
    if (step === null) return;
    await doStep(leg, step, signal);
  }
}

async function doStep(leg: Leg, step: BridgeStep, signal: AbortSignal): Promise<void> {
  if ('others' in step) return until(leg, () => leg.others.length >= step.others, signal);
  if ('streaming' in step) return until(leg, () => openStreams(leg) > 0, signal);
  if ('frames' in step) return speakFrames(leg, step.frames, signal);
  const waitMs = (step.atMs ?? 0) - leg.sinceBridgedMs();
  if (waitMs > 0) await leg.pace.sleep(waitMs, signal);
  if ('hangup' in step) hangUp(leg);
  else press(leg, 'star' in step ? '*' : step.press);
}

async function speakFrames(leg: Leg, frames: number, signal: AbortSignal): Promise<void> {
  if (leg.pace.speed !== 'instant') return leg.pace.sleep(frames * frameMs, signal);
  await until(leg, () => [...leg.streams.values()].every(({ media }) => media.open), signal);
  await unlessAborted(sendFrames(leg, frames), signal);
}

function openStreams(leg: Leg): number {
  return [...leg.streams.values()].filter(({ media }) => media.open).length;
}

/** Waits for something about the leg; every event of it is a reason to look again. */
async function until(leg: Leg, holds: () => boolean, signal: AbortSignal): Promise<void> {
  while (!holds()) {
    const change = new Promise<void>((resolve) => {
      leg.changes.addEventListener('change', () => resolve(), { once: true });
    });
    await unlessAborted(change, signal);
  }
}
