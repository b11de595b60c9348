/**
 * Outside the United States: a business that records its own calls. Countries for which nothing
 * with a source was found have no row; they get the strictest rule.
 */
import type { RuleRow } from '../rules.ts';
import { checkedOn, reviewBy, sources } from './provenance.ts';

const { abroad, wikipedia } = sources;

const low = { checkedOn, reviewBy, confidence: 'low' } as const;
const medium = { checkedOn, reviewBy, confidence: 'medium' } as const;

export const world: readonly RuleRow[] = [
  {
    id: 'EU',
    mode: 'all',
    statute: 'GDPR Art. 6 and 7 (lawful basis, consent), 13–14 (notice)',
    note:
      'A voice is personal data: consent, unless another basis is justified in writing. Holds in ' +
      'every member state beside its own rule. Consent is an active act (C-61/19).',
    source: [abroad, 'eur-lex 62019CJ0061 (Orange Romania)'],
    ...medium,
  },
  {
    id: 'DK',
    mode: 'all',
    statute: 'GDPR, as decided against TDC in April 2019',
    note:
      'Training and quality need active consent before recording; going on is no consent. Since ' +
      '2020 documentation may be recorded where truly necessary and not possible otherwise.',
    source: [wikipedia, 'bechbruun.com 2020', 'datatilsynet.dk', 'twobirds.com 2019'],
    ...medium,
  },
  {
    id: 'DE',
    mode: 'all',
    statute: '§ 201 StGB (criminal)',
    note:
      'Recording starts only after the caller decides by key or word; offering an objection and ' +
      'carrying on is no consent (DSK, 2018-03-23).',
    source: [abroad, 'datenschutz-agentur.de, 2021-10-16'],
    ...medium,
  },
  {
    id: 'FR',
    mode: 'all',
    statute: 'Art. 226-1 Code pénal',
    note: 'CNIL: no recording by default, nor of whole calls to prove a contract.',
    source: [abroad, 'datenschutz-notizen.de (summary of CNIL)'],
    ...medium,
  },
  {
    id: 'NL',
    mode: 'one',
    statute: 'Art. 139a Sr',
    note: 'The article binds those who take no part; the GDPR stands beside it.',
    source: [wikipedia],
    ...low,
  },
  {
    id: 'GB',
    mode: 'unknown',
    statute: 'Investigatory Powers Act 2016; UK GDPR; Data Protection Act 2018',
    source: ['computertel.co.uk 2018'],
    ...low,
  },
  {
    id: 'CA',
    mode: 'notice',
    statute: 'Criminal Code 183–184 (one-party); PIPEDA for businesses',
    noticeSuffices: 'yes',
    note:
      'Say what for. Consent is spoken, by key, or implied by going on after the notice; offer ' +
      'another way.',
    source: [
      'Privacy Commissioner, guide “recording of customer telephone calls”, by firstreference',
      'dww.com',
    ],
    ...medium,
  },
  {
    id: 'AU',
    mode: 'notice',
    statute: 'Telecommunications (Interception and Access) Act 1979 ss. 6–7',
    noticeSuffices: 'yes',
    note:
      'Tell at the start, so that the caller can end the call or ask for an unrecorded line. ' +
      'State laws on surveillance devices hold too, and were not looked at.',
    source: [wikipedia],
    ...low,
  },
  {
    id: 'NZ',
    mode: 'one',
    statute: 'Crimes Act 1961 s. 216B (not verified)',
    note: 'The Privacy Act 2020 was not looked at.',
    source: [wikipedia],
    ...low,
  },
];

/** Places with a law of their own that nobody has looked at: the country's row is not enough. */
export const unsettled: ReadonlyMap<string, string> = new Map([
  ['CA-QC', 'Québec has a law of its own (Law 25) that was not looked at'],
]);
