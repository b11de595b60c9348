/** What another process says of a gate, applied to the media this process holds. */
import type { CallSid } from '../core/words.ts';
import type { GateNews } from './call-ports.ts';
import { type GateRegistry, leaseFrom } from './gates.ts';
import type { Clock, Log } from './ports.ts';

export interface HearingParts {
  readonly gates: GateRegistry;
  readonly clock: Clock;
  readonly log: Log;
  /** The legs among those asked for whose gate is open in the database, with the version of it. */
  readonly stillGranted: (callSids: readonly CallSid[]) => Promise<ReadonlyMap<CallSid, number>>;
  /** True for a leg whose recording is written here: openings of others are for others. */
  readonly holds: (callSid: CallSid) => boolean;
}

/**
 * A shut is believed at once, by every gate there is here: a recording that is only being set up
 * is not held yet, and must end by it all the same. An opening is asked of the database first.
 */
export async function hearGateNews(parts: HearingParts, news: GateNews): Promise<void> {
  const { gates, clock, log } = parts;
  const { callSid, purpose, shut, version } = news;
  if (shut !== null) {
    if (gates.knows(callSid, purpose)) gates.shut(callSid, purpose, shut, version ?? undefined);
    return;
  }
  if (!parts.holds(callSid)) return;
  try {
    const until = leaseFrom(clock.monotonic());
    const granted = (await parts.stillGranted([callSid])).get(callSid);
    if (granted !== undefined) gates.open(callSid, purpose, until, granted);
  } catch (error) {
    log.warn({ err: error }, 'a gate that may be open again stays shut');
  }
}
