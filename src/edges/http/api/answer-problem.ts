import type { ErrorRequestHandler } from 'express';
import type { Log } from '../../../app/ports.ts';
import { ConsentryError } from '../../../core/error.ts';
import { discardRest } from '../body.ts';
import { faultFields } from '../fault.ts';
import { asConsentryError, sendProblem } from '../problem.ts';

/** What a client may wait before it asks for a receipt again, seconds. */
const receiptRetryS = 1;

/** Every error of the API ends here, as a problem document with all mistakes in it. */
export function answerProblem(log: Log): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    if (response.headersSent) {
      // Half an answer must not look like a whole one. Listeners who left are no news.
      if (!isLeaving(thrown)) log.error(faultFields(thrown), 'an API answer broke off');
      response.destroy();
      return;
    }
    // A path that is not percent-encoded UTF-8 is the name of nothing.
    const error =
      thrown instanceof URIError ? new ConsentryError('not_found') : asConsentryError(thrown);
    if (error.status >= 500) {
      log.error(
        { code: error.code, ...faultFields(error.cause ?? thrown) },
        'an API request failed',
      );
    }
    const retryAfterS = error.code === 'receipt_pending' ? receiptRetryS : error.retryAfterS;
    if (retryAfterS !== null) response.setHeader('retry-after', String(retryAfterS));
    if (!request.complete) {
      response.setHeader('connection', 'close');
      discardRest(request);
    }
    sendProblem(response, error);
  };
}

const isLeaving = (thrown: unknown): boolean =>
  (thrown as { code?: unknown } | null)?.code === 'ERR_STREAM_PREMATURE_CLOSE';
