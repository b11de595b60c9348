import twilio from 'twilio';
import type { RequestOptions } from 'twilio/lib/base/RequestClient.js';
import { ConsentryError } from '../../core/error.ts';

/** Where the library looks for the carrier; with another origin all of it is there. */
export const carrierOrigins: readonly string[] = [
  'https://api.twilio.com',
  'https://accounts.twilio.com',
];

/**
 * The library's HTTP client, sent to another origin and held to a time that covers the whole
 * request. (Its own time-out is one of silence: a slow drip of bytes never reaches it.)
 *
 * @param apiUrl an origin; plain `http:` on this machine only, for the requests carry the token
 */
export function originClient(apiUrl: string | null, timeoutMs: number): twilio.RequestClient {
  return new OriginClient(apiUrl === null ? null : originOf(apiUrl), timeoutMs);
}

class OriginClient extends twilio.RequestClient {
  readonly #origin: string | null;
  readonly #timeoutMs: number;

  constructor(origin: string | null, timeoutMs: number) {
    super({ timeout: timeoutMs });
    this.#origin = origin;
    this.#timeoutMs = timeoutMs;
  }

  override async request<TData>(options: RequestOptions<TData>) {
    const uri = new URL(options.uri);
    if (!carrierOrigins.includes(uri.origin)) {
      throw new ConsentryError('unavailable', 'the carrier library asked for a foreign host');
    }
    const answer = super.request<TData>({
      ...options,
      uri: (this.#origin ?? uri.origin) + uri.pathname + uri.search,
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(reject, this.#timeoutMs, new Error('time-out'));
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function originOf(apiUrl: string): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null;
  const isLocal = url !== null && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  if (url === null || !isAllowed || url.pathname !== '/' || url.search || url.hash) {
    throw new ConsentryError(
      'setting_invalid',
      'TWILIO_API_URL must be an https:// origin, or http:// on this machine, without a path',
    );
  }
  return url.origin;
}
