import { rfc2822 } from './callbacks.ts';
import type { EndedBy, LegStatus } from './events.ts';
import { Interrupted } from './interrupt.ts';
import type { Leg, ProgressEvent } from './leg.ts';
import { legParameters } from './parameters.ts';
import type { CalledParty, Pickup } from './script.ts';
import { stopStream } from './streams.ts';
import { repeatLater } from './voice-webhook.ts';

const defaultRingMs = 1000;

/** What the carrier's switch says of a leg that was not answered; 200 is an answered one. */
const sipCodes: Partial<Record<LegStatus, string>> = {
  busy: '486',
  failed: '404',
  'no-answer': '487',
  canceled: '487',
};

const unanswered: Partial<Record<Pickup, LegStatus>> = {
  busy: 'busy',
  fails: 'failed',
  'never-answers': 'no-answer',
};

/**
 * Rings a called party. True if somebody or something answers; otherwise the leg's status says
 * why not. Interruptions count as not answered.
 */
export async function ring(leg: Leg, timeoutMs: number): Promise<boolean> {
  const party: CalledParty = leg.world.partyAt(leg.options.to);
  const pickup = party.pickup ?? 'answers';
  const ringMs = Math.min(party.ringMs ?? defaultRingMs, timeoutMs);
  leg.emit({
    type: 'started',
    direction: leg.options.direction,
    from: leg.options.from,
    to: leg.options.to,
  });
  reportProgress(leg, 'initiated');
  try {
    if (pickup !== 'fails') {
      leg.status = 'ringing';
      leg.emit({ type: 'ringing' });
      reportProgress(leg, 'ringing');
      if (pickup === 'rings-on') await interrupted(leg.signal);
      await leg.pace.sleep(pickup === 'never-answers' ? timeoutMs : ringMs, leg.signal);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    leg.status = 'canceled';
    return false;
  }
  const refused = unanswered[pickup];
  if (refused === undefined) return true;
  leg.status = refused;
  return false;
}

/** Rejects with the signal's reason. */
const interrupted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** One status callback, if the event was asked for. */
export function reportProgress(leg: Leg, event: ProgressEvent): void {
  const callback = leg.statusCallback;
  if (callback === null) return;
  const sequence = leg.sequence;
  leg.sequence += 1;
  if (!callback.events.includes(event)) return;
  const duration = leg.durationS();
  leg.callbacks.add({
    kind: 'status',
    method: callback.method,
    url: callback.url,
    parameters: {
      ...legParameters(leg.facts()),
      ...(event === 'initiated' ? { CallStatus: 'initiated' } : {}),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(sequence),
      Timestamp: rfc2822(new Date()),
      ...(event === 'completed'
        ? {
            CallDuration: String(duration),
            Duration: String(Math.ceil(duration / 60)),
            SipResponseCode: sipCodes[leg.status] ?? '200',
          }
        : {}),
    },
  });
}

/** Ends a leg for good: its streams, its last callback, and whatever comes late on purpose. */
export async function endLeg(leg: Leg, by: EndedBy): Promise<void> {
  if (leg.over) return;
  if (leg.status === 'in-progress') leg.status = 'completed';
  else if (leg.status === 'ringing' || leg.status === 'queued') {
    leg.status = by === 'failure' ? 'failed' : leg.answeredAt === null ? 'no-answer' : 'completed';
  }
  leg.endedAt = new Date();
  await Promise.all([...leg.streams.values()].map((stream) => stopStream(stream, 'hangup')));
  reportProgress(leg, 'completed');
  await leg.callbacks.flush();
  await repeatLater(leg);
  leg.emit({ type: 'ended', by, status: leg.status, durationS: leg.durationS() });
}
