/**
 * How far the clocks of a zone are from UTC, and until when. Asking `Intl` takes 20 µs, so a zone is
 * asked once for about a year around the instants that matter: every week of it, and where two weeks
 * differ, the change between them by bisection. What was found is kept, in a bounded number.
 */
import { assert } from '../error.ts';
import type { Instant } from '../words.ts';
import type { Zone } from './zones.ts';

/** A stretch in which the clocks are not changed, or which ends where no longer was looked. */
export interface Stretch {
  readonly from: Instant;
  /** Not included. */
  readonly until: Instant;
  /** To be added to UTC, in ms. */
  readonly offset: number;
}

export interface ZoneClock {
  readonly zone: Zone;
  stretchAt(at: Instant): Stretch;
}

const weekMs = 7 * 86_400_000;
const blockMs = 53 * weekMs;
/** Clocks are changed at whole minutes. */
const precisionMs = 60_000;
/** Years kept of a zone: a batch looks at one, an inquiry into the past at another. */
const blocksMax = 6;

const clocks = new Map<Zone, ZoneClock>();

/** One for each zone, so that what it found is found once. @throws RangeError if there is no such */
export function clockOf(zone: Zone): ZoneClock {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = makeClock(zone);
  clocks.set(zone, clock);
  return clock;
}

function makeClock(zone: Zone): ZoneClock {
  const offsetAt = offsetReader(zone);
  const blocks = new Map<number, readonly Stretch[]>();
  let last: Stretch | null = null;

  function stretchesOf(index: number): readonly Stretch[] {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const found = findStretches(offsetAt, index * blockMs);
    const [oldest] = blocks.keys();
    if (blocks.size >= blocksMax && oldest !== undefined) blocks.delete(oldest);
    blocks.set(index, found);
    return found;
  }

  function stretchAt(at: Instant): Stretch {
    if (last !== null && at >= last.from && at < last.until) return last;
    const found = stretchesOf(Math.floor(at / blockMs)).find(({ until }) => at < until);
    assert(found !== undefined && at >= found.from, 'every instant lies in a stretch');
    last = found;
    return found;
  }
  return { zone, stretchAt };
}

function findStretches(offsetAt: (at: Instant) => number, start: Instant): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = start;
  let offset = offsetAt(start);
  for (let week = start; week < start + blockMs; week += weekMs) {
    const next = offsetAt(week + weekMs);
    if (next === offset) continue;
    const change = findChange(offsetAt, week, week + weekMs);
    stretches.push({ from, until: change, offset });
    from = change;
    offset = next;
  }
  return [...stretches, { from, until: start + blockMs, offset }];
}

/** The first instant with the later offset: `early` has another one, `late` has it. */
function findChange(offsetAt: (at: Instant) => number, early: Instant, late: Instant): Instant {
  const wanted = offsetAt(late);
  let [before, after] = [early, late];
  while (after - before > precisionMs) {
    const steps = (after - before) / precisionMs;
    const middle = before + Math.floor(steps / 2) * precisionMs;
    if (offsetAt(middle) === wanted) after = middle;
    else before = middle;
  }
  return after;
}

/** What `Intl` writes of an offset, as in `GMT-04:00`; `GMT` alone is none. */
const offsetForm = /GMT(?:([+-])(\d\d):(\d\d))?/;

function offsetReader(zone: Zone): (at: Instant) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (at) => {
    const match = offsetForm.exec(format.format(at));
    assert(match !== null, 'a zone has an offset');
    const [, sign, hours = '0', minutes = '0'] = match;
    const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return sign === '-' ? -ms : ms;
  };
}
