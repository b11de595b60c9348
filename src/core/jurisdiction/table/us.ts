/** The United States: the federal rule, and a rule for every state and the District of Columbia. */
import type { RuleRow } from '../rules.ts';
import { checkedOn, reviewBy, reviewByCourts, sources } from './provenance.ts';

const { survey, textbook, metaverse, experts, cipa, congress } = sources;

const low = { checkedOn, reviewBy, confidence: 'low' } as const;
const medium = { checkedOn, reviewBy, confidence: 'medium' } as const;

const federal: RuleRow = {
  id: 'US',
  mode: 'one',
  statute: '18 U.S.C. §§ 2510–2511',
  note: 'Holds in every state; a stricter state goes further.',
  source: [congress],
  ...low,
};

/** States where all parties must consent, or that are treated so because they are in doubt. */
const allParty: readonly RuleRow[] = [
  {
    id: 'US-CA',
    mode: 'all',
    statute:
      'Penal Code § 632 (confidential calls), § 632.7 (cellular and cordless), § 631 (wiretap)',
    privateRight: 'Penal Code § 637.2: $5,000 for each violation',
    vendorRule: 'US-CA-vendor',
    note: 'In some cases going on after a warning counted as consent.',
    source: [survey, textbook, metaverse, 'goodwinlaw.com 2025/02', cipa],
    ...medium,
  },
  {
    id: 'US-CT',
    mode: 'all-telephone',
    statute: 'Gen. Stat. § 52-570d (civil, telephone)',
    noticeSuffices: 'yes',
    announcementMustBeRecorded: 'yes',
    beepSuffices: 'yes',
    note:
      'Consent of all in writing or at the start of the recording, or a spoken notice that is ' +
      'itself recorded, or an automatic tone. The criminal side is said to be one-party.',
    source: [textbook, metaverse, experts],
    ...medium,
  },
  {
    id: 'US-DE',
    mode: 'conflict',
    statute: '11 Del. C. § 1335 against § 2402 (numbers not verified)',
    note: 'A district court read it as one-party; two statutes contradict each other.',
    source: [metaverse],
    ...low,
  },
  {
    id: 'US-FL',
    mode: 'all',
    statute: '§ 934.03(2)(d)',
    note: 'Prior consent of all.',
    source: [textbook, metaverse],
    ...medium,
  },
  {
    id: 'US-IL',
    mode: 'all',
    statute: '720 ILCS 5/14-1, 14-2',
    note: 'Private conversations; said to be rewritten after 2014.',
    source: [textbook, metaverse],
    ...medium,
  },
  {
    id: 'US-MD',
    mode: 'all',
    statute: 'Cts. & Jud. Proc. § 10-402',
    source: [textbook],
    ...low,
  },
  {
    id: 'US-MA',
    mode: 'all',
    statute: 'G.L. c. 272 § 99',
    noticeSuffices: 'unverified',
    note: 'Bans secret recording.',
    source: [textbook],
    ...low,
  },
  {
    id: 'US-MI',
    mode: 'all',
    statute: 'MCL 750.539c, 750.540',
    note: 'Case law is said to let a participant record; treated as all-party.',
    source: [textbook],
    ...low,
  },
  {
    id: 'US-MT',
    mode: 'all',
    statute: '§ 45-8-213',
    noticeSuffices: 'unverified',
    source: [textbook],
    ...low,
  },
  {
    id: 'US-NV',
    mode: 'all-telephone',
    statute: 'NRS 200.620 (wire), 200.650',
    note: 'All-party on the wire by case law; in person said to be one-party.',
    source: [textbook],
    ...low,
  },
  { id: 'US-NH', mode: 'all', statute: 'RSA 570-A', source: [textbook], ...low },
  { id: 'US-PA', mode: 'all', statute: '18 Pa.C.S. §§ 5703–5704', source: [textbook], ...low },
  {
    id: 'US-WA',
    mode: 'all',
    statute: 'RCW 9.73.030',
    noticeSuffices: 'unverified',
    announcementMustBeRecorded: 'unverified',
    note: 'An announcement to all is said to suffice if it is itself recorded.',
    source: [textbook],
    ...low,
  },
];

/** Statutes as the survey prints them, not compared with the codes; null: it found none. */
const onePartyStatutes: Readonly<Record<string, string | null>> = {
  AL: '13A-11-30',
  AK: '42.20.310',
  AZ: '13-3005',
  AR: '5-60-120',
  CO: '18-9-303',
  DC: '23-542',
  GA: '16-11-66',
  HI: '803-42',
  ID: '18-6702',
  IN: '35-33.5',
  IA: '808B.2',
  KS: '21-6101',
  KY: '526.010',
  LA: '15:1303',
  ME: '15 § 710',
  MN: '626A.02',
  MS: '41-29-531',
  MO: '542.402',
  NE: '86-290',
  NJ: '2A:156A-4',
  NM: '30-12-1',
  NY: 'Penal 250.05',
  NC: '15A-287',
  ND: '12.1-15-02',
  OH: '2933.52',
  OK: '13 § 176.4',
  OR: '165.540',
  RI: '11-35-21',
  SC: '17-30-30',
  SD: '23A-35A-20',
  TN: '39-13-601',
  TX: 'Penal 16.02',
  UT: '77-23a-4',
  VT: null,
  VA: '19.2-62',
  WV: '62-1D-3',
  WI: '968.31',
  WY: '7-3-702',
};

const onePartyNotes: Readonly<Record<string, string>> = {
  OR: 'One-party on the telephone; all-party in person.',
  VT: 'No statute was found; case law protects homes.',
};

const oneParty: readonly RuleRow[] = Object.entries(onePartyStatutes).map(([state, statute]) => ({
  id: `US-${state}`,
  mode: 'one',
  statute,
  note: onePartyNotes[state] ?? null,
  source: [survey],
  ...low,
}));

/**
 * Who listens in for a party may be a party of its own: in California a vendor that is merely
 * able to use the audio for itself may be an eavesdropper.
 */
const vendors: readonly RuleRow[] = [
  {
    id: 'US-CA-vendor',
    mode: 'all',
    statute: 'Penal Code §§ 631, 632, 632.7',
    note:
      'Ambriz v. Google (N.D. Cal., 2025-02-10) and Taylor v. ConverseNow (N.D. Cal., ' +
      '2025-08-11): dismissal refused; capability is the test.',
    source: [
      'goodwinlaw.com 2025/02',
      'zwillgen.com on Ambriz',
      'pearlcohen.com on Ambriz',
      'ailegaljournal p=2849053',
    ],
    checkedOn,
    reviewBy: reviewByCourts,
    confidence: 'medium',
  },
];

export const unitedStates: readonly RuleRow[] = [federal, ...allParty, ...oneParty, ...vendors];
