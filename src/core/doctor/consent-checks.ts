/** Capabilities 25 to 46: asking, answering, taking back. */
import { basisFaults } from '../consent/basis.ts';
import type { Choice } from '../consent/choice.ts';
import { formFaults } from '../consent/form-faults.ts';
import { mayAsk } from '../consent/may-ask.ts';
import { shippedPreferences } from '../consent/preferences-form.ts';
import { standing } from '../consent/standing.ts';
import { readText } from '../consent/text.ts';
import { purposes } from '../words.ts';
import { type Check, check } from './check.ts';
import type { DoctorFacts } from './facts.ts';
import { count, fail, pass, unseen, type Verdict, warn } from './finding.ts';

const changed = 'this program was changed; reinstall it';
const dayMs = 86_400_000;

/** A flow that shows the capability is in force. */
const flow =
  (name: string, says: string) =>
  ({ flows }: DoctorFacts): Verdict => {
    if (flows === null) return unseen('flows');
    return flows.published.includes(name)
      ? pass(`the flow \`${name}\` ${says}`)
      : warn(`the flow \`${name}\` is not in force`, `publish it: consentry flow publish ${name}`);
  };

const choiceOf = (given: Pick<Choice, 'kind' | 'purpose' | 'at' | 'channel'>): Choice => ({
  id: '00000000-0000-4000-8000-000000000000',
  validUntil: null,
  scope: 'tenant',
  words: null,
  document: null,
  ageBand: null,
  guardian: false,
  ...given,
});

const isAsked = (at: number, daysAgo: number): boolean =>
  mayAsk(
    [
      choiceOf({
        kind: 'withdrawn',
        purpose: 'recording',
        at: at - daysAgo * dayMs,
        channel: 'call',
      }),
    ],
    'recording',
    at,
    null,
  ).allowed;

