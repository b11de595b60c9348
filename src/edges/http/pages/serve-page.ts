/** From a request to a page: where it came from, what it says, and what the answer may do. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { networkOf } from '../../../app/page-limits.ts';
import { ConsentryError } from '../../../core/error.ts';
import { html } from '../api/html.ts';
import { discardRest, readBody } from '../body.ts';
import { faultFields } from '../fault.ts';
import { type Fields, parseForm } from '../form.ts';
import { asConsentryError } from '../problem.ts';
import { contentPolicy, pageText } from './layout.ts';
import type { PageParts } from './page-parts.ts';
import { wordsFor } from './words/choose.ts';
import type { PageWords } from './words/page-words.ts';

/** A form that was sent, or a page that is asked for. */
export interface Asked {
  readonly request: Request;
  readonly words: PageWords;
  /** Of a form; empty where a page is asked for. */
  readonly fields: Fields;
  /** Network address of who asks. */
  readonly address: string;
  /** Whether their browser says that nothing of theirs is sold (w3c.github.io/gpc). */
  readonly hasGpc: boolean;
}

export interface Page {
  readonly status?: number;
  readonly title: string;
  readonly body: ReturnType<typeof html>;
  /** Origins that may show it inside a page of theirs. */
  readonly sites?: readonly string[];
  /** Of a page in a language of its own. */
  readonly words?: PageWords;
}

export type PageHandler = (asked: Asked) => Promise<Page>;

const noFields: Fields = new Map();

export function showPage(parts: PageParts, handle: PageHandler): RequestHandler {
  return async (request, response) => {
    send(response, wordsFor(request), await handle(askedBy(parts, request, noFields)));
  };
}

/** @throws `too_many_tries`, `forbidden` for a form of another site */
export function takeForm(parts: PageParts, handle: PageHandler): RequestHandler {
  return async (request, response) => {
    refuseElsewhere(parts, request);
    const type = request.headers['content-type'] ?? '';
    if (!/^application\/x-www-form-urlencoded(;|$)/i.test(type)) {
      throw new ConsentryError('content_type_unsupported');
    }
    const asked = askedBy(parts, request, parseForm(await readBody(request)));
    await parts.checkLimit('address', networkOf(asked.address));
    send(response, asked.words, await handle(asked));
  };
}

function askedBy({ addressOf }: PageParts, request: Request, fields: Fields): Asked {
  const hasGpc = request.get('sec-gpc') === '1';
  return { request, words: wordsFor(request), fields, address: addressOf(request), hasGpc };
}

/**
 * There is no cookie that another site could make use of; this keeps it from sending forms in the
 * name of a visitor's address and signal, too. A browser that says nothing is let through.
 */
function refuseElsewhere({ publicUrl }: PageParts, request: Request): void {
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  // No referrer is sent with these pages, and browsers then send `null` from them.
  const isOurs = origin === undefined || origin === 'null' || origin === new URL(publicUrl).origin;
  if (!isOwn || !isOurs) throw new ConsentryError('forbidden');
}

function send(response: Response, asked: PageWords, page: Page): void {
  const { status = 200, sites = [], words = asked } = page;
  const body = Buffer.from(pageText(words, page));
  response.setHeader('content-security-policy', contentPolicy(sites));
  if (sites.length > 0) response.removeHeader('x-frame-options');
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-language': words.locale,
      'content-length': body.length,
    })
    .end(body);
}

const told: Partial<Record<ConsentryError['code'], keyof PageWords['faults']>> = {
  form_over: 'over',
  too_many_tries: 'tooMany',
  not_found: 'notFound',
  forbidden: 'elsewhere',
};

/** Every error of a page ends here, as a page. */
export function pageFault({ log }: PageParts): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const error =
      thrown instanceof URIError ? new ConsentryError('not_found') : asConsentryError(thrown);
    if (error.status >= 500) {
      log.error({ code: error.code, ...faultFields(error.cause ?? thrown) }, 'a page failed');
    }
    if (error.retryAfterS !== null) response.setHeader('retry-after', String(error.retryAfterS));
    if (!request.complete) {
      response.setHeader('connection', 'close');
      discardRest(request);
    }
    const words = wordsFor(request);
    const what = words.faults[told[error.code] ?? 'other'];
    const again = request.baseUrl + request.path.split('/').slice(0, 2).join('/');
    // A form of somebody's own, or a question to them, has an address that only they know.
    const isOwn = request.baseUrl === '/forms' || again === '/privacy/answer';
    const isNowhere = error.code === 'not_found' || isOwn;
    const way = isNowhere ? '' : html`<p><a href="${again}">${words.faults.again}</a></p>`;
    const body = html`<p>${what}</p>${way}`;
    send(response, words, { status: error.status, title: words.faults.title, body });
  };
}
