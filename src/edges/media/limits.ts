/** What one media socket, and all of them, may take. */
export interface MediaLimits {
  /** From the handshake to the start message, and from there to the recording. */
  readonly settleMs: number;
  /** A stream sends fifty messages a second, in silence too: then it is dead. */
  readonly silentMs: number;
  /** How long a stream whose recording ended may take to be stopped by the carrier. */
  readonly lingerMs: number;
  /** A peer that does not answer our closing is cut off. */
  readonly goodbyeMs: number;
  /** Three times real time: 50 messages of 400 bytes a second, once for each track and one more. */
  readonly bytesPerMs: number;
  /** Fifty seconds of it: what may have piled up behind a slow network or a slow database. */
  readonly bytesBurst: number;
  /** About 100 KB each. */
  readonly socketsMax: number;
}

export const mediaLimits: MediaLimits = {
  settleMs: 10_000,
  silentMs: 30_000,
  lingerMs: 5_000,
  goodbyeMs: 2_000,
  bytesPerMs: 60,
  bytesBurst: 3_000_000,
  socketsMax: 5_000,
};
