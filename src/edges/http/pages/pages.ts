/**
 * The public pages: without login, cookie or script, for people who are called. One table says which
 * there are, and a test holds it against what is answered.
 */
import { Router } from 'express';
import { ConsentryError } from '../../../core/error.ts';
import { protect } from '../api/protect.ts';
import { answerForm, showAnswerPage } from './answer.ts';
import {
  choicesChangeForm,
  choicesCodeForm,
  choicesVerifyForm,
  showChoicesPage,
  takeBackForm,
} from './choices.ts';
import { sendFormPage, showFormPage, showFormVersion, verifyFormPage } from './forms.ts';
import { showNoticePage, showNoticeVersion } from './notice.ts';
import type { PageParts } from './page-parts.ts';
import { showReceiptPage } from './receipt.ts';
import { requestForm, requestVerifyForm, showRequestPage } from './request.ts';
import { saleForm, showSalePage } from './sale.ts';
import { type PageHandler, pageFault, showPage, takeForm } from './serve-page.ts';

interface PageRoute {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly handle: (parts: PageParts) => PageHandler;
}

const get = (path: string, handle: PageRoute['handle']): PageRoute => ({
  method: 'get',
  path,
  handle,
});
const post = (path: string, handle: PageRoute['handle']): PageRoute => ({
  method: 'post',
  path,
  handle,
});

export const pageRoutes: readonly PageRoute[] = [
  get('/privacy/choices', showChoicesPage),
  post('/privacy/choices/withdraw', takeBackForm),
  post('/privacy/choices/code', choicesCodeForm),
  post('/privacy/choices/verify', choicesVerifyForm),
  post('/privacy/choices/change', choicesChangeForm),
  get('/privacy/request', showRequestPage),
  post('/privacy/request', requestForm),
  post('/privacy/request/verify', requestVerifyForm),
  get('/privacy/notice', showNoticePage),
  get('/privacy/notice/:hash', showNoticeVersion),
  get('/privacy/answer/:code', showAnswerPage),
  post('/privacy/answer', answerForm),
  get('/do-not-sell', showSalePage),
  post('/do-not-sell', saleForm),
  get('/receipt/:code', showReceiptPage),
  post('/forms/verify', verifyFormPage),
  get('/forms/:form/:locale', showFormPage),
  post('/forms/:form/:locale', sendFormPage),
  get('/forms/:form/:locale/:hash', showFormVersion),
];

/** Routers by the first part of their path. */
export function createPages(parts: PageParts): Readonly<Record<string, Router>> {
  const routers: Record<string, Router> = {};
  for (const { method, path, handle } of pageRoutes) {
    const [, head = ''] = path.split('/');
    const mount = `/${head}`;
    routers[mount] ??= Router({ strict: true, caseSensitive: true }).use(protect);
    const serve = method === 'get' ? showPage : takeForm;
    routers[mount][method](path.slice(mount.length) || '/', serve(parts, handle(parts)));
  }
  for (const router of Object.values(routers)) {
    router.use(() => {
      throw new ConsentryError('not_found');
    });
    router.use(pageFault(parts));
  }
  return routers;
}
