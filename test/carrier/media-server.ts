import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface MediaSocket {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly path: string;
  readonly messages: readonly MediaMessage[];
  /** As they came over the wire. */
  readonly texts: readonly string[];
  readonly socket: WebSocket;
  /** The nth message, past or to come. */
  message(nth: number): Promise<MediaMessage>;
  /** Close code. */
  readonly closed: Promise<number>;
}

/** Whatever a media stream may send; tests read the parts they expect. */
export interface MediaMessage {
  readonly event: string;
  readonly sequenceNumber?: string;
  readonly streamSid?: string;
  readonly protocol?: string;
  readonly version?: string;
  readonly start?: {
    readonly callSid: string;
    readonly accountSid: string;
    readonly streamSid: string;
    readonly tracks: readonly string[];
    readonly mediaFormat: object;
    readonly customParameters: Readonly<Record<string, string>>;
  };
  readonly media?: {
    readonly track: string;
    readonly chunk: string;
    readonly timestamp: string;
    readonly payload: string;
  };
  readonly stop?: { readonly callSid: string; readonly accountSid: string };
}

export interface MediaServer {
  readonly url: string;
  readonly sockets: readonly MediaSocket[];
  /** The nth socket that was opened, past or to come. */
  socket(nth: number): Promise<MediaSocket>;
  close(): Promise<void>;
}

/** A hand-written media server that keeps everything it hears. */
export async function startMedia(
  onMessage: (message: MediaMessage, socket: WebSocket) => void = () => undefined,
): Promise<MediaServer> {
  const sockets: MediaSocket[] = [];
  const opened = new EventTarget();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    const messages: MediaMessage[] = [];
    const texts: string[] = [];
    const arrived = new EventTarget();
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as MediaMessage;
      texts.push(String(data));
      messages.push(message);
      arrived.dispatchEvent(new Event('message'));
      onMessage(message, socket);
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    const { headers, url: path = '' } = request;
    const message = (nth: number) => nthOf(messages, arrived, 'message', nth);
    sockets.push({ headers, path, messages, texts, socket, message, closed });
    opened.dispatchEvent(new Event('socket'));
  });
  await new Promise<void>((resolve) => server.on('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    sockets,
    socket: (nth) => nthOf(sockets, opened, 'socket', nth),
    async close() {
      for (const { socket } of sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function nthOf<T>(list: readonly T[], news: EventTarget, type: string, nth: number): Promise<T> {
  return new Promise((resolve) => {
    const look = () => {
      const found = list[nth - 1];
      if (found !== undefined) resolve(found);
    };
    news.addEventListener(type, look);
    look();
  });
}
