import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One webhook as it arrived. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** TwiML, or any other answer; `silence` never answers, `cut` breaks the connection off. */
export type Reply =
  | string
  | {
      readonly status?: number;
      readonly type?: string;
      readonly body?: string;
      readonly location?: string;
    }
  | 'silence'
  | 'cut';

export interface LineServer {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Paths, without the query, in the order they were asked for. */
  paths(): readonly string[];
  at(path: string): readonly Received[];
  close(): Promise<void>;
}

/** A hand-written line: answers each webhook by its path, or by a function of it. */
export async function startLine(
  answers: Readonly<Record<string, Reply | ((received: Received) => Reply | Promise<Reply>)>>,
): Promise<LineServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const path = request.url ?? '';
    const url = new URL(path, 'http://line');
    const form = request.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
    const fields = Object.fromEntries(form);
    const got = { method: request.method ?? '', path, headers: request.headers, body, fields };
    received.push(got);
    const answer = answers[url.pathname] ?? { status: 404 };
    const reply = typeof answer === 'function' ? await answer(got) : answer;
    if (reply === 'silence') return;
    if (reply === 'cut') return void request.socket.destroy();
    const {
      status = 200,
      type = 'text/xml',
      body: text = '',
      location = null,
    } = typeof reply === 'string' ? { body: reply } : reply;
    response.writeHead(status, {
      'Content-Type': type,
      ...(location === null ? {} : { Location: location }),
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pathOf = ({ path }: Received) => new URL(path, 'http://line').pathname;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    paths: () => received.map(pathOf),
    at: (path) => received.filter((each) => pathOf(each) === path),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const twiml = (verbs: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;
