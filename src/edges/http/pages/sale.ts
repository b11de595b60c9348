/** `/do-not-sell`: for anybody, at once, without a code (11 CCR 7026(d)). */
import { issueToken, takeToken } from '../../../app/page-tokens.ts';
import { html } from '../api/html.ts';
import { stopSale } from './honour-gpc.ts';
import { type Faults, faultSummary, formOf, numberField } from './layout.ts';
import { enterPage, type PageParts } from './page-parts.ts';
import { numberOf, tokenOf } from './read-fields.ts';
import type { Asked, Page } from './serve-page.ts';

const form = 'do-not-sell';

export const showSalePage =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> =>
    salePage(parts, asked, {}, '');

function salePage(
  { tokens }: PageParts,
  { words, hasGpc }: Asked,
  faults: Faults,
  number: string,
): Page {
  const { sale, common } = words;
  const inner = numberField(words, faults, number);
  const body = html`${faultSummary(words, faults)}
${hasGpc ? html`<p role="status">${common.gpc}</p>` : ''}
<p>${sale.intro}</p>
${formOf('/do-not-sell', issueToken(tokens, form), inner, sale.stop)}`;
  return { status: Object.keys(faults).length === 0 ? 200 : 422, title: sale.title, body };
}

export const saleForm =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const { fields, words } = asked;
    const number = numberOf(fields);
    if (number === null) {
      const faults = { number: words.common.numberFault };
      return salePage(parts, asked, faults, fields.get('number') ?? '');
    }
    await takeToken(parts.tokens, form, tokenOf(fields));
    const { id } = await parts.rightsParts.people.ensure(number);
    const act = {
      by: 'nobody',
      kind: 'change',
      operation: 'stopSaleOnPage',
      persons: [id],
    } as const;
    await enterPage(parts, asked, act);
    await stopSale(parts, number);
    const body = html`<p role="status">${words.sale.doneText}</p>`;
    return { title: words.sale.done, body };
  };