export const consentChecks: readonly Check[] = [
  check(25, 'Recorded only after a yes', ({ counts }) => {
    if (counts === null) return unseen('recordings');
    return counts.recordingsWithoutGrant === 0
      ? pass(`${count(counts.recordings, 'recording')}, each with an earlier grant of its party`)
      : fail(
          `${count(counts.recordingsWithoutGrant, 'recording')} without an earlier grant`,
          'lay a hold on them, find out how they got there, then erase them',
        );
  }),
  check(26, 'Prompts and menus', ({ flows }) => {
    if (flows === null) return unseen('flows');
    return flows.published.length > 0
      ? pass(
          `${count(flows.published.length, 'flow')} in force, in ${count(flows.locales.length, 'language')}`,
        )
      : fail('no flow is in force', 'publish one with `consentry flow publish`');
  }),
  check(
    27,
    'A question for each purpose',
    flow('inbound-purposes', 'asks for each, with one key for none'),
  ),
  check(28, 'Other lawful bases are written down', ({ bases }) => {
    if (bases === null) return unseen('lawful bases');
    const empty = { purpose: 'recording', basis: 'contract', justification: '' } as const;
    const claim = {
      ...empty,
      reviewer: '',
      place: 'DE',
      reviewBy: '',
      balancing: null,
      objection: null,
    };
    return basisFaults([claim]).length > 0
      ? pass(
          `${count(bases, 'basis', 'bases')} claimed; none without its reasons, none opens a gate`,
        )
      : fail('a basis is taken without reasons', changed);
  }),
  check(29, 'Terms with a ticked box', () =>
    pass('told of by POST /v1/choices with the hash of the terms; ticked beforehand is refused'),
  ),
  check(30, 'Requests by e-mail', ({ hasMail }) =>
    hasMail
      ? pass('`consentry email ask`: a page with both answers, and replies that a person reads')
      : pass('`consentry email ask` prints what to send; SMTP_URL and MAIL_FROM have it sent'),
  ),
  check(31, 'Forms on the web', () =>
    pass('/forms/…: versions stay, and each time one was sent is a row, a no as well as a yes'),
  ),
  check(32, 'Forms that say what follows', () => {
    const bare = { ...shippedPreferences('We'), next: '' };
    return formFaults(bare).length > 0
      ? pass('a form without what happens next, or without a box for each purpose, is refused')
      : fail('a form is taken that does not say what happens next', changed);
  }),
  check(33, 'Implied is not given', ({ at }) => {
    const implied = choiceOf({ kind: 'granted', purpose: 'recording', at, channel: 'implied' });
    return standing([implied], 'recording', at, { line: null }).kind === 'granted'
      ? fail('implied consent counts', changed)
      : pass('what was only implied is kept as history and opens nothing');
  }),
  check(34, 'Taken back at any time', ({ parts }) =>
    parts.spool === null
      ? pass('`*`, API, agent or text: the gate shuts before anything else is done')
      : fail(`spool: ${parts.spool}`, 'make the spool writable; until then nothing is recorded'),
  ),
  check(35, 'A person to talk to', ({ counts }) => {
    if (counts === null) return unseen('tasks');
    return counts.tasksOld === 0
      ? pass('one key away from every question; nobody waits for longer than two days')
      : warn(
          `${count(counts.tasksOld, 'task')} have waited for more than two days`,
          'look at them with `consentry task list`',
        );
  }),
  check(36, 'A form to take it back', () =>
    pass('/privacy/choices: at once and without a code, because it only lessens what is done'),
  ),
  check(37, 'STOP by text', () =>
    readText('STOP').meaning === 'stop' && readText('please no more').meaning !== 'other'
      ? pass('words of seven languages; what may be meant counts, and a person looks at it')
      : fail('STOP is not understood', changed),
  ),
  check(38, 'The way back is told', ({ flows }) =>
    flows === null
      ? unseen('flows')
      : pass('no flow is published whose prompts leave out the way to withdraw'),
  ),
  check(39, 'Consent is a process', ({ counts }) =>
    counts === null
      ? unseen('choices')
      : pass(`${count(counts.choices, 'choice')} kept as facts; where one stands is worked out`),
  ),
  check(40, 'Preferences can be changed', () =>
    pass('/privacy/choices after a code, and the flow `preferences`; changed words ask again'),
  ),
  check(41, 'Do not contact, calls and texts', ({ counts, lists }) => {
    if (counts === null || lists === null) return unseen('lists');
    const old = lists.filter(({ ageDays }) => ageDays >= 31);
    const soon = lists.filter(({ ageDays }) => ageDays >= 25);
    if (old.length > 0) {
      return fail(
        `${old.map(({ list }) => list).join(', ')}: 31 days old or more, so nobody there is called`,
        'fetch the list again and import it with `consentry list import`',
      );
    }
    if (soon.length > 0) {
      return warn(
        `${soon.map(({ list }) => list).join(', ')}: 25 days old or more`,
        'fetch the list again before it is 31 days old',
      );
    }
    return pass(
      `${count(counts.ownListings, 'listing')} of our own, ${count(lists.length, 'registry', 'registries')}`,
    );
  }),
  check(42, 'Marketing needs express consent', () =>
    purposes.includes('marketing-calls') && purposes.includes('marketing-texts')
      ? pass('purposes of their own, looked at before a call or text')
      : fail('marketing is no purpose', changed),
  ),
  check(43, 'Children and guardians', ({ at }) => {
    const given = choiceOf({ kind: 'granted', purpose: 'recording', at, channel: 'form' });
    return standing([{ ...given, ageBand: 'under-13' }], 'recording', at, { line: null }).kind ===
      'granted'
      ? fail('a child’s own yes counts', changed)
      : pass('under 13 only a guardian grants');
  }),
  check(44, 'Do not sell', () =>
    purposes.includes('sale')
      ? pass('`sale` is a purpose of its own, off until it is granted')
      : fail('sale is no purpose', changed),
  ),
  check(45, 'Not asked again for twelve months', ({ at }) =>
    !isAsked(at, 364) && isAsked(at, 367)
      ? pass('364 days after a no nobody is asked, 367 days after they may be')
      : fail('the twelve months are not kept', changed),
  ),
  check(46, 'No worse service after a no', ({ flows }) =>
    flows === null
      ? unseen('flows')
      : pass('every flow in force is proved to lead to the same service'),
  ),
];
