/** Stands between the server and the carrier's REST: sees every request, and may spoil answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RestRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** What becomes of a request: passed on, its answer lost, or refused with a body of the test's. */
export type Fate = 'answered' | 'answer-lost' | { readonly status: number; readonly body: object };

export interface RestProxy {
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly RestRequest[];
  /** Where requests are passed on to. */
  aim(carrierUrl: string): void;
  close(): Promise<void>;
}

export async function startRestProxy(
  fateOf: (request: RestRequest) => Fate | Promise<Fate>,
): Promise<RestProxy> {
  const requests: RestRequest[] = [];
  let carrierUrl = '';
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const piece of request) body.push(piece as Buffer);
    const { method = 'GET', url: path = '/' } = request;
    requests.push({ method, path });
    const fate = await fateOf({ method, path });
    if (typeof fate === 'object') {
      response.writeHead(fate.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(fate.body));
      return;
    }
    const { authorization = '', 'content-type': type } = request.headers;
    const answer = await fetch(`${carrierUrl}${path}`, {
      method,
      headers: { authorization, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(method === 'GET' ? {} : { body: Buffer.concat(body) }),
    });
    if (fate === 'answer-lost') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    aim(url) {
      carrierUrl = url;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
