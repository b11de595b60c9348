/** `/receipt/{code}`: one fact of the ledger, for whoever was given its address. */
import { idOfCode } from '../../../app/signed-code.ts';
import { maskNumber } from '../../../core/access/mask.ts';
import { ConsentryError } from '../../../core/error.ts';
import type { Json } from '../../../core/ledger/canonical.ts';
import { formatReceipt, type Receipt } from '../../../core/ledger/receipt.ts';
import { verifyReceipt } from '../../../core/ledger/verify.ts';
import { type Html, html } from '../api/html.ts';
import { enterPage, type PageParts } from './page-parts.ts';
import type { Asked, Page } from './serve-page.ts';

/** What says more of a person than that they have the address. */
const withheld = ['number', 'guardian', 'callSid', 'address', 'evidence'];

export const showReceiptPage =
  (parts: PageParts) =>
  async (asked: Asked): Promise<Page> => {
    const code = asked.request.params['code'];
    const id = typeof code === 'string' ? idOfCode(parts.codes.cipher, 'receipt', code) : null;
    if (id === null) throw new ConsentryError('not_found');
    const persons = await parts.personsOf(id);
    await enterPage(parts, asked, {
      by: 'nobody',
      kind: 'read',
      operation: 'showReceiptOnPage',
      persons,
    });
    const found = await parts.receiptOf(id);
    if (found === null) throw new ConsentryError('not_found');
    const { receipt: words } = asked.words;
    if (found === 'pending') {
      return { title: words.title, body: html`<p role="status">${words.pending}</p>` };
    }
    return { title: words.title, body: receiptBody(asked, found) };
  };

function receiptBody({ words }: Asked, receipt: Receipt): Html {
  const openings = Object.entries(receipt.openings);
  const shared: Receipt = {
    ...receipt,
    openings: Object.fromEntries(openings.filter(([label]) => !withheld.includes(label))),
  };
  const text = formatReceipt(shared);
  // Looked at as its reader would: what does not hold is not shown.
  if (!verifyReceipt(text).ok) throw new ConsentryError('ledger_broken');
  const { kind, purpose, day } = receipt.statement;
  const { receipt: said } = words;
  const rows = openings.map(
    ([label, { value }]) =>
      html`<tr><th scope="row">${label}</th><td>${valueText(label, value, said.leftOut)}</td></tr>`,
  );
  return html`<p role="status">✓ ${said.holds}</p>
<p><strong>${kind}</strong>: ${purpose}, ${day}</p>
<div class="wide" tabindex="0" role="region" aria-label="${said.facts}"><table><caption>${said.facts}</caption>
<thead><tr><th scope="col">${said.fact}</th><th scope="col">${said.value}</th></tr></thead>
<tbody>${rows}</tbody></table></div>
<p>${said.check}</p>
<details><summary>${said.itself}</summary><pre>${text}</pre></details>`;
}

function valueText(label: string, value: Json, leftOut: string): string {
  if (label === 'number' && typeof value === 'string') return maskNumber(value);
  if (withheld.includes(label) && value !== null) return leftOut;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
