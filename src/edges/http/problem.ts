import type { ServerResponse } from 'node:http';
import { ConsentryError, errorTable, type Mistake } from '../../core/error.ts';

/** RFC 9457 § 3. `detail` says where the fault is and what is allowed, never a value. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** Of a request, a flow or a prompt: every mistake, not only the first. */
  readonly mistakes?: readonly Mistake[];
}

export function problemOf(error: ConsentryError): Problem {
  return {
    type: `urn:consentry:problem:${error.code}`,
    title: errorTable[error.code][1],
    status: error.status,
    detail: error.publicText,
    code: error.code,
    ...(error.mistakes.length > 0 && { mistakes: error.mistakes }),
    ...error.extra,
  };
}

export function sendProblem(response: ServerResponse, error: ConsentryError): void {
  const body = JSON.stringify(problemOf(error));
  response.writeHead(error.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/**
 * Any thrown value as one of our errors. What the framework and its parsers throw for a request
 * they cannot read carries a 4xx status; everything else is a fault of ours.
 */
export function asConsentryError(error: unknown): ConsentryError {
  if (error instanceof ConsentryError) return error;
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 413) return new ConsentryError('body_too_large');
  if (status === 415) return new ConsentryError('encoding_unsupported');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ConsentryError('body_malformed');
  }
  return new ConsentryError('internal', undefined, { cause: error });
}
