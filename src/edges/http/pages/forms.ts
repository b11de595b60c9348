/**
 * `/forms/{name}/{language}`: a form of the business, as published. Boxes are unticked, each is one
 * purpose, sending alone allows nothing, and what is ticked counts after a code to the number.
 */
import type { FormVersion } from '../../../app/form-ports.ts';
import { formInForce } from '../../../app/forms.ts';
import { askForCode, isRightCode } from '../../../app/page-codes.ts';
import { networkOf } from '../../../app/page-limits.ts';
import { issueToken, takeToken } from '../../../app/page-tokens.ts';
import { proveSubmission, submitForm } from '../../../app/submit-form.ts';
import { ConsentryError } from '../../../core/error.ts';
import type { Purpose } from '../../../core/words.ts';
import { type Html, html } from '../api/html.ts';
import { codePage } from './code-page.ts';
import { honourGpc } from './honour-gpc.ts';
import { codeWay, type Faults, faultSummary, formOf, numberField, picks } from './layout.ts';
import { enterPage, type PageParts } from './page-parts.ts';
import { codeOf, isTicked, meansOf, numberOf, tokenOf } from './read-fields.ts';
import type { Asked, Page } from './serve-page.ts';
import { wordsIn } from './words/choose.ts';
import type { PageWords } from './words/page-words.ts';

const verifyPath = '/forms/verify';
const verify = 'forms/verify';
/** For one form alone, in the language it is in. */
const tokenFor = ({ name, locale }: FormVersion['form']): string => `forms/${name}/${locale}`;

async function versionAsked({ formParts }: PageParts, { request }: Asked): Promise<FormVersion> {
  const { form, locale } = request.params;
  return formInForce(formParts, String(form), String(locale));
}

export const showFormPage =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> =>
    formPage(parts, asked, await versionAsked(parts, asked));

function formPage(
  { tokens }: PageParts,
  { hasGpc, fields }: Pick<Asked, 'hasGpc' | 'fields'>,
  { form, hash }: FormVersion,
  faults: Faults = {},
): Page {
  const words = wordsIn(form.locale);
  const ticked = form.purposes.filter(({ purpose }) => isTicked(fields, `purpose-${purpose}`));
  const inner = html`${numberField(words, faults, fields.get('number') ?? '')}
${purposeBoxes(
  words,
  form,
  ticked.map(({ purpose }) => purpose),
)}
${codeWay(words)}
<p>${form.next}</p>
<p>${form.withdrawal}</p>`;
  const token = issueToken(tokens, tokenFor(form), { form: hash });
  const body = html`${faultSummary(words, faults)}
${hasGpc ? html`<p role="status">${words.common.gpc}</p>` : ''}
<p>${form.controller}: ${form.intro}</p>
${formOf(`/forms/${form.name}/${form.locale}`, token, inner, form.submit)}`;
  const status = Object.keys(faults).length === 0 ? 200 : 422;
  return { status, title: form.title, body, sites: form.sites, words };
}

/** Ticked is only what its person ticked a moment ago, where the form has to be filled in again. */
function purposeBoxes(
  words: PageWords,
  { purposes }: FormVersion['form'],
  ticked: readonly Purpose[],
): Html {
  return html`${purposes.map(
    ({ purpose, words: asked, box }) => html`<div class="card"><p>${asked}</p>
${picks('checkbox', `purpose-${purpose}`, words.purposes[purpose], [
  { name: `purpose-${purpose}`, value: 'on', label: box, checked: ticked.includes(purpose) },
])}</div>`,
  )}`;
}

export const sendFormPage =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields } = asked;
    const now = await versionAsked(parts, asked);
    const number = numberOf(fields);
    const words = wordsIn(now.form.locale);
    if (number === null) {
      return formPage(parts, asked, now, { number: words.common.numberFault });
    }
    const { form: seen = '' } = await takeToken(parts.tokens, tokenFor(now.form), tokenOf(fields));
    // What they saw counts, though another version may be in force by now.
    const version = await parts.formParts.forms.byHash(seen);
    if (version === null) throw new ConsentryError('form_over');
    const { form } = version;
    const all = form.purposes.map(({ purpose }) => purpose);
    const ticked = all.filter((purpose) => isTicked(fields, `purpose-${purpose}`));
    const unticked = all.filter((purpose) => !ticked.includes(purpose));
    if (ticked.length > 0) await parts.checkLimit('code-address', networkOf(asked.address));
    const { id: personId } = await parts.rightsParts.people.ensure(number);
    const act = { by: 'nobody', kind: 'change', operation: 'sendFormOnPage' } as const;
    await enterPage(parts, asked, { ...act, persons: [personId] });
    const sent = { version, number, ticked, unticked, isProved: false };
    const submission = await submitForm(parts.preferences, sent);
    await honourGpc(parts, asked, number);
    const frame = { sites: form.sites, words };
    if (ticked.length === 0) {
      const body = html`<p role="status">${words.form.nothing}</p>`;
      return { title: words.form.sent, body, ...frame };
    }
    const codeId = await askForCode(parts.codes, number, meansOf(fields));
    const token = issueToken(parts.tokens, verify, { submission, codeId });
    return { ...codePage(words, { action: verifyPath, token }), ...frame };
  };

export const verifyFormPage =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const said = await takeToken(parts.tokens, verify, tokenOf(asked.fields));
    const { submission = '', codeId = '', until } = said;
    const kept = await parts.formParts.forms.submission(submission);
    const version = kept === null ? null : await parts.formParts.forms.byHash(kept.formHash);
    if (kept === null || version === null || kept.personId === null) {
      throw new ConsentryError('form_over');
    }
    const words = wordsIn(version.form.locale);
    const frame = { sites: version.form.sites, words };
    if (!(await isRightCode(parts.codes, codeId, codeOf(asked.fields)))) {
      const token = issueToken(parts.tokens, verify, { submission, codeId }, until);
      return { ...codePage(words, { action: verifyPath, token, isWrong: true }), ...frame };
    }
    const act = { by: 'caller', kind: 'change', operation: 'proveFormOnPage' } as const;
    await enterPage(parts, asked, { ...act, persons: [kept.personId] });
    await proveSubmission(parts.preferences, submission);
    const body = html`<p role="status">${words.form.allowed}</p>
<ul>${kept.ticked.map((purpose) => html`<li>${words.purposes[purpose]}</li>`)}</ul>
<p>${version.form.next}</p>
<p>${version.form.withdrawal} <a href="/privacy/choices">${words.common.choices}</a></p>`;
    return { title: words.form.sent, body, ...frame };
  };

/** A version as it was, by its hash: nothing in it can be sent. */
export const showFormVersion =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { form: name, locale, hash } = asked.request.params;
    const isHash = /^[0-9a-f]{64}$/.test(String(hash));
    const found = isHash ? await parts.formParts.forms.byHash(String(hash)) : null;
    if (found === null || found.form.name !== name || found.form.locale !== locale) {
      throw new ConsentryError('not_found');
    }
    const { form, version, at } = found;
    const words = wordsIn(form.locale);
    const said = form.purposes.map(
      ({ purpose, words: text, box }) => html`<div class="card"><h2>${words.purposes[purpose]}</h2>
<p>${text}</p><p>☐ ${box}</p></div>`,
    );
    const body = html`<p>${words.form.version} ${version}, ${new Date(at).toISOString().slice(0, 10)}</p>
<p>${form.controller}: ${form.intro}</p>
${said}
<p>${form.next}</p>
<p>${form.withdrawal}</p>
<p>SHA-256 <code>${found.hash}</code></p>`;
    return { title: form.title, body, words };
  };
