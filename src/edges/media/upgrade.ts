/**
 * `GET /twilio/media`: which handshakes become media sockets. One timer for all of them: a timer
 * per socket or per frame would cost more than the frames.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock, Log } from '../../app/ports.ts';
import type { MediaRecorder } from '../../app/record-media.ts';
import type { MediaCounts } from '../../core/media/counts.ts';
import { messageBytesMax } from '../../core/media/parse.ts';
import { type MediaLimits, mediaLimits } from './limits.ts';
import { MediaSocket } from './socket.ts';

/** With a slash at the end too: the carrier may sign, and send, either. */
const mediaPath = /^\/twilio\/media\/?(?:\?|$)/;

export interface MediaUpgradeParts {
  /** Whether the carrier signed this handshake; `header` is X-Twilio-Signature. */
  readonly signed: (pathAndQuery: string, header: string) => boolean;
  readonly recorder: MediaRecorder;
  readonly counts: MediaCounts;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<MediaLimits>;
}

export interface MediaEdge {
  /** For the server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** One round of the sweep, every 200 ms by itself. */
  sweep(): void;
  /** Lets nobody in any more and says goodbye to the rest. Recordings are ended by their owner. */
  stop(): void;
}

const sweepMs = 200;

export function mediaUpgrade(parts: MediaUpgradeParts): MediaEdge {
  const { recorder, counts, clock, log } = parts;
  const limits = { ...mediaLimits, ...parts.limits };
  const socketParts = { recorder, counts, limits, log };
  const open = new Set<MediaSocket>();
  let stopped = false;
  let sweptAt = clock.monotonic();

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytesMax,
  });

  function sweep(): void {
    const at = clock.monotonic();
    for (const socket of open) socket.sweep(at, at - sweptAt);
    recorder.live.sweep(at);
    sweptAt = at;
  }

  const timer = setInterval(sweep, sweepMs);
  timer.unref();

  function refusalOf(request: IncomingMessage): string | null {
    const url = request.url ?? '';
    if (!mediaPath.test(url)) return '404 Not Found';
    const header = request.headers['x-twilio-signature'];
    if (typeof header !== 'string' || !parts.signed(url, header)) return '403 Forbidden';
    return stopped || open.size >= limits.socketsMax ? '503 Service Unavailable' : null;
  }

  return {
    sweep,

    upgrade(request, socket, head) {
      const refusal = refusalOf(request);
      if (refusal !== null) {
        counts.socketsRefused += 1;
        log.warn({ refusal }, 'a media handshake was refused');
        turnAway(socket, refusal);
        return;
      }
      server.handleUpgrade(request, socket, head, (ws) => {
        const media = new MediaSocket(ws, socketParts, clock.monotonic());
        open.add(media);
        counts.socketsOpen += 1;
        ws.on('close', () => {
          open.delete(media);
          counts.socketsOpen -= 1;
        });
      });
    },

    stop() {
      stopped = true;
      clearInterval(timer);
      for (const socket of open) socket.goAway();
    },
  };
}

function turnAway(socket: Duplex, status: string): void {
  // The peer may be gone already: that is no news.
  socket.on('error', () => {});
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
