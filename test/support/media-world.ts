/**
 * The media path on real parts: a real HTTP server and WebSockets, the file spool, age headers.
 * The database's part is in memory, and time stands still until a test moves it.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { createAgeHeaders, newIdentity } from '../../src/adapters/age-header/headers.ts';
import { openFileSpool } from '../../src/adapters/spool/file.ts';
import { createGates } from '../../src/app/gates.ts';
import { LiveRecordings } from '../../src/app/live-recordings.ts';
import type { RecordingRow, Spool, StreamGrant } from '../../src/app/ports.ts';
import { MediaRecorder } from '../../src/app/record-media.ts';
import { mediaCounts } from '../../src/core/media/counts.ts';
import { readSpool } from '../../src/core/recording/spool-reader.ts';
import { Take } from '../../src/core/recording/take.ts';
import type { Gap } from '../../src/core/words.ts';
import type { MediaLimits } from '../../src/edges/media/limits.ts';
import { mediaUpgrade } from '../../src/edges/media/upgrade.ts';
import { random } from '../../src/main/chance.ts';

export const frameBytes = 160;
export const frameMs = 20;

export const callSidOf = (n: number): string => `CA${n.toString(16).padStart(32, '0')}`;
export const streamSidOf = (n: number): string => `MZ${n.toString(16).padStart(32, '0')}`;

/** The audio of frame n: no two frames of a test are alike. */
export function frameOf(n: number, bytes = frameBytes): Buffer {
  const audio = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) audio[at] = (n * 31 + at * 7 + (n >> 8)) & 0x7f;
  return audio;
}

export interface Sealed {
  readonly row: RecordingRow;
  /** Audio without its gaps. */
  readonly audio: Buffer;
  readonly gaps: readonly Gap[];
  readonly durationMs: number;
  readonly end: 'clean' | 'cut' | 'damaged';
}

export interface WorldOptions {
  readonly limits?: Partial<MediaLimits>;
  /** Wraps the spool, to break it. */
  readonly spool?: (real: Spool) => Spool;
}

