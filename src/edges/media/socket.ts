/**
 * One media socket of the carrier: which message means what is in states.ts, here is what is done
 * about it. While the recording is set up nothing is read; what the kernel had handed over
 * together with the start message is kept as it came, and only if the gate is open.
 */
import type { WebSocket } from 'ws';
import type { Log } from '../../app/ports.ts';
import type { MediaRecorder } from '../../app/record-media.ts';
import type { RecordingSession, StreamSocket } from '../../app/recording-session.ts';
import type { MediaCounts } from '../../core/media/counts.ts';
import { type MediaFrame, type MediaMessage, MessageParser } from '../../core/media/parse.ts';
import type { MediaLimits } from './limits.ts';
import { type SocketState, table } from './states.ts';

export interface SocketParts {
  readonly recorder: Pick<MediaRecorder, 'admit' | 'gates'>;
  readonly counts: MediaCounts;
  readonly limits: MediaLimits;
  readonly log: Log;
}

/** One read of a socket is 64 KiB; the messages in it are views of it. */
const keptBytesMax = 65_536;

/** RFC 6455, section 7.4.1. */
const closeCodes = { normal: 1000, goingAway: 1001, binary: 1003, offence: 1008, failure: 1011 };

export class MediaSocket implements StreamSocket {
  readonly #ws: WebSocket;
  readonly #parts: SocketParts;
  readonly #parser = new MessageParser();
  #state: SocketState = 'expecting-connected';
  #row = table['expecting-connected'];
  #session: RecordingSession | null = null;
  #streamSid = '';
  #callSid = '';
  /** Bytes that may still be sent; refilled by the sweep. */
  #budget: number;
  #heard = false;
  /** When the sweep last knew of a message, or of a step forward. */
  #heardAt: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Sequence number of the last frame that was dropped before there was a recording. */
  #dropped = 0;
  #lingeredMs = 0;

