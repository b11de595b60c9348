/** The privacy notice of a business, from everything that is written down about what it does. */
import type { ClaimedBasis } from '../consent/basis.ts';
import type { ConsentForm } from '../consent/form.ts';
import { type DataKind, getsOfCallers, type Recipient } from '../recipients/recipient.ts';
import type { RetentionRule } from '../retention/plan.ts';
import { register } from '../retention/register.ts';
import type { Notice, NoticeSection, NoticeSettings } from './notice.ts';

export interface NoticeFacts {
  /** Who is responsible. */
  readonly controller: string;
  readonly settings: NoticeSettings;
  /** What permissions are asked for, in the words that are shown. */
  readonly form: Pick<ConsentForm, 'purposes'>;
  readonly bases: readonly ClaimedBasis[];
  readonly recipients: readonly Recipient[];
  readonly retention: readonly RetentionRule[];
  /** Whether numbers of the business tell which advertisement a call came from. */
  readonly isTracking: boolean;
  /** Numbers of the business on which requests are taken. */
  readonly deskNumbers: readonly string[];
}

export const withdrawalSentence =
  'You can take back any permission at any time, without a reason and as easily as you gave it: at /privacy/choices, by the key that every question names, with * during a call, or by answering STOP to a text message. What was done before stays lawful.';

export function privacyNotice(facts: NoticeFacts): Notice {
  const sections = [
    who(facts),
    uses(facts),
    held(),
    recipientsSection(facts),
    kept(facts),
    rights(facts),
  ];
  return {
    title: `Privacy notice of ${facts.controller}`,
    locale: 'en',
    sections,
    reviewedOn: facts.settings.reviewedOn,
  };
}

export const section = (
  title: string,
  paragraphs: readonly string[],
  points: readonly string[] = [],
): NoticeSection => ({ title, paragraphs: paragraphs.filter((one) => one !== ''), points });

function who({ controller, settings: { address, contact } }: NoticeFacts): NoticeSection {
  return section('Who is responsible', [
    address === ''
      ? `${controller} is responsible for your data.`
      : `${controller}, ${address}, is responsible for your data.`,
    contact === '' ? '' : `Questions about your data: ${contact}.`,
  ]);
}

/** What people are asked for, and what rests on another basis. */
export function usePoints({ form, bases }: NoticeFacts): readonly string[] {
  const asked = form.purposes.map(
    ({ purpose, words }) => `${purpose}: ${words} Only with your permission (GDPR 6(1)(a)).`,
  );
  const claimed = bases.map(({ purpose, basis, justification, place, objection }) =>
    [
      `${purpose}: ${justification} (${basis}, ${place}).`,
      objection === null ? '' : `How to object: ${objection}`,
    ]
      .join(' ')
      .trim(),
  );
  return [...asked, ...claimed];
}

function uses(facts: NoticeFacts): NoticeSection {
  return section(
    'What your data is used for',
    [
      'Each thing by itself. Whoever says no is served in the same way. A call is recorded after a yes only.',
      withdrawalSentence,
    ],
    usePoints(facts),
  );
}

/** Once for each category, whatever tables it stands in. */
export function heldPoints({ withAccounts }: { withAccounts: boolean }): readonly string[] {
  const sources = new Map<string, Set<string>>();
  for (const { purpose, source, personal } of Object.values(register)) {
    for (const { category } of Object.values(personal)) {
      if (category === 'account' && !withAccounts) continue; // of people who work here
      const said = sources.get(category) ?? new Set<string>();
      sources.set(category, said.add(`${purpose} (from ${source})`));
    }
  }
  return [...sources].map(([category, said]) => `${category}: ${[...said].join('; ')}.`).toSorted();
}

const held = (): NoticeSection =>
  section(
    'What is held, and where it comes from',
    [
      'Numbers are kept sealed, and found by pseudonyms. Names that a carrier offers are not taken.',
    ],
    heldPoints({ withAccounts: false }),
  );

const kinds: Readonly<Record<DataKind, string>> = {
  number: 'your number',
  voice: 'your voice',
  words: 'what you say or write',
  records: 'records of calls and choices',
  ids: 'numbers of calls that name nobody',
  accounts: 'accounts of people who work here',
};

function recipientsSection({ recipients }: NoticeFacts): NoticeSection {
  const points = recipients
    .filter(getsOfCallers)
    .map(
      ({ company, purpose, data, region, retention, since }) =>
        `${company} ${purpose}. It gets ${data.map((kind) => kinds[kind]).join(', ')}. Where: ${region}. How long: ${retention}.${since === null ? '' : ` Since ${since}.`}`,
    );
  const nobody = points.length === 0 ? 'Nobody gets your data.' : '';
  return section(
    'Who gets it',
    [nobody, 'Your data is neither sold nor shared for money or otherwise, unless you allowed it.'],
    points,
  );
}

export const keptPoints = ({ retention }: NoticeFacts): readonly string[] =>
  retention.map(({ kind, purpose, lineId, campaign, days }) => {
    const about = [
      purpose === null ? '' : `for ${purpose}`,
      lineId === null ? '' : 'of one line',
      campaign === null ? '' : 'of one campaign',
    ].filter((one) => one !== '');
    const time = days === null ? 'until you ask for deletion' : `${days} days`;
    return `${[kind, ...about].join(' ')}: ${time}.`;
  });

function kept(facts: NoticeFacts): NoticeSection {
  return section(
    'How long it is kept',
    [
      'What no line here names is kept until you ask for its deletion, or until there is no more reason to.',
      'That you chose something, and that a number must not be called, is kept as proof.',
    ],
    keptPoints(facts),
  );
}

function rights({ deskNumbers, settings: { authority } }: NoticeFacts): NoticeSection {
  return section(
    'Your rights',
    [
      'Ask at /privacy/request, or take something back at once at /privacy/choices. You need no account. Somebody you authorised may ask for you.',
      deskNumbers.length === 0 ? '' : `By telephone: ${deskNumbers.join(', ')}.`,
      'You have an answer within a month (European Union), or within 45 days (California); sooner where the law says so.',
      authority === ''
        ? 'You may complain to the authority where you live.'
        : `You may complain to ${authority}.`,
    ],
    [
      'to know what is held about you, and who got it',
      'to a copy of it',
      'to have it corrected',
      'to have it kept and not used',
      'to object to what rests on an interest of ours',
      'to have it deleted',
      'that it is not sold or shared: /do-not-sell, or Global Privacy Control in your browser',
      'to no worse service for using any of these',
    ],
  );
}
