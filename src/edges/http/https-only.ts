import type { RequestHandler } from 'express';

/**
 * Browsers come back by https: only, for a year (RFC 6797). Said of our own name alone: what else
 * there is under the domain is not ours to say.
 */
export const httpsOnly: RequestHandler = (_request, response, next) => {
  response.setHeader('strict-transport-security', 'max-age=31536000');
  next();
};
