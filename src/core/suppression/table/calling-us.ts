/**
 * Calling and texting in the United States: the federal rules, and those of states that go further.
 * A state that is not here has the federal ones. Where sources disagree the stricter one is taken:
 * Illinois (all day, or for recorded messages only), Mississippi (Sundays and holidays or not),
 * Pennsylvania (which holidays), Texas (whose clock).
 */
import type { CallingRow, Cap } from '../calling-rules.ts';
import { checkedOn, reviewBy, sources } from './provenance.ts';

const { clickpoint, dropcowboy, vicidial, dnc, compliancepoint, scrubGuide } = sources;

const low = { checkedOn, reviewBy, confidence: 'low' } as const;
const medium = { checkedOn, reviewBy, confidence: 'medium' } as const;

const hourMs = 3_600_000;
const threeADay: Cap = { attemptsMax: 3, windowMs: 24 * hourMs, per: 'subject' };
const nineToNine = { weekdays: '9-21' } as const;
const eightToEight = { weekdays: '8-20' } as const;
const noSundays = { weekdays: '8-20', sunday: 'closed' } as const;
const ownList = [{ kind: 'state', daysMax: 31 }] as const;

const federal: CallingRow = {
  place: 'US',
  hours: { weekdays: '8-21' },
  registries: [{ kind: 'national', daysMax: 31 }],
  relationship: { purchaseMonths: 18, inquiryMonths: 3 },
  note: 'Hours are those of whoever is called. The national list may be 31 days old at most.',
  source: [
    '47 CFR 64.1200(c)(1), (d), (f)(5)',
    '16 CFR 310.4(b)(3)(iv)',
    'FTC, Q&A for telemarketers',
  ],
  ...medium,
};

const states: readonly CallingRow[] = [
  {
    place: 'US-AL',
    hours: noSundays,
    holidays: 'US-AL',
    source: [dropcowboy, clickpoint, dnc],
    ...low,
  },
  {
    place: 'US-AZ',
    wirelessBarred: true,
    source: [scrubGuide],
    ...low,
  },
  { place: 'US-CO', registries: ownList, source: [compliancepoint], ...low },
  {
    place: 'US-CT',
    mode: 'opt-in',
    hours: { weekdays: '9-20' },
    note: 'SB 1058: no sales call without prior written consent.',
    source: [dropcowboy, 'kaufmandolowich.com on SB 1058'],
    ...low,
  },
  {
    place: 'US-FL',
    hours: eightToEight,
    cap: threeADay,
    registries: ownList,
    note: 'Fla. Stat. § 501.616: whoever has a Florida area code is presumed to be a resident.',
    source: [clickpoint, vicidial, compliancepoint],
    ...low,
  },
  {
    place: 'US-IL',
    hours: nineToNine,
    note: 'Some say that nine o’clock holds for recorded messages only.',
    source: [clickpoint, dropcowboy],
    ...low,
  },
  { place: 'US-IN', registries: ownList, source: [compliancepoint], ...low },
  { place: 'US-KY', hours: { weekdays: '10-21' }, source: [dropcowboy], ...low },
  {
    place: 'US-LA',
    hours: noSundays,
    holidays: 'US-LA',
    registries: ownList,
    wirelessBarred: true,
    note: 'No solicitation in a declared emergency (La. Pub. Serv. Comm’n, R-29617).',
    source: [dropcowboy, dnc, compliancepoint, scrubGuide],
    ...low,
  },
  {
    place: 'US-MA',
    hours: eightToEight,
    registries: ownList,
    source: [dropcowboy, clickpoint, compliancepoint],
    ...low,
  },
  {
    place: 'US-MD',
    hours: eightToEight,
    cap: threeADay,
    note: 'The cap is not verified.',
    source: [dropcowboy],
    ...low,
  },
  { place: 'US-MI', hours: nineToNine, source: [dropcowboy, clickpoint], ...low },
  { place: 'US-MN', hours: nineToNine, source: [dropcowboy], ...low },
  { place: 'US-MO', registries: ownList, source: [compliancepoint], ...low },
  {
    place: 'US-MS',
    hours: noSundays,
    holidays: 'US-MS',
    clocks: ['America/Chicago'],
    note: 'Said to be Central time; whether holidays count is not sure.',
    source: [dropcowboy, dnc],
    ...low,
  },
  { place: 'US-NJ', wirelessBarred: true, source: [scrubGuide], ...low },
  { place: 'US-NM', hours: nineToNine, source: [dropcowboy], ...low },
  { place: 'US-NV', hours: { weekdays: '9-20' }, source: [dropcowboy], ...low },
  {
    place: 'US-OK',
    hours: eightToEight,
    cap: threeADay,
    registries: ownList,
    effectiveFrom: '2022-11-01',
    source: [clickpoint, vicidial, compliancepoint],
    ...low,
  },
  {
    place: 'US-PA',
    holidays: 'US-PA',
    registries: ownList,
    source: [dnc, compliancepoint],
    ...low,
  },
  {
    place: 'US-RI',
    hours: { weekdays: '9-18', saturday: '10-17', sunday: 'closed' },
    holidays: 'US-RI',
    note: 'R.I. Gen. Laws § 5-61; the hours of Saturday and the Sunday are not verified.',
    source: [dropcowboy, dnc],
    ...low,
  },
  { place: 'US-TN', registries: ownList, source: [compliancepoint], ...low },
  {
    place: 'US-TX',
    hours: { weekdays: '9-21', sunday: '12-21' },
    clocks: ['America/Chicago'],
    registries: ownList,
    wirelessBarred: true,
    effectiveFrom: '2025-09-01',
    note: 'SB 140: texts too, and registration. Whose clock counts is disputed: both do here.',
    source: ['foster.com on SB 140', 'telnyx.com on SB 140', compliancepoint, scrubGuide],
    ...medium,
  },
  { place: 'US-UT', holidays: 'US-UT', source: [dnc], ...low },
  {
    place: 'US-VA',
    note: 'A text that opts out is kept for ten years at least (weak source).',
    source: ['grokipedia.com on SB 1339'],
    ...low,
  },
  {
    place: 'US-WA',
    hours: eightToEight,
    restAfterRefusal: { months: 12 },
    effectiveFrom: '2022-06-09',
    note: 'HB 1497: a call ends within ten seconds of a refusal.',
    source: ['dinsmore.com on HB 1497'],
    ...medium,
  },
  {
    place: 'US-WY',
    registries: ownList,
    wirelessBarred: true,
    source: [compliancepoint, scrubGuide],
    ...low,
  },
];

export const unitedStatesCalling: readonly CallingRow[] = [federal, ...states];
