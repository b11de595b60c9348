import { type Request, type Response, Router } from 'express';

export interface Readiness {
  readonly ready: boolean;
  /** What each part says of itself; no secrets, this needs no key. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface HealthParts {
  readiness(): Promise<Readiness>;
  metricsText(): string;
}

/** A part that hangs must not make the question hang: load balancers wait 5 s and more. */
const readinessMsMax = 2_000;

/** `/healthz`: the process is alive. `/readyz`: it can take calls. `/metrics`: how it went. */
export function healthRouter({ readiness, metricsText }: HealthParts): Router {
  const router = Router({ strict: true, caseSensitive: true });

  router.get('/healthz', (_request: Request, response: Response) => {
    response.set('cache-control', 'no-store').json({ status: 'ok' });
  });

  router.get('/readyz', async (_request: Request, response: Response) => {
    const state = await inTime(readiness);
    response
      .status(state.ready ? 200 : 503)
      .set('cache-control', 'no-store')
      .json(state);
  });

  router.get('/metrics', (_request: Request, response: Response) => {
    response.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText());
  });

  return router;
}

/** Not ready is the answer to every doubt. */
async function inTime(readiness: HealthParts['readiness']): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<Readiness>((resolve) => {
    timer = setTimeout(resolve, readinessMsMax, unready('does not answer'));
  });
  try {
    return await Promise.race([readiness(), lateness]);
  } catch {
    return unready('failed');
  } finally {
    clearTimeout(timer);
  }
}

function unready(why: string): Readiness {
  return { ready: false, parts: { readiness: why } };
}
