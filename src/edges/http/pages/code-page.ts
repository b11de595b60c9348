/** Asks for the code that went to the number. What the number is stands nowhere in it to read. */
import { html } from '../api/html.ts';
import { type Faults, faultSummary, formOf, textField } from './layout.ts';
import type { Page } from './serve-page.ts';
import type { PageWords } from './words/page-words.ts';

export interface CodePage {
  readonly action: string;
  readonly token: string;
  readonly isWrong?: boolean;
  readonly sites?: readonly string[];
}

export function codePage(words: PageWords, { action, token, isWrong, sites = [] }: CodePage): Page {
  const { code } = words;
  const faults: Faults = isWrong === true ? { code: code.fault } : {};
  const field = textField({
    name: 'code',
    label: code.label,
    hint: code.hint,
    fault: faults['code'],
    autocomplete: 'one-time-code',
    numeric: true,
  });
  const body = html`${faultSummary(words, faults)}<p>${code.sent}</p>
${formOf(action, token, field, code.send)}`;
  return { status: isWrong === true ? 422 : 200, title: code.title, body, sites };
}
