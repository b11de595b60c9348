/**
 * Says that Global Privacy Control is honoured (w3c.github.io/gpc, section 4): a request with
 * `Sec-GPC: 1` stops sale and sharing. The date is that of the statement, not of the answer.
 */
import { type Request, type Response, Router } from 'express';

const statement = Buffer.from(JSON.stringify({ gpc: true, lastUpdate: '2026-11-27' }));

export function gpcRouter(): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/', (_request: Request, response: Response) => {
    const head = { 'content-type': 'application/json', 'content-length': statement.length };
    response.writeHead(200, head).end(statement);
  });
  return router;
}
