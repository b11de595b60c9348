/** Query and body of an API request, as values to be checked. */
import { isUtf8 } from 'node:buffer';
import type { Request } from 'express';
import { ConsentryError, type Mistake } from '../../../core/error.ts';
import { readBody } from '../body.ts';

export interface ReadQuery {
  readonly value: Readonly<Record<string, string>>;
  readonly mistakes: readonly Mistake[];
}

/**
 * A plus sign stays a plus sign: telephone numbers and time zones begin with one, and nothing
 * that is asked for here has a space.
 */
export function readQuery(request: Request): ReadQuery {
  const [, text = ''] = request.url.split('?', 2);
  const pairs = text.split('&').filter((pair) => pair !== '');
  const value: Record<string, string> = Object.create(null);
  const mistakes: Mistake[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = decode(at === -1 ? pair : pair.slice(0, at));
    const given = decode(at === -1 ? '' : pair.slice(at + 1));
    if (name === null || given === null) {
      mistakes.push({ path: 'query', what: 'is not percent-encoded UTF-8' });
    } else if (name in value) {
      mistakes.push({ path: 'query', what: 'a parameter is given twice', allowed: 'once' });
    } else {
      value[name] = given;
    }
  }
  return { value: { ...value }, mistakes };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/**
 * Throws `content_type_unsupported` for anything but JSON, `encoding_unsupported`,
 * `body_too_large` over 64 KiB, and `body_malformed`.
 */
export async function readJson(request: Request): Promise<{ text: string; value: unknown }> {
  const { text } = await readText(request, []);
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    // Without its cause: the parser quotes the text.
    throw new ConsentryError('body_malformed', 'the body is not JSON');
  }
}

/** The same for a body that its handler reads, in JSON or in one of `types`. */
export async function readText(
  request: Request,
  types: readonly string[],
): Promise<{ text: string; value: undefined }> {
  const allowed = ['application/json', ...types];
  const given = request.headers['content-type'] ?? '';
  const type = /^([^;\s]+)(?:\s*;\s*charset="?utf-8"?)?\s*$/i.exec(given)?.[1];
  if (type === undefined || !allowed.includes(type.toLowerCase())) {
    const text = `send the body as ${allowed.join(' or ')}`;
    throw new ConsentryError('content_type_unsupported', text);
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new ConsentryError('encoding_unsupported');
  const body = await readBody(request);
  if (!isUtf8(body)) throw new ConsentryError('body_malformed', 'the body is not UTF-8');
  return { text: body.toString('utf8'), value: undefined };
}

/** Whether nothing is sent beside the head. */
export function hasNoBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
}
