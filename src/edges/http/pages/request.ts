/** `/privacy/request`: a request about one's own data, and the code that shows whose it is. */

import { maySend } from '../../../app/page-codes.ts';
import { networkOf } from '../../../app/page-limits.ts';
import { issueToken, takeToken } from '../../../app/page-tokens.ts';
import { findRequest, fulfilRequest, receiveRequest } from '../../../app/rights.ts';
import { codeMs, sendCode, verifyCode } from '../../../app/rights-identity.ts';
import type { RightsRequest } from '../../../app/rights-ports.ts';
import { signedCode } from '../../../app/signed-code.ts';
import { ConsentryError } from '../../../core/error.ts';
import { needsIdentity, type RightKind, rightKinds } from '../../../core/rights/request.ts';
import { html } from '../api/html.ts';
import { codePage } from './code-page.ts';
import { honourGpc } from './honour-gpc.ts';
import {
  codeWay,
  type Faults,
  faultSummary,
  formOf,
  noteField,
  numberField,
  picks,
} from './layout.ts';
import { enterPage, type PageParts } from './page-parts.ts';
import { codeOf, meansOf, numberOf, tokenOf } from './read-fields.ts';
import type { Asked, Page } from './serve-page.ts';
import type { PageWords } from './words/page-words.ts';

const form = 'request';
const verify = 'request/verify';
const noteCharsMax = 1_000;

export const showRequestPage =
  (parts: PageParts) =>
  async ({ words, hasGpc }: Asked): Promise<Page> =>
    requestPage(parts, words, hasGpc);

interface Filled {
  readonly kind: RightKind | null;
  readonly number: string;
  readonly note: string;
}

function requestPage(
  { tokens }: PageParts,
  words: PageWords,
  hasGpc: boolean,
  faults: Faults = {},
  { kind, number, note }: Filled = { kind: null, number: '', note: '' },
): Page {
  const { request, common } = words;
  const kinds = rightKinds.map((value) => ({
    name: 'kind',
    value,
    label: request.kinds[value],
    checked: value === kind,
  }));
  const inner = html`${picks('radio', 'kind', request.what, kinds, faults['kind'])}
${numberField(words, faults, number)}
${noteField('note', request.note, request.noteHint, note, faults['note'])}
${codeWay(words)}`;
  const body = html`${faultSummary(words, faults)}
${hasGpc ? html`<p role="status">${common.gpc}</p>` : ''}
<p>${request.intro}</p>
${formOf('/privacy/request', issueToken(tokens, form), inner, request.send)}
<p>${request.others}</p>`;
  const status = Object.keys(faults).length === 0 ? 200 : 422;
  return { status, title: request.title, body };
}

export const requestForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words, hasGpc, address } = asked;
    const number = numberOf(fields);
    const kind = rightKinds.find((one) => one === fields.get('kind')) ?? null;
    const note = (fields.get('note') ?? '').trim();
    const faults = {
      ...(kind === null && { kind: words.request.whatFault }),
      ...(number === null && { number: words.common.numberFault }),
      ...(note.length > noteCharsMax && { note: words.request.noteFault }),
    };
    if (number === null || kind === null || Object.keys(faults).length > 0) {
      const filled = { kind, number: fields.get('number') ?? '', note };
      return requestPage(parts, words, hasGpc, faults, filled);
    }
    await takeToken(parts.tokens, form, tokenOf(fields));
    const isCoded = needsIdentity(kind);
    if (isCoded) await parts.checkLimit('code-address', networkOf(address));
    const { id: personId } = await parts.rightsParts.people.ensure(number);
    const act = { by: 'nobody', kind: 'change', operation: 'askForRightOnPage' } as const;
    await enterPage(parts, asked, { ...act, persons: [personId] });
    const made = await receiveRequest(parts.rightsParts, {
      number,
      kind,
      law: null,
      speaker: 'self',
      guardian: null,
      authority: null,
      note: note === '' ? null : note,
      receivedAt: null,
      by: 'caller',
    });
    if (kind !== 'do-not-sell') await honourGpc(parts, asked, number);
    if (!isCoded) {
      // What only lessens is carried out at once, for anybody.
      const done = await fulfilRequest(parts.rightsParts, made.id, null, 'caller');
      return donePage(parts, words, done, words.request.carriedOut);
    }
    if (await maySend(parts.codes, number)) codeInBackground(parts, made, meansOf(fields));
    const until = parts.tokens.clock.now() + codeMs;
    const token = issueToken(parts.tokens, verify, { request: made.id }, until);
    return codePage(words, { action: '/privacy/request/verify', token });
  };

/** The page says the same, at the same time, whatever becomes of it. */
function codeInBackground(
  { rightsParts, log }: PageParts,
  { id }: RightsRequest,
  means: 'text' | 'call',
) {
  sendCode(rightsParts, id, means, 'caller').catch((thrown: unknown) => {
    const why = (thrown as { code?: unknown }).code ?? 'unknown';
    log.warn({ means, why }, 'a code for a request was not sent');
  });
}

export const requestVerifyForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words } = asked;
    const said = await takeToken(parts.tokens, verify, tokenOf(fields));
    const { request: id = '', until } = said;
    const { personId } = await findRequest(parts.rightsParts, id);
    const act = { by: 'nobody', kind: 'change', operation: 'proveRightOnPage' } as const;
    await enterPage(parts, asked, { ...act, persons: [personId] });
    try {
      const done = await verifyCode(parts.rightsParts, id, codeOf(fields), 'caller');
      return await donePage(parts, words, done, words.request.proved);
    } catch (thrown) {
      if (!(thrown instanceof ConsentryError && thrown.code === 'conflict')) throw thrown;
      const token = issueToken(parts.tokens, verify, { request: id }, until);
      return codePage(words, { action: '/privacy/request/verify', token, isWrong: true });
    }
  };

async function donePage(
  { rightsParts, codes }: PageParts,
  words: PageWords,
  { id, answerBy, closedAt }: RightsRequest,
  what: string,
): Promise<Page> {
  const { request } = words;
  const [first] = await rightsParts.rights.history(id);
  const receipt = first === undefined ? '' : signedCode(codes.cipher, 'receipt', first.receiptId);
  const body = html`<p role="status">${what}</p>
<p>${request.reference} <code>${id}</code></p>
${closedAt === null ? html`<p>${request.answerBy} <strong>${answerBy}</strong>.</p>` : ''}
<p><a href="/receipt/${receipt}">${request.receipt}</a></p>`;
  return { title: request.done, body };
}