  constructor(ws: WebSocket, parts: SocketParts, at: number) {
    this.#ws = ws;
    this.#parts = parts;
    this.#budget = parts.limits.bytesBurst;
    this.#heardAt = at;
    ws.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    ws.on('close', () => this.#leave());
    // What is wrong with the wire: `ws` closes it itself, with the code that says so.
    ws.on('error', (error) => parts.log.warn({ err: error }, 'a media socket broke'));
  }

  /** From the recording: it ended, or does not believe the stream any more. */
  close(why: Parameters<StreamSocket['close']>[0]): void {
    if (why === 'ended') this.#linger();
    else if (why === 'failed') this.#close(closeCodes.failure, why);
    else this.#refuse(`the stream's clock: ${why}`);
  }

  /**
   * Nothing is taken from the stream any more. It is the carrier's to stop: a socket that dies
   * under it looks like a fault there, and the document that stops it names a stream that is gone.
   */
  #linger(): void {
    if (this.#state === 'closed') return;
    this.#session = null;
    this.#kept = [];
    this.#enter('ended');
  }

  /** This process is stopping. */
  goAway(): void {
    this.#close(closeCodes.goingAway, 'stopping');
  }

  sweep(at: number, elapsedMs: number): void {
    const { limits } = this.#parts;
    this.#budget = Math.min(limits.bytesBurst, this.#budget + elapsedMs * limits.bytesPerMs);
    if (this.#heard) {
      this.#heard = false;
      this.#heardAt = at;
    }
    const quietMs = at - this.#heardAt;
    switch (this.#state) {
      case 'expecting-connected':
      case 'expecting-start':
        if (quietMs >= limits.settleMs) this.#refuse('no start in time');
        return;
      case 'admitting':
        if (quietMs >= limits.settleMs) this.#close(closeCodes.failure, 'failed');
        return;
      case 'streaming':
        // No goodbye: nobody is there to answer it.
        if (quietMs >= limits.silentMs) this.#ws.terminate();
        return;
      case 'ended':
        this.#lingeredMs += elapsedMs;
        if (this.#lingeredMs >= limits.lingerMs) this.#close(closeCodes.normal, 'ended');
        return;
      case 'closed':
        if (quietMs >= limits.goodbyeMs) this.#ws.terminate();
    }
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'closed') return;
    this.#heard = true;
    this.#budget -= data.length;
    try {
      if (this.#budget < 0) this.#refuse('more than the budget');
      else if (isBinary) this.#refuse('binary', closeCodes.binary);
      else this.#take(data);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'a media message could not be handled');
      this.#close(closeCodes.failure, 'failed');
    }
  }

  #take(data: Buffer): void {
    const message = this.#parser.parse(data);
    switch (this.#row[message.kind]) {
      case 'frame':
        if (message.kind === 'media') this.#frame(message);
        break;
      case 'drop':
        this.#parts.counts.framesIn += 1;
        this.#parts.counts.framesDropped += 1;
        break;
      case 'skip':
        this.#skip(message);
        break;
      case 'greet':
        this.#enter('expecting-start');
        break;
      case 'admit':
        if (message.kind === 'start') void this.#admit(message);
        break;
      case 'keep':
        this.#keep(message, data);
        break;
      case 'finish':
        if (this.#isOurs(message)) this.#finish();
        break;
      case 'refuse':
        this.#refuse(message.kind === 'invalid' ? message.reason : `${message.kind} out of turn`);
        break;
      case 'ignore':
    }
  }

  #frame(message: MediaFrame): void {
    const session = this.#session;
    if (session === null || !this.#isOurs(message)) return;
    if (message.track === 'inbound') {
      session.media(message.sequence, message.timestampMs, message.audio);
    } else {
      this.#parts.counts.framesOtherTrack += 1;
      session.skip(message.sequence);
    }
  }

  #skip(message: MediaMessage): void {
    if (!this.#isOurs(message) || !('sequence' in message)) return;
    if (message.sequence !== null) this.#session?.skip(message.sequence);
  }

  /** False, and the socket closed, when the message names another stream than the start did. */
  #isOurs(message: MediaMessage): boolean {
    if (!('streamSid' in message) || this.#streamSid === '') return true;
    if (message.streamSid === this.#streamSid) return true;
    this.#refuse('another stream');
    return false;
  }

  async #admit(start: MediaMessage & { kind: 'start' }): Promise<void> {
    const { recorder, log } = this.#parts;
    const { token, callSid, sequence } = start;
    if (token === null) {
      this.#refuse('no token');
      return;
    }
    this.#enter('admitting');
    this.#streamSid = start.streamSid;
    this.#callSid = callSid;
    this.#ws.pause();
    try {
      const session = await recorder.admit({ token, callSid, sequence }, this);
      if (session === null) this.#refuse('not admitted');
      else this.#begin(session);
    } catch (error) {
      log.error({ err: error }, 'a recording could not be set up; the call goes on without it');
      this.#close(closeCodes.failure, 'failed');
    }
  }

  #begin(session: RecordingSession): void {
    // The socket died while it waited: the recording may ask for another stream.
    if (this.#state === 'closed') {
      session.lost(this);
      return;
    }
    this.#session = session;
    this.#enter('streaming');
    session.pass(this.#dropped);
    const kept = this.#kept;
    this.#kept = [];
    for (const data of kept) this.#take(data);
    if (this.#ws.isPaused) this.#ws.resume();
  }

  /** The rest of the read in which the start message was. */
  #keep(message: MediaMessage, data: Buffer): void {
    const { recorder, counts } = this.#parts;
    if (message.kind === 'media' && !recorder.gates.isOpen(this.#callSid, 'recording')) {
      counts.framesIn += 1;
      counts.framesDropped += 1;
      this.#dropped = message.sequence;
      return;
    }
    this.#keptBytes += data.length;
    if (this.#keptBytes > keptBytesMax) this.#refuse('more than was asked for');
    else this.#kept.push(data);
  }

  #finish(): void {
    this.#session?.stopped();
    this.#close(closeCodes.normal, 'ended');
  }

  #refuse(why: string, code: number = closeCodes.offence): void {
    if (this.#state === 'closed') return;
    this.#parts.counts.socketsOffending += 1;
    this.#parts.log.warn({ why, state: this.#state }, 'a media socket was closed for what it sent');
    this.#close(code, 'not allowed');
  }

  #close(code: number, text: string): void {
    if (this.#state === 'closed') return;
    this.#leave();
    // The answer to our closing has to be read.
    if (this.#ws.isPaused) this.#ws.resume();
    this.#ws.close(code, text);
  }

  /** Nothing more is taken from this socket. */
  #leave(): void {
    this.#enter('closed');
    // The time to say goodbye in begins with the next sweep.
    this.#heard = true;
    this.#kept = [];
    const session = this.#session;
    this.#session = null;
    session?.lost(this);
  }

  #enter(state: SocketState): void {
    this.#state = state;
    this.#row = table[state];
  }
}
