import type { RequestHandler } from 'express';

const headers = new Map([
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
]);

/** What is answered here is for one reader, now: nothing keeps it, frames it or guesses at it. */
export const protect: RequestHandler = (_request, response, next) => {
  response.setHeaders(headers);
  next();
};
