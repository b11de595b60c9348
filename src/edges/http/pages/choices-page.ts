/** `/privacy/choices` before anybody has shown who they are: it tells nothing of anybody. */
import { issueToken } from '../../../app/page-tokens.ts';
import { purposes } from '../../../core/words.ts';
import { html } from '../api/html.ts';
import { codeWay, type Faults, faultSummary, formOf, numberField, picks } from './layout.ts';
import type { PageParts } from './page-parts.ts';
import type { Page } from './serve-page.ts';
import type { PageWords } from './words/page-words.ts';

/** What each form's token is sealed for. */
export const choiceForms = {
  back: 'choices/withdraw',
  code: 'choices/code',
  verify: 'choices/verify',
  change: 'choices/change',
} as const;

/** A form that was sent with mistakes: which one, what is wrong, and what stood in it. */
export interface Mistaken {
  readonly form: 'back' | 'see';
  readonly faults: Faults;
  readonly number: string;
}

export function choicesPage(
  { tokens }: PageParts,
  words: PageWords,
  hasGpc: boolean,
  mistaken: Mistaken | null = null,
): Page {
  const { choices, common } = words;
  const faults = mistaken?.faults ?? {};
  const value = (form: Mistaken['form']): string =>
    mistaken?.form === form ? mistaken.number : '';
  const boxes = [
    ...purposes.map((purpose) => [`purpose-${purpose}`, words.purposes[purpose]] as const),
    ['calls', choices.noCalls] as const,
    ['texts', choices.noTexts] as const,
  ].map(([name, label]) => ({ name, value: 'on', label }));
  const back = html`${numberField(words, faults, value('back'))}
${picks('checkbox', 'what', choices.what, boxes, faults['what'])}`;
  const see = html`${numberField(words, faults, value('see'), 'see-number')}${codeWay(words)}`;
  const body = html`${faultSummary(words, faults)}
${hasGpc ? html`<p role="status">${common.gpc}</p>` : ''}
<p>${choices.intro}</p>
<h2>${choices.backTitle}</h2>
<p>${choices.backIntro}</p>
${formOf('/privacy/choices/withdraw', issueToken(tokens, choiceForms.back), back, choices.back)}
<h2>${choices.seeTitle}</h2>
<p>${choices.seeIntro}</p>
${formOf('/privacy/choices/code', issueToken(tokens, choiceForms.code), see, choices.see)}`;
  return { status: mistaken === null ? 200 : 422, title: choices.title, body };
}
