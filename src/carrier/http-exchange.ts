import http from 'node:http';
import https from 'node:https';

/** Answers to webhooks may be this long (Twilio's error 11750). */
export const replyBytesMax = 65_536;

export interface ExchangeLimits {
  readonly connectMs: number;
  readonly readMs: number;
  /** Until the whole answer is there. */
  readonly leftMs: number;
  readonly bytesMax: number;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | null;
  readonly body: Buffer;
}

/** Why there is no reply. The code says whether connecting or reading failed, as `rp` needs it. */
export class ExchangeFailure extends Error {
  readonly at: 'ct' | 'rt';
  readonly twilioCode: number;

  constructor(at: 'ct' | 'rt', twilioCode: number, message: string) {
    super(message);
    this.at = at;
    this.twilioCode = twilioCode;
  }
}

/**
 * One request and its reply on a connection of its own. Redirects are not followed here.
 * Throws ExchangeFailure: 11205 connection, 11210 cut off, 11200 time-out, 11750 too long.
 */
export function exchange(request: HttpRequest, limits: ExchangeLimits): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const secure = request.url.startsWith('https:');
    const sending = (secure ? https : http).request(request.url, {
      method: request.method,
      agent: false,
      headers: {
        ...request.headers,
        ...(request.body === null ? {} : { 'Content-Length': Buffer.byteLength(request.body) }),
      },
    });
    let connected = false;
    const fail = (code: number, message: string) => {
      clearTimeout(connecting);
      clearTimeout(whole);
      reject(new ExchangeFailure(connected ? 'rt' : 'ct', code, message));
      sending.destroy();
    };
    const connecting = setTimeout(
      () => fail(11205, 'no connection in time'),
      Math.min(limits.connectMs, limits.leftMs),
    );
    const whole = setTimeout(() => fail(11200, 'no answer in time'), limits.leftMs);
    sending.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
        clearTimeout(connecting);
        socket.setTimeout(limits.readMs, () => fail(11200, 'no answer in time'));
      });
    });
    sending.on('error', (error) =>
      connected ? fail(11210, `cut off: ${error.message}`) : fail(11205, error.message),
    );
    sending.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > limits.bytesMax) fail(11750, `answer longer than ${limits.bytesMax} bytes`);
      });
      response.on('error', (error) => fail(11210, `cut off: ${error.message}`));
      response.on('end', () => {
        clearTimeout(whole);
        resolve({
          status: response.statusCode ?? 0,
          contentType: (response.headers['content-type'] ?? '').split(';', 1)[0] ?? '',
          location: response.headers.location ?? null,
          body: Buffer.concat(chunks),
        });
      });
    });
    sending.end(request.body ?? undefined);
  });
}
