/** A screening as others read it: the decision, with everything that was found and looked at. */
import { maskNumber } from '../access/mask.ts';
import type { Screener, Verdict } from './decide.ts';
import { ringMsOf } from './decide.ts';
import type { Exemption } from './exemptions.ts';
import { type LookedAt, lookedAt } from './explain-lists.ts';
import { type Reason, reasonsOf } from './explain-reasons.ts';
import type { Channel, Inquiry, ScreeningPurpose } from './inquiry.ts';
import { iso } from './iso.ts';

export interface ScreeningView {
  /** Masked. */
  readonly number: string;
  readonly channel: Channel;
  readonly purpose: ScreeningPurpose;
  readonly decision: Verdict['decision'];
  readonly allowed: boolean;
  readonly reasons: readonly Reason[];
  /** Reasons that an exemption lifted. */
  readonly lifted: readonly Reason[];
  readonly exemptions: readonly (Omit<Exemption, 'since' | 'until'> & {
    readonly since: string;
    readonly until: string | null;
  })[];
  readonly window: {
    readonly open: boolean;
    /** The first instant from `at` on that is within hours; null if there is none. */
    readonly nextOpen: string | null;
    readonly zones: readonly string[];
    readonly places: readonly string[];
    readonly hours: string | null;
  };
  /** The first instant at which nothing that time ends stands against it; null if more does. */
  readonly nextPermitted: string | null;
  readonly at: string;
  readonly asOf: number | null;
  readonly rules: {
    readonly version: string;
    readonly ids: readonly string[];
    readonly warnings: readonly string[];
  };
  /** Lists that were looked at, their versions and their age. */
  readonly lists: readonly LookedAt[];
}

export function screeningOf(screener: Screener, inquiry: Inquiry, verdict: Verdict): ScreeningView {
  const { decision, rules, bits, found, exemptions } = verdict;
  const { number, channel, purpose, at, seen } = inquiry;
  const next = decision === 'allow' ? at : screener.nextPermitted(inquiry);
  return {
    number: maskNumber(number),
    channel,
    purpose,
    decision,
    allowed: decision === 'allow',
    reasons: reasonsOf(inquiry, verdict, bits),
    lifted: reasonsOf(inquiry, verdict, found & ~bits),
    exemptions: exemptions.map(({ since, until, ...rest }) => ({
      ...rest,
      since: iso(since),
      until: until === null ? null : iso(until),
    })),
    window: windowOf(inquiry, verdict),
    nextPermitted: next === null ? null : iso(next),
    at: iso(at),
    asOf: seen.asOf,
    rules: {
      version: screener.table.version,
      ids: rules?.told.ids ?? [],
      warnings: rules?.told.warnings ?? [],
    },
    lists: lookedAt(inquiry, rules),
  };
}

function windowOf(inquiry: Inquiry, { rules }: Verdict): ScreeningView['window'] {
  const { at, policy } = inquiry;
  if (rules === null) return { open: false, nextOpen: null, zones: [], places: [], hours: null };
  const { window, zones, places, told } = rules;
  const ringMs = ringMsOf(inquiry);
  const open =
    window.closureAt(at, ringMs) === null && (policy.own?.closureAt(at, ringMs) ?? null) === null;
  const next = open ? at : bothOpen(inquiry, window);
  const nextOpen = next === null ? null : iso(next);
  return { open, nextOpen, zones, places, hours: told.hours };
}

type Window = NonNullable<Verdict['rules']>['window'];

/** The first instant in the hours of the rules and in the operator's own. */
function bothOpen(inquiry: Inquiry, window: Window): number | null {
  const { policy } = inquiry;
  const ringMs = ringMsOf(inquiry);
  let at: number | null = inquiry.at;
  for (let tries = 0; at !== null && tries < 1_000; tries += 1) {
    const one: number | null = window.nextOpen(at, ringMs);
    if (one === null || policy.own === null) return one;
    const other: number | null = policy.own.nextOpen(one, ringMs);
    if (other === one) return one;
    at = other;
  }
  return null;
}
