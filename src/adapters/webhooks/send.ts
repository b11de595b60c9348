/**
 * Sends one message. Addresses are looked at when the connection is made, not before: a name may lead
 * elsewhere the second time it is asked for. Redirects are not followed.
 */
import { lookup as lookUp } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { SendMessage } from '../../app/webhook-ports.ts';
import { isPublic } from './public-address.ts';

/** They are asked to note it and answer, not to do their work meanwhile. */
const timeoutMs = 10_000;
/** Of an answer that nobody reads. */
const answerBytesMax = 65_536;

export interface SendOptions {
  /** True where this server itself is on this machine only: then who is told may be too. */
  readonly allowsLocal: boolean;
  /** Whether the register of recipients has the host. */
  readonly mayReach: (host: string) => boolean;
}

export function messageSender({ allowsLocal, mayReach }: SendOptions): SendMessage {
  const guarded: LookupFunction = (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const addresses = found.filter(({ address }) => allowsLocal || isPublic(address));
      const [first] = addresses;
      if (first === undefined) return callback(new Error('the address is not public'), '');
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };

  return ({ url, headers, body }) =>
    new Promise((resolve) => {
      const { protocol, hostname } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, '');
      // What is an address already is not looked up.
      const isRefused = isIP(host) !== 0 && !allowsLocal && !isPublic(host);
      if (!mayReach(host)) return resolve(null);
      if (isRefused || (protocol !== 'https:' && !allowsLocal)) return resolve(null);
      const send = protocol === 'https:' ? secureRequest : plainRequest;
      const outgoing = send(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        lookup: guarded,
        agent: false,
      });
      const deadline = setTimeout(() => outgoing.destroy(new Error('time-out')), timeoutMs);
      const over = (status: number | null): void => {
        clearTimeout(deadline);
        resolve(status);
      };
      outgoing.on('error', () => over(null));
      outgoing.on('response', (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerBytesMax) answer.destroy();
        });
        answer.on('close', () => over(answer.statusCode ?? null));
      });
      outgoing.end(body);
    });
}
