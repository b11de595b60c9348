import { type Request, type Response, Router } from 'express';
import type { Clock } from '../../app/ports.ts';
import { late, within } from '../../app/within.ts';
import { kept } from './kept.ts';

export interface Readiness {
  readonly ready: boolean;
  /** What each part says of itself; no secrets, this needs no key. */
  readonly parts: Readonly<Record<string, string>>;
  /** What will soon be in the way of something, or is; calls are taken all the same. */
  readonly warnings?: readonly string[];
}

export interface HealthParts {
  readiness(): Promise<Readiness>;
  metricsText(): string;
  readonly clock: Clock;
}

/** A part that hangs must not make the question hang: load balancers wait 5 s and more. */
const readinessMsMax = 2_000;
/** Anybody may ask, and each answer costs the database and two disks something. */
export const readinessKeptMs = 1_000;

/** `/healthz`: the process is alive. `/readyz`: it can take calls. `/metrics`: how it went. */
export function healthRouter({ readiness, metricsText, clock }: HealthParts): Router {
  const keptReadiness = kept(readiness, readinessKeptMs, clock);
  const router = Router({ strict: true, caseSensitive: true });

  router.get('/healthz', (_request: Request, response: Response) => {
    response.set('cache-control', 'no-store').json({ status: 'ok' });
  });

  router.get('/readyz', async (_request: Request, response: Response) => {
    const state = await inTime(keptReadiness);
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
  try {
    const state = await within(readiness(), readinessMsMax);
    return state === late ? unready('does not answer') : state;
  } catch {
    return unready('failed');
  }
}

function unready(why: string): Readiness {
  return { ready: false, parts: { readiness: why } };
}
