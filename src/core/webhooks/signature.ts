/** Signatures of messages, as https://www.standardwebhooks.com describes them (1.0.0). */
import { createHmac } from 'node:crypto';

/** 24 to 64 bytes are asked for. */
export const secretBytes = 32;
const prefix = 'whsec_';

export const secretText = (secret: Uint8Array): string =>
  `${prefix}${Buffer.from(secret).toString('base64')}`;

export interface SignedMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** One signature for each secret that counts, so that a secret can be changed without a gap. */
export function signatureHeader(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly Uint8Array[],
): string {
  const text = `${id}.${timestamp}.${body}`;
  return secrets
    .map((secret) => `v1,${createHmac('sha256', secret).update(text).digest('base64')}`)
    .join(' ');
}
