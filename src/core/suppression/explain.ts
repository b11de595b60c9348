/** A screening as text for people: the answer first, then why, when it would be allowed, by what. */
import { folded } from '../jurisdiction/layout.ts';
import type { Place } from '../jurisdiction/place.ts';
import { placeName } from '../jurisdiction/place.ts';
import type { Screener, Verdict } from './decide.ts';
import type { Reason } from './explain-reasons.ts';
import type { ScreeningView } from './screening.ts';

export const callingNotAdvice =
  'This is not legal advice. The rules rest on what others write about the statutes, which were ' +
  'not read; have a qualified person confirm what you rely on.';

const verdicts: Readonly<Record<Verdict['decision'], string>> = {
  allow: 'allow: nothing stands against it',
  hold: 'hold: not now; it may become allowed without the person doing anything',
  deny: 'deny: it must not be contacted',
};

export function explainScreening(
  view: ScreeningView,
  verdict: Verdict,
  table: Screener['table'],
): string {
  const { window, reasons, lifted, exemptions, nextPermitted } = view;
  const contact = view.channel === 'call' ? 'a call' : 'a text';
  return [
    `${view.number}: ${contact} for ${view.purpose}, at ${view.at}`,
    verdicts[view.decision],
    ...listed('Why', reasons.map(reasonText)),
    ...listed('Lifted', [
      ...exemptions.map(
        ({ code, since, until, receiptId }) =>
          `${code} since ${since}${until === null ? '' : ` until ${until}`}` +
          `${receiptId === undefined ? '' : `, receipt ${receiptId}`}`,
      ),
      ...lifted.map(reasonText),
    ]),
    ...listed('When', [
      `places ${placesText(window.places)}; zones ${window.zones.join(', ') || 'not known'}`,
      ...(window.hours === null ? [] : [`${window.hours}, on the clocks of all of them`]),
      window.open ? 'open now' : `closed; opens ${window.nextOpen ?? 'at no time that is known'}`,
      ...(view.decision === 'allow' ? [] : [nextText(nextPermitted)]),
    ]),
    ...listed('By', [
      `table of rules ${view.rules.version}`,
      ...(verdict.rules?.rules ?? []).map(
        ({ id, source, confidence, reviewBy, note }) =>
          `${id}: ${note === null ? '' : `${note} `}Source: ${source.join('; ')}. ` +
          `Confidence ${confidence}, review by ${reviewBy}.`,
      ),
      ...[...table.refused].map(([place, fault]) => `a rule of ${place} did not load: ${fault}`),
      ...view.rules.warnings.map((one) => `warning: ${one}, so the strictest of its country holds`),
      ...view.lists.map(listText),
    ]),
    '',
    callingNotAdvice,
  ]
    .flatMap(folded)
    .join('\n');
}

const listed = (head: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', head, ...lines.map((line) => `  - ${line}`)];

function reasonText({ code, why, list, version, rule, since, until }: Reason): string {
  const from = [
    list === undefined ? '' : `list ${list}${version === undefined ? '' : ` ${version}`}`,
    rule === undefined ? '' : `rule ${rule}`,
    since === undefined ? '' : `since ${since}`,
    until === undefined ? '' : `until ${until}`,
  ].filter((one) => one !== '');
  return `${code}: ${why}${from.length === 0 ? '' : ` (${from.join(', ')})`}`;
}

const listText = ({
  list,
  version,
  obtainedAt,
  age,
  usableUntil,
}: ScreeningView['lists'][number]) =>
  `list ${list} ${version}, obtained ${obtainedAt}` +
  (age === 'fresh'
    ? ''
    : `, ${age === 'old' ? 'to be renewed by' : 'not usable since'} ${usableUntil}`);

const nextText = (next: string | null): string =>
  next === null ? 'waiting alone does not help' : `the first instant that is permitted: ${next}`;

const placesText = (places: readonly Place[]): string =>
  places.length === 0 ? 'not known' : places.map(placeName).join(' or ');
