/** Which network address a request came from. */

interface RequestLike {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * Where the public URL is `https:`, TLS ends at a proxy before us, and whoever asks is whom that
 * proxy saw: the last address in `X-Forwarded-For`, the only one that it wrote itself. Elsewhere
 * the header is anybody's, and the socket says.
 */
export function addressBehind(publicUrl: string): (request: RequestLike) => string {
  const hasProxy = publicUrl.startsWith('https:');
  return ({ headers, socket }) => {
    const forwarded = hasProxy ? headers['x-forwarded-for'] : undefined;
    const last = typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : undefined;
    return last === undefined || last === '' ? (socket.remoteAddress ?? 'unknown') : last;
  };
}
