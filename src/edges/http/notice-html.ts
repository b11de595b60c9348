/** A notice as markup. Paths of ours in its words become links. */
import type { Notice } from '../../core/notice/notice.ts';
import { type Html, html } from './api/html.ts';

/** Where a word begins with one: not within the address of somebody else's page. */
const path = /(?<=^|[\s(])(\/privacy\/(?:choices|request|notice)|\/do-not-sell)(?![\w/-])/;

/** @param origin in front of links, for pages elsewhere; empty for our own */
export function noticeHtml({ sections, reviewedOn, locale }: Notice, origin: string): Html {
  const linked = (text: string): Html =>
    html`${text
      .split(path)
      .map((part, i) => (i % 2 === 1 ? html`<a href="${origin}${part}">${part}</a>` : part))}`;
  const all = sections.map(
    ({ title, paragraphs, points }) => html`<h2>${title}</h2>
${paragraphs.map((one) => html`<p>${linked(one)}</p>\n`)}${
  points.length === 0 ? '' : html`<ul>${points.map((one) => html`<li>${linked(one)}</li>\n`)}</ul>`
}`,
  );
  const reviewed =
    reviewedOn === null
      ? html`<p>Not reviewed yet.</p>`
      : html`<p>Last reviewed on <time datetime="${reviewedOn}">${reviewedOn}</time>.</p>`;
  return html`<div lang="${locale}">
${all}
${reviewed}
</div>`;
}
