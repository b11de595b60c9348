/**
 * Sends one message. Addresses are looked at when the connection is made, not before: a name may lead
 * elsewhere the second time it is asked for. Redirects are not followed.
 */
import { lookup as lookUp } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { SendMessage } from '../../app/webhook-ports.ts';
import { isLoopbackAddress, isPublic } from './public-address.ts';

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
  /** Nothing is sent in the clear but to this machine. */
  const mayConnect = (address: string, isPlain: boolean): boolean =>
    isPlain ? allowsLocal && isLoopbackAddress(address) : allowsLocal || isPublic(address);

  const guarded =
    (isPlain: boolean): LookupFunction =>
    (hostname, options, callback) => {
      lookUp(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, '');
        const addresses = found.filter(({ address }) => mayConnect(address, isPlain));
        const [first] = addresses;
        if (first === undefined) return callback(new Error('the address is not allowed'), '');
        if (options.all === true) return callback(null, addresses);
        return callback(null, first.address, first.family);
      });
    };

  return ({ url, headers, body }) =>
    new Promise((resolve) => {
      const { protocol, hostname } = new URL(url);
      const host = hostname.replace(/^\[|\]$/g, '');
      const isPlain = protocol !== 'https:';
      if (!mayReach(host)) return resolve(null);
      // What is an address already is not looked up.
      if (isIP(host) !== 0 && !mayConnect(host, isPlain)) return resolve(null);
      const send = isPlain ? plainRequest : secureRequest;
      const outgoing = send(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        lookup: guarded(isPlain),
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
