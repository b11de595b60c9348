import { WebSocket } from 'ws';
import type { AudioSource } from './audio.ts';
import type { MediaFaults } from './faults.ts';
import {
  connectedMessage,
  mediaMessage,
  type StreamFacts,
  startMessage,
  stopMessage,
} from './media-messages.ts';
import { signature } from './signature.ts';

const handshakeMsMax = 5000;
const closeMsMax = 2000;
const frameMs = 20;
const oversizedBytes = 75_000;

/** How a socket ended that was not stopped. */
export type SocketEnd =
  /** It never opened. */
  | { readonly how: 'failed'; readonly twilioCode: number; readonly message: string }
  /** The server closed it, or it broke. */
  | { readonly how: 'closed'; readonly code: number }
  | { readonly how: 'dropped' };

export interface MediaStreamOptions extends StreamFacts {
  readonly url: string;
  readonly authToken: string;
  readonly audio: AudioSource;
  readonly faults: MediaFaults;
  /** The socket is open and the start message is out. Answers the party's current frame. */
  opened(): number;
  /** Called at most once, and not after `stop`. */
  lost(end: SocketEnd): void;
}

/** One WebSocket to the media server, carrying one leg's inbound track. */
export class MediaStream {
  readonly options: MediaStreamOptions;
  /** True from the start message to the end. */
  open = false;
  /** Sent so far, as the receiver counts them. */
  frames = 0;
  private readonly socket: WebSocket;
  private sequence = 1;
  private chunk = 0;
  private firstFrame = 0;
  private swapped: string | null = null;
  private stopping = false;

  constructor(options: MediaStreamOptions) {
    this.options = options;
    this.socket = new WebSocket(options.url, {
      handshakeTimeout: handshakeMsMax,
      perMessageDeflate: false,
      headers: handshakeHeaders(options),
    });
    let failed: SocketEnd | null = null;
    this.socket.on('open', () => {
      if (!this.stopping) this.begin();
    });
    this.socket.on('unexpected-response', (_, response) => {
      const message = `handshake answered HTTP ${response.statusCode}`;
      failed = { how: 'failed', twilioCode: 31920, message };
      this.socket.terminate();
    });
    this.socket.on('error', (error) => {
      failed ??= { how: 'failed', twilioCode: 31902, message: error.message };
    });
    this.socket.on('close', (code) => {
      const wasOpen = this.open;
      this.open = false;
      if (this.stopping) return;
      options.lost(wasOpen || failed === null ? { how: 'closed', code } : failed);
    });
  }

  /** Sends the frames from the stream's start up to, and without, the given frame of the party. */
  sendUpTo(frameIndex: number): void {
    const limit = this.options.faults.dropAfterFrames ?? Number.POSITIVE_INFINITY;
    while (this.open && this.firstFrame + this.chunk < frameIndex) {
      this.sendFrame();
      if (this.frames >= limit) this.drop();
    }
  }

  /** Resolves when everything sent so far was handed to the network. */
  async flushed(): Promise<void> {
    if (!this.open) return;
    await new Promise<void>((resolve) => this.socket.ping(undefined, undefined, () => resolve()));
  }

  /** Says goodbye and closes; resolves when the server has closed too, or did not in 2 s. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (!this.open) return this.socket.terminate();
    this.open = false;
    if (this.swapped !== null) this.socket.send(this.swapped);
    this.sequence += 1;
    this.socket.send(stopMessage(this.options, this.sequence));
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    this.socket.close(1000);
    const impatience = setTimeout(() => this.socket.terminate(), closeMsMax);
    await closed;
    clearTimeout(impatience);
  }

  /** The connection dies without a word. */
  drop(): void {
    this.stopping = true;
    this.open = false;
    this.socket.terminate();
    this.options.lost({ how: 'dropped' });
  }

  private begin(): void {
    const { faults, callSid } = this.options;
    this.socket.send(connectedMessage());
    if (faults.mediaBeforeStart === true) this.socket.send(this.message(this.options.audio(0)));
    const named = faults.wrongCallSid === true ? `CA${'0'.repeat(32)}` : callSid;
    this.socket.send(startMessage({ ...this.options, callSid: named }));
    this.open = true;
    this.firstFrame = this.options.opened();
  }

  private sendFrame(): void {
    const { faults, audio } = this.options;
    const frameIndex = this.firstFrame + this.chunk;
    this.chunk += 1;
    this.sequence += 1;
    const nth = (every: number | undefined) => every !== undefined && this.chunk % every === 0;
    if (faults.oversizedAtFrame === this.chunk) {
      this.socket.send(this.message(new Uint8Array(oversizedBytes)));
    }
    if (nth(faults.skipEvery)) return;
    const message = this.message(audio(frameIndex));
    this.frames += 1;
    if (nth(faults.swapEvery) && this.swapped === null) {
      this.swapped = message;
      return;
    }
    this.socket.send(message);
    if (this.swapped !== null) this.socket.send(this.swapped);
    this.swapped = null;
    if (nth(faults.duplicateEvery)) this.socket.send(message);
  }

  private message(audio: Uint8Array): string {
    const timestampMs = Math.max(0, this.chunk - 1) * frameMs;
    return mediaMessage(this.options.streamSid, this.sequence, this.chunk, timestampMs, audio);
  }
}

function handshakeHeaders(options: MediaStreamOptions): Record<string, string> {
  const { authToken, url } = options;
  const kinds = {
    right: signature(authToken, url),
    slash: signature(authToken, `${url}/`),
    wrong: signature('wrong', url),
    missing: null,
  };
  const sign = kinds[options.faults.handshake ?? 'right'];
  return {
    'User-Agent': 'Twilio.TmeWs/1.0',
    ...(sign === null ? {} : { 'x-twilio-signature': sign }),
  };
}
