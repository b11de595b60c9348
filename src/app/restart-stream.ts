/** Asks the carrier for a new stream of a leg whose grant stands, with a token of its own. */
import { createHash } from 'node:crypto';
import { ConsentryError } from '../core/error.ts';
import type { Carrier, Clock, Random, RecordingStore, StreamGrant } from './ports.ts';

/** The carrier opens its socket within a second of the request. */
const tokenMs = 15_000;

export interface RestartParts {
  readonly recordings: Pick<RecordingStore, 'issueStreamToken'>;
  readonly carrier: Pick<Carrier, 'startStream'>;
  readonly random: Random;
  readonly clock: Clock;
  readonly mediaUrl: () => string;
}

/**
 * The stream keeps its name, so that whoever stops it later need not know that it is the second.
 *
 * @throws ConsentryError `conflict` when the grant does not stand any more
 */
export async function restartStream(parts: RestartParts, grant: StreamGrant): Promise<void> {
  const token = Buffer.from(parts.random.bytes(32)).toString('base64url');
  const issued = await parts.recordings.issueStreamToken(
    hashMediaToken(token),
    grant,
    parts.clock.now() + tokenMs,
  );
  if (!issued) throw new ConsentryError('conflict', 'the grant does not stand any more');
  await parts.carrier.startStream({
    callSid: grant.callSid,
    name: grant.streamName,
    url: parts.mediaUrl(),
    parameters: { token },
  });
}

/** What the database keeps of a media token: 32 bytes of SHA-256. */
export function hashMediaToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
