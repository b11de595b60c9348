import type { IncomingMessage } from 'node:http';
import { ConsentryError } from '../../core/error.ts';
import { formLimits } from './form.ts';

/** A carrier's body comes with its head; one that dawdles is cut off. */
const bodyMsMax = 2_000;

/** What is still read from a request that was refused, so that its sender can read the answer. */
const discardBytesMax = 4 * 1_048_576;

/**
 * The raw body, at most 64 KiB. Throws `body_too_large` as soon as it is more, and
 * `body_malformed` if it breaks off or takes longer than two seconds.
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    // The listeners stay, for the request is gone soon and taking them off costs more than it.
    let isSettled = false;
    const timer = setTimeout(() => fail('body_malformed', 'the body came too slowly'), bodyMsMax);

    function settle() {
      isSettled = true;
      clearTimeout(timer);
      chunks = [];
    }
    function fail(code: 'body_malformed' | 'body_too_large', detail?: string) {
      if (isSettled) return;
      settle();
      reject(new ConsentryError(code, detail));
    }
    function onCut() {
      fail('body_malformed', 'the body broke off');
    }
    request.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      bytes += chunk.length;
      if (bytes > formLimits.bytesMax) fail('body_too_large');
      else chunks.push(chunk);
    });
    request.on('end', () => {
      if (isSettled) return;
      const [first] = chunks;
      const body = chunks.length === 1 && first ? first : Buffer.concat(chunks, bytes);
      settle();
      resolve(body);
    });
    request.on('error', onCut).on('close', onCut);
  });
}

/**
 * Reads on without keeping anything: closing at once would reset the connection before the sender
 * has read why. Whoever goes on beyond 4 MiB is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  let left = discardBytesMax;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.on('error', () => request.destroy());
  request.resume();
}
