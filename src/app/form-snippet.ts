/** What a website puts into a page of its own, so that a form is shown there. No script. */
import type { ConsentForm } from '../core/consent/form.ts';

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (mark) => marks[mark] ?? '');

export const formAddress = (publicUrl: string, { name, locale }: ConsentForm): string =>
  `${publicUrl}/forms/${name}/${locale}`;

/** A frame where the form names the website, and a link for everybody else. */
export function formSnippet(publicUrl: string, form: ConsentForm): string {
  const address = formAddress(publicUrl, form);
  const title = escaped(form.title);
  const link = `<p><a href="${address}" hreflang="${form.locale}">${title}</a></p>`;
  if (form.sites.length === 0) return `${link}\n`;
  const frame = `<iframe src="${address}" title="${title}" width="100%" height="900" loading="lazy"></iframe>`;
  return `${frame}\n${link}\n`;
}
