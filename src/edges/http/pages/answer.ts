/**
 * `/privacy/answer/{code}`: the page behind an e-mail that asks for a permission. Opening it changes
 * nothing, because programs that look for harm in links open them, too; both answers are a button of
 * the same size, and the first one that is pressed counts.
 */
import type { EmailRequest } from '../../../app/email-ports.ts';
import { answerByPage, openEmailRequest } from '../../../app/email-requests.ts';
import { issueToken, takeToken } from '../../../app/page-tokens.ts';
import { idOfCode, signedCode } from '../../../app/signed-code.ts';
import { ConsentryError } from '../../../core/error.ts';
import { html } from '../api/html.ts';
import { enterPage, type PageParts } from './page-parts.ts';
import { tokenOf } from './read-fields.ts';
import type { Asked, Page } from './serve-page.ts';
import { wordsIn } from './words/choose.ts';

const form = 'answer';

async function requestOf({ emailParts }: PageParts, id: string): Promise<EmailRequest> {
  const request = await openEmailRequest(emailParts, id);
  if (request === null) throw new ConsentryError('form_over');
  return request;
}

export const showAnswerPage =
  (parts: PageParts) =>
  async ({ request }: Asked): Promise<Page> => {
    const code = String(request.params['code']);
    const id = idOfCode(parts.codes.cipher, 'email', code);
    if (id === null) throw new ConsentryError('not_found');
    const { purpose, formHash } = await requestOf(parts, id);
    const version = await parts.formParts.forms.byHash(formHash);
    const asked = version?.form.purposes.find((one) => one.purpose === purpose);
    if (version === null || asked === undefined) throw new ConsentryError('form_over');
    const words = wordsIn(version.form.locale);
    const { answer } = words;
    const body = html`<p>${version.form.controller}</p>
<h2>${words.purposes[purpose]}</h2>
<p>${asked.words}</p>
<p>${answer.free}</p>
<form method="post" action="/privacy/answer">
<input type="hidden" name="token" value="${issueToken(parts.tokens, form, { request: id })}">
<p class="both"><button type="submit" name="answer" value="yes">${answer.yes}</button>
<button type="submit" name="answer" value="no">${answer.no}</button></p>
</form>
<p>${version.form.withdrawal}</p>`;
    return { title: answer.title, body, words };
  };

const answers = { yes: 'granted', no: 'refused' } as const;

export const answerForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words } = asked;
    const said = fields.get('answer');
    if (said !== 'yes' && said !== 'no') throw new ConsentryError('body_malformed');
    const { request: id = '' } = await takeToken(parts.tokens, form, tokenOf(fields));
    const { personId } = await requestOf(parts, id);
    const act = { by: 'caller', kind: 'change', operation: 'answerEmailOnPage' } as const;
    await enterPage(parts, asked, { ...act, persons: personId === null ? [] : [personId] });
    const entryId = await answerByPage(parts.emailParts, id, answers[said]);
    const receipt = signedCode(parts.codes.cipher, 'receipt', entryId);
    const { answer, request } = words;
    const body = html`<p role="status">${said === 'yes' ? answer.allowed : answer.refused}</p>
<p>${answer.change}</p>
<p><a href="/receipt/${receipt}">${request.receipt}</a></p>`;
    return { title: answer.done, body };
  };
