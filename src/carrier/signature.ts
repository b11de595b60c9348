import { createHmac } from 'node:crypto';

/** Form fields in the order they are sent; a name may come more than once. */
export type Fields = readonly (readonly [name: string, value: string])[];

/**
 * The URL as it goes under the signature: without the fragment, which only the carrier reads, and
 * over HTTPS without port and credentials (twilio.com/docs/usage/security).
 */
export function urlAsSigned(url: string): string {
  const bare = url.split('#', 1)[0] ?? url;
  const parsed = new URL(bare);
  if (parsed.protocol !== 'https:') return bare;
  return bare.replace(/^(https:\/\/)(?:[^/?@]*@)?(\[[^\]]*\]|[^/?:]+)(?::\d+)?/, '$1$2');
}

/**
 * X-Twilio-Signature: Base64 of HMAC-SHA1 over the URL and the fields, sorted by name as bytes,
 * name then value, with nothing between them. Of a repeated name equal values count once.
 *
 * @param url exactly what is to be signed; see `urlAsSigned`
 */
export function signature(authToken: string, url: string, fields: Fields = []): string {
  const byName = new Map<string, Set<string>>();
  for (const [name, value] of fields) {
    const values = byName.get(name) ?? new Set();
    byName.set(name, values.add(value));
  }
  const text = [...byName.keys()]
    .sort()
    .flatMap((name) => [...(byName.get(name) ?? [])].sort().map((value) => name + value))
    .join('');
  return createHmac('sha1', authToken)
    .update(url + text, 'utf8')
    .digest('base64');
}
