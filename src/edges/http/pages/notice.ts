/** `/privacy/notice`: the notice of today, and by its hash as it was on another day. */
import { renderNotice } from '../../../app/notices.ts';
import { ConsentryError } from '../../../core/error.ts';
import { html } from '../api/html.ts';
import { noticeHtml } from '../notice-html.ts';
import type { PageParts } from './page-parts.ts';
import type { Asked, Page } from './serve-page.ts';
import { wordsIn } from './words/choose.ts';

export const showNoticePage = (parts: PageParts) => async (): Promise<Page> =>
  pageOf(await renderNotice(parts.noticeParts, 'privacy'));

export const showNoticeVersion =
  (parts: PageParts) =>
  async ({ request }: Asked): Promise<Page> => {
    const hash = String(request.params['hash']);
    const found = /^[0-9a-f]{64}$/.test(hash) ? await parts.noticeParts.notices.byHash(hash) : null;
    if (found === null) throw new ConsentryError('not_found');
    return pageOf(found);
  };

function pageOf({ notice, version, at, hash }: Awaited<ReturnType<typeof renderNotice>>): Page {
  const words = wordsIn(notice.locale);
  const body = html`${noticeHtml(notice, '')}
<p>${words.form.version} ${version}, ${new Date(at).toISOString().slice(0, 10)}.
SHA-256 <a href="/privacy/notice/${hash}"><code>${hash}</code></a></p>`;
  return { title: notice.title, body, words };
}
