/**
 * `X-Twilio-Signature`: HMAC-SHA-1 by the account's auth token over the URL as the account has it
 * configured, followed for forms by every parameter's name and value in order of the names
 * (https://www.twilio.com/docs/usage/security). The URL is built from our configured public
 * address and never from what the request says about itself.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ConsentryError } from '../../core/error.ts';

/** A header as Node gives it: doubled ones arrive joined by a comma, which is no signature. */
export type SignatureHeader = string | readonly string[] | undefined;
export type SignedParameters = ReadonlyMap<string, string | readonly string[]>;

/** Every check answers false for a missing, doubled or malformed header; none throws. */
export interface SignatureCheck {
  /** A form by POST. `pathAndQuery` is the request target as received, not normalised. */
  form(pathAndQuery: string, parameters: SignedParameters, header: SignatureHeader): boolean;
  /** Everything is in the URL: a GET. */
  get(pathAndQuery: string, header: SignatureHeader): boolean;
  /** The URL carries `bodySHA256`, the hash of the raw body, exactly once. */
  json(pathAndQuery: string, rawBody: Uint8Array, header: SignatureHeader): boolean;
  /** The handshake of a media stream. */
  webSocket(pathAndQuery: string, header: SignatureHeader): boolean;
}

export interface SignatureSettings {
  /** What the carrier was given: scheme, host, port, perhaps a path in front of ours. */
  readonly publicUrl: string;
  /** The primary auth token, then the previous one while it is being rotated out. */
  readonly tokens: readonly string[];
  /** Told of every request that only the previous token could verify. */
  readonly onPreviousToken?: () => void;
}

/** 20 bytes in Base64. */
const signatureCharacters = 28;

export function signatureCheck(settings: SignatureSettings): SignatureCheck {
  const { tokens, onPreviousToken } = settings;
  if (tokens.length === 0 || tokens.includes('')) {
    throw new ConsentryError('setting_invalid', 'TWILIO_AUTH_TOKEN must not be empty');
  }
  const { web, socket } = prefixesOf(settings.publicUrl);

  /** Tries the configured spelling first: it is the one that nearly always fits, in 10 µs. */
  function isSigned(prefixes: readonly string[], ends: readonly string[], header: SignatureHeader) {
    if (typeof header !== 'string' || header.length !== signatureCharacters) return false;
    const given = Buffer.from(header, 'latin1');
    for (const [age, token] of tokens.entries()) {
      for (const prefix of prefixes) {
        for (const end of ends) {
          const expected = createHmac('sha1', token)
            .update(prefix + end)
            .digest('base64');
          if (timingSafeEqual(Buffer.from(expected, 'latin1'), given)) {
            if (age > 0) onPreviousToken?.();
            return true;
          }
        }
      }
    }
    return false;
  }

  return {
    form: (pathAndQuery, parameters, header) =>
      isSigned(web, [withoutFragment(pathAndQuery) + signedForm(parameters)], header),
    get: (pathAndQuery, header) => isSigned(web, [withoutFragment(pathAndQuery)], header),
    json: (pathAndQuery, rawBody, header) =>
      bodyHashFits(pathAndQuery, rawBody) && isSigned(web, [withoutFragment(pathAndQuery)], header),
    webSocket(pathAndQuery, header) {
      const target = withoutFragment(pathAndQuery);
      // The carrier advises to try a slash at the end that the configured URL does not have.
      const other = target.endsWith('/') ? target.slice(0, -1) : `${target}/`;
      return isSigned(socket, [target, other], header);
    },
  };
}

/**
 * The spellings of our address under which the carrier may have signed, likeliest first: voice
 * drops the port from HTTPS, messaging keeps it, HTTP keeps it; and a stream's `wss:` address may
 * have been signed as `https:`. Scheme and host stay as they were configured, letter by letter.
 */
function prefixesOf(publicUrl: string): { web: string[]; socket: string[] } {
  const parts = /^(https?):\/\/([^/?#:@[\]]+|\[[^/?#@[\]]+\])(?::(\d+))?(\/[^?#]*)?$/i.exec(
    withoutFragment(publicUrl),
  );
  const [, scheme, host, port, path] = parts ?? [];
  if (scheme === undefined || host === undefined) {
    throw new ConsentryError(
      'setting_invalid',
      'PUBLIC_URL must be http:// or https://, a host, perhaps a port and a path',
    );
  }
  const isSecure = scheme.toLowerCase() === 'https';
  const standardPort = isSecure ? '443' : '80';
  const ports = isSecure
    ? unique(['', `:${port ?? standardPort}`, `:${standardPort}`])
    : unique([port === undefined ? '' : `:${port}`, '', `:${standardPort}`]);
  const base = (path ?? '').replace(/\/+$/, '');
  const under = (name: string) => ports.map((each) => `${name}://${host}${each}${base}`);
  return { web: under(scheme), socket: [...under(isSecure ? 'wss' : 'ws'), ...under(scheme)] };
}

/** Names in order of their code units, each followed by its value, with nothing between them. */
function signedForm(parameters: SignedParameters): string {
  let text = '';
  // The carrier sends them in this order already, and sorting what is sorted takes a while too.
  const names = [...parameters.keys()];
  const isSorted = names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name);
  for (const name of isSorted ? names : names.sort()) {
    const value = parameters.get(name);
    // A repeated name is signed once per different value, in order of the values.
    if (typeof value === 'string') text += name + value;
    else for (const each of unique(value ?? []).sort()) text += name + each;
  }
  return text;
}

function bodyHashFits(pathAndQuery: string, rawBody: Uint8Array): boolean {
  const hashes = [...pathAndQuery.matchAll(/[?&]bodySHA256=([^&#]*)/g)];
  const given = Buffer.from(hashes[0]?.[1] ?? '', 'latin1');
  const expected = Buffer.from(createHash('sha256').update(rawBody).digest('hex'), 'latin1');
  return (
    hashes.length === 1 && given.length === expected.length && timingSafeEqual(given, expected)
  );
}

/** The fragment holds connection overrides for the carrier and is never sent or signed. */
function withoutFragment(url: string): string {
  const start = url.indexOf('#');
  return start === -1 ? url : url.slice(0, start);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
