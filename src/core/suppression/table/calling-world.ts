/**
 * Calling and texting outside of the United States. A country that is not here is not called at all:
 * what nobody looked up is not known to be allowed.
 */
import type { CallingRow } from '../calling-rules.ts';
import { checkedOn, reviewBy } from './provenance.ts';

const low = { checkedOn, reviewBy, confidence: 'low' } as const;
const medium = { checkedOn, reviewBy, confidence: 'medium' } as const;

const dayMs = 86_400_000;

/**
 * A choice of ours, not law, for countries of which no hours were found: what the strictest of the
 * neighbours ask on working days, and none on Sundays.
 */
const cautious = { weekdays: '9-20', sunday: 'closed' } as const;
const cautiousNote = 'No hours were found; those here are a cautious choice.';

export const worldCalling: readonly CallingRow[] = [
  {
    place: 'GB',
    hours: cautious,
    registries: [
      { kind: 'tps', daysMax: 28 },
      { kind: 'ctps', daysMax: 28 },
    ],
    note: `PECR 21: a registration holds from the 28th day. ${cautiousNote}`,
    source: ['Wikipedia, “Telephone Preference Service”', 'simonstone.org.uk on TPS'],
    ...low,
  },
  {
    place: 'CA',
    hours: { weekdays: '9-21:30', saturday: '10-18', sunday: '10-18' },
    registries: [{ kind: 'dncl', daysMax: 31 }],
    relationship: { purchaseMonths: 18, inquiryMonths: 6 },
    source: ['lnnte-dncl.gc.ca, rules for telemarketers', 'crtc.gc.ca t1032'],
    ...medium,
  },
  {
    place: 'FR',
    hours: { weekdays: '10-13 14-20', saturday: 'closed', sunday: 'closed' },
    holidays: 'FR',
    cap: { attemptsMax: 4, windowMs: 30 * dayMs, per: 'number' },
    restAfterRefusal: { days: 60 },
    registries: [{ kind: 'national', daysMax: 30 }],
    effectiveTo: '2026-08-10',
    note: 'Bloctel, until consent took its place. How old the list may be was not found.',
    source: ['commentcamarche.net 34569', 'francetvinfo.fr on the law of 2025-06-30'],
    ...medium,
  },
  {
    place: 'FR',
    mode: 'opt-in',
    hours: { weekdays: '10-13 14-20', saturday: 'closed', sunday: 'closed' },
    holidays: 'FR',
    cap: { attemptsMax: 4, windowMs: 30 * dayMs, per: 'number' },
    restAfterRefusal: { days: 60 },
    effectiveFrom: '2026-08-11',
    note: 'Law of 2025-06-30: nobody is called for sales who has not agreed to it before.',
    source: ['commentcamarche.net 34569', 'francetvinfo.fr on the law of 2025-06-30'],
    ...medium,
  },
  {
    place: 'DE',
    mode: 'opt-in',
    hours: cautious,
    holidays: 'DE',
    note: `§ 7 UWG: prior express consent; § 7a UWG: its proof is kept for five years from each use. ${cautiousNote}`,
    source: ['consocias.com on § 7a UWG', 'ihk.de on § 7 UWG'],
    ...medium,
  },
];
