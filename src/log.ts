/**
 * The process's log: JSON lines on standard error. People appear only under `pii.*` keys, and
 * there only masked or as tokens; error objects are cut down to what cannot quote a request.
 */
import { type Logger, pino } from 'pino';

interface CodedError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly stack?: unknown;
}

/**
 * An error's text may quote the bytes it failed on (a database driver prints parameters), so only
 * its name, its code and where it was thrown are kept.
 */
export function describeError(error: unknown): object {
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const { name, code, stack } = error as CodedError;
  const places =
    typeof stack === 'string'
      ? stack
          .split('\n')
          .filter((line) => /^\s+at /.test(line))
          .slice(0, 6)
          .map((line) => line.trim())
      : [];
  return { name: String(name), ...(code === undefined ? {} : { code: String(code) }), places };
}

export function createLog(level: string): Logger {
  return pino(
    { level, base: null, serializers: { err: describeError, error: describeError } },
    pino.destination({ dest: 2, sync: true }),
  );
}