export async function mediaWorld(options: WorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'media-'));
  const realSpool = await openFileSpool(folder, { durability: 'process' });
  const spool = options.spool?.(realSpool) ?? realSpool;
  const { recipient } = await newIdentity();
  const time = { at: 1_000 };
  const clock = { now: () => 1_700_000_000_000 + time.at, monotonic: () => time.at };
  const counts = mediaCounts();
  const gates = createGates(clock);

  /** What the database holds. */
  const tokens = new Map<string, StreamGrant>();
  const granted = new Map<string, number>();
  const rows = new Map<string, RecordingRow>();
  const quarantined: string[] = [];
  /** What the path asked of others. */
  const sealed: Sealed[] = [];
  const failures: string[] = [];
  const restarts: StreamGrant[] = [];
  const streamsOver: string[] = [];
  const logged: { fields: object; message: string }[] = [];
  const note = (fields: object, message: string): void => {
    logged.push({ fields, message });
  };
  const log = { debug: note, info: note, warn: note, error: note };
  /** Set by a test to hold up, or fail, the database or the carrier. */
  const hooks = {
    beforeCreate: async (): Promise<void> => {},
    restart: async (_grant: StreamGrant): Promise<void> => {},
    seal: async (): Promise<void> => {},
    stillGranted: async (callSids: readonly string[]) =>
      new Map([...granted].filter(([callSid]) => callSids.includes(callSid))),
  };

  const live = new LiveRecordings({
    gates,
    clock,
    log,
    counts,
    seal: async (id, fileKey, tail) => {
      await hooks.seal();
      const row = rows.get(id);
      const bytes = await realSpool.read(id);
      if (row === undefined || bytes === null) throw new Error('nothing to seal');
      sealed.push(readBack(row, bytes, fileKey));
      const lostMs = tail?.ms ?? 0;
      return { outcome: 'sealed', recording: { ...row, lostMs } };
    },
    restartStream: async (grant) => {
      restarts.push(grant);
      await hooks.restart(grant);
    },
    onFailure: (callSid, what) => failures.push(`${callSid} ${what}`),
    onStreamOver: (callSid) => streamsOver.push(callSid),
  });
  const recorder = new MediaRecorder({
    recordings: {
      async useStreamToken(hash, callSid) {
        const grant = tokens.get(hash.toString('hex'));
        if (grant?.callSid !== callSid || !granted.has(callSid)) return null;
        tokens.delete(hash.toString('hex'));
        return grant;
      },
      async create(row, header) {
        await hooks.beforeCreate();
        if (header.length === 0) throw new Error('no header');
        rows.set(row.id, row);
      },
      async quarantine(id) {
        quarantined.push(id);
      },
    },
    keys: { currentRecipient: async () => ({ keyId: 'key', recipient }) },
    headers: createAgeHeaders(),
    spool,
    gates,
    live,
    stillGranted: (callSids) => hooks.stillGranted(callSids),
    clock,
    random,
    log,
    counts,
  });
  const edge = mediaUpgrade({
    signed: (_, header) => header === 'signed',
    recorder,
    counts,
    clock,
    log,
    // The clock of this world stands still: a stream that is over is closed by the next sweep.
    limits: { lingerMs: 0, ...options.limits },
  });
  const server = createServer();
  server.on('upgrade', edge.upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<WebSocket>();

  let lastToken = 0;
  return {
    counts,
    edge,
    failures,
    gates,
    granted,
    hooks,
    live,
    logged,
    port,
    quarantined,
    recorder,
    restarts,
    rows,
    sealed,
    streamsOver,
    time,
    url: `ws://127.0.0.1:${port}/twilio/media`,

    /** A committed grant: its token, and the gate carried out unless told not to. */
    grant(callSid: string, gate: { open?: boolean; untilMs?: number } = {}): string {
      lastToken += 1;
      const token = `token-${lastToken}`;
      const version = (granted.get(callSid) ?? 0) + 1;
      granted.set(callSid, version);
      tokens.set(createHash('sha256').update(token).digest('hex'), {
        tenantId: 'tenant',
        callId: 'call',
        partyId: 'party',
        callSid,
        streamName: 'leg',
      });
      if (gate.open !== false) {
        gates.open(callSid, 'recording', time.at + (gate.untilMs ?? 3_000_000), version);
      }
      return token;
    },

    async connect(headers: Record<string, string> = { 'x-twilio-signature': 'signed' }) {
      const ws = new WebSocket(`ws://127.0.0.1:${port}/twilio/media`, {
        headers,
        perMessageDeflate: false,
      });
      sockets.add(ws);
      return opened(ws);
    },

    spooled: () => realSpool.list(),

    /** Everything that was ended is sealed. */
    async settled(): Promise<readonly Sealed[]> {
      await live.settled();
      return sealed;
    },

    async stop(): Promise<void> {
      edge.stop();
      for (const ws of sockets) ws.terminate();
      await live.endAll();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

export type MediaWorld = Awaited<ReturnType<typeof mediaWorld>>;

function readBack(row: RecordingRow, bytes: Buffer, fileKey: Uint8Array): Sealed {
  const take = new Take();
  const segments = readSpool(bytes, row.id, fileKey);
  for (;;) {
    const next = segments.next();
    if (next.done === true) {
      const audio = Buffer.concat(
        take.parts.flatMap((part) => (part.type === 'audio' ? [part.audio] : [])),
      );
      const { gaps, durationMs } = take;
      return { row, audio, gaps, durationMs, end: next.value.end };
    }
    for (const record of next.value) take.add(record);
  }
}

async function opened(ws: WebSocket): Promise<CarrierSocket> {
  const socket = new CarrierSocket(ws);
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  return socket;
}

/** The carrier's end of one media socket. */
export class CarrierSocket {
  readonly ws: WebSocket;
  readonly closed: Promise<number>;
  #sequence = 0;
  #streamSid = '';
  #next = 0;

  constructor(ws: WebSocket) {
    this.ws = ws;
    this.closed = new Promise((resolve) => ws.once('close', resolve));
    ws.on('error', () => {});
  }

  send(message: object): void {
    this.ws.send(JSON.stringify(message));
  }

  /** Says hello and names the stream; does not wait. */
  begin(token: string | undefined, callSid: string, streamSid = streamSidOf(1)): void {
    this.send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    this.start(token, callSid, streamSid);
  }

  start(token: string | undefined, callSid: string, streamSid = streamSidOf(1)): void {
    this.#streamSid = streamSid;
    this.#sequence = 1;
    this.send({
      event: 'start',
      sequenceNumber: '1',
      streamSid,
      start: {
        streamSid,
        accountSid: `AC${'1'.repeat(32)}`,
        callSid,
        tracks: ['inbound'],
        customParameters: token === undefined ? {} : { token },
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      },
    });
  }

  /** The stream's next frames, in order. */
  frames(count: number): void {
    for (let n = 0; n < count; n += 1) this.frame(this.#next);
  }

  /** Frame n of the stream, at its own sequence number and time. */
  frame(n: number, change: { track?: string; audio?: Buffer; timestamp?: number } = {}): void {
    this.#next = n + 1;
    this.#sequence = n + 2;
    this.send({
      event: 'media',
      sequenceNumber: String(n + 2),
      media: {
        track: change.track ?? 'inbound',
        chunk: String(n + 1),
        timestamp: String(change.timestamp ?? n * frameMs),
        payload: (change.audio ?? frameOf(n)).toString('base64'),
      },
      streamSid: this.#streamSid,
    });
  }

  stop(): void {
    const stop = { accountSid: `AC${'1'.repeat(32)}`, callSid: 'CA' };
    const sequenceNumber = String(this.#sequence + 1);
    this.send({ event: 'stop', sequenceNumber, streamSid: this.#streamSid, stop });
  }

  /** What `act` sends goes out in one piece. */
  together(act: () => void): void {
    const wire = (this.ws as unknown as { _socket: Duplex })._socket;
    wire.cork();
    act();
    wire.uncork();
  }

  /** Resolves when the server has handled everything sent so far, or the socket is closed. */
  async handled(): Promise<void> {
    const pong = new Promise<void>((resolve) => this.ws.once('pong', () => resolve()));
    if (this.ws.readyState === WebSocket.OPEN) this.ws.ping();
    await Promise.race([pong, this.closed]);
  }

  /** The connection is gone without a word. */
  die(): void {
    this.ws.terminate();
  }
}
