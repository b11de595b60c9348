import { connect, type Server } from 'node:net';
import express, { Router } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConsentryError } from '../../../src/core/error.ts';
import { bornWith } from '../../../src/edges/http/born.ts';
import type { Readiness } from '../../../src/edges/http/health.ts';
import {
  answered,
  carrierServer,
  encode,
  formType,
  inbound,
  publicUrl,
  sign,
} from './carrier-server.ts';

/** Sends a head and resolves to all that comes back until the connection ends. */
function sendHead(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

/** Resolves to the answer once the server has closed its side; this side stays open. */
function keptOpen(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('end', () => resolve(answer));
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}

const connections = (server: Server) =>
  new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));

const upgrade = (path: string) => [
  `GET ${path} HTTP/1.1`,
  'Host: h',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

describe('health', () => {
  it('is alive while it is alive', async () => {
    const readiness = () => Promise.reject(new Error('database'));
    const { client } = carrierServer({ parts: { readiness } });
    await client.get('/healthz').expect(200, { status: 'ok' });
  });

  it('is ready when every part says so', async () => {
    const state = { ready: true, parts: { database: 'ok' } };
    const { client } = carrierServer({ parts: { readiness: async () => state } });
    await client.get('/readyz').expect(200, state);
  });

  it('is not ready when one part is not', async () => {
    const state = { ready: false, parts: { database: 'does not answer' } };
    const { client } = carrierServer({ parts: { readiness: async () => state } });
    await client.get('/readyz').expect(503, state);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('+14155550123'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('is not ready when the question %s', async (_name, readiness) => {
    const { client } = carrierServer({ parts: { readiness } });
    const answer = await client.get('/readyz').expect(503);
    expect(answer.body.ready).toBe(false);
    expect(answer.text).not.toContain('4155550123');
  });

  it('is looked at once for all who ask within a second, and then again', async () => {
    let nowMs = 0;
    let looks = 0;
    const readiness = async () => {
      looks += 1;
      return { ready: looks === 1, parts: {} };
    };
    const clock = { now: () => 0, monotonic: () => nowMs };
    const { client } = carrierServer({ parts: { readiness, clock } });
    const flood = () => Promise.all(Array.from({ length: 20 }, () => client.get('/readyz')));
    const statuses = async () => [...new Set((await flood()).map(({ status }) => status))];
    expect([await statuses(), looks]).toEqual([[200], 1]);
    nowMs = 999;
    expect([await statuses(), looks]).toEqual([[200], 1]);
    nowMs = 1_000;
    expect([await statuses(), looks]).toEqual([[503], 2]);
  });

  it('is not looked at again beside a look that hangs, and is ready once that ends well', async () => {
    let looks = 0;
    let end: (state: Readiness) => void = () => {};
    const readiness = () => {
      looks += 1;
      return new Promise<Readiness>((resolve) => {
        end = resolve;
      });
    };
    const { client } = carrierServer({ parts: { readiness } });
    await client.get('/readyz').expect(503);
    await client.get('/readyz').expect(503);
    expect(looks).toBe(1);
    end({ ready: true, parts: {} });
    await client.get('/readyz').expect(200);
    expect(looks).toBe(1);
  });
});

describe('metrics', () => {
  it('count the carrier’s requests by endpoint and outcome, without a person', async () => {
    const voice = async ({ step }: { step: string }) => {
      if (step === 'bad') throw new Error('bad');
      if (step !== 'slow') return answered;
      skippedMs = 60_000;
      return new Promise<never>(() => {});
    };
    let skippedMs = 0;
    const clock = { now: () => 0, monotonic: () => skippedMs };
    const parts = { clock, deadlineMs: 60_000 };
    const { client, post } = carrierServer({ handlers: { voice }, parts });
    await post('/twilio/voice');
    await post('/twilio/voice/n1');
    await post('/twilio/voice/bad');
    await post('/twilio/voice/slow');
    await client.post('/twilio/voice').send('a=1');
    await post('/twilio/status');
    const answer = await client.get('/metrics').expect(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const counts = answer.text.match(/^consentry_webhooks_total\{.*\} [1-9]\d*$/gm);
    expect(counts).toEqual([
      'consentry_webhooks_total{endpoint="voice",outcome="answered"} 1',
      'consentry_webhooks_total{endpoint="voice",outcome="refused"} 1',
      'consentry_webhooks_total{endpoint="voiceStep",outcome="answered"} 1',
      'consentry_webhooks_total{endpoint="voiceStep",outcome="late"} 1',
      'consentry_webhooks_total{endpoint="voiceStep",outcome="failed"} 1',
      'consentry_webhooks_total{endpoint="status",outcome="answered"} 1',
    ]);
    expect(answer.text).toContain('consentry_webhook_seconds_count{endpoint="voiceStep"} 3');
    expect(answer.text).not.toContain('4155550123');
  });
});

describe('routers', () => {
  const router = () => {
    const v1 = Router();
    v1.get('/gone', () => {
      throw new ConsentryError('recording_gone');
    });
    v1.get('/mistakes', () => {
      const mistakes = [{ path: 'body.flow', what: 'is missing' }];
      throw new ConsentryError('invalid_request', undefined, { mistakes });
    });
    v1.get('/broken', async () => {
      throw new Error('the number +14155550123');
    });
    v1.post('/json', express.json({ limit: 10 }), (_request, response) => {
      response.json({});
    });
    v1.get('/half', (_request, response) => {
      response.write('half');
      throw new Error('then nothing');
    });
    return v1;
  };
  const world = () => carrierServer({ parts: { routers: { '/v1': router() } } });

  it.each([
    ['/v1/gone', 410, 'recording_gone', 'The recording was erased.'],
    ['/v1/nothing', 404, 'not_found', 'There is nothing here under that name.'],
    ['/', 404, 'not_found', 'There is nothing here under that name.'],
    [
      '/v1/broken',
      500,
      'internal',
      'Something went wrong on our side; the request changed nothing it did not report.',
    ],
  ])('%s is a problem document', async (path, status, code, title) => {
    const { client, seen } = world();
    const answer = await client.get(path).expect(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: `urn:consentry:problem:${code}`,
      title,
      status,
      detail: title,
      code,
    });
    expect(seen.log.join()).not.toContain('4155550123');
  });

  it('every mistake of a request is named', async () => {
    const answer = await world().client.get('/v1/mistakes').expect(422);
    expect(answer.body.mistakes).toEqual([{ path: 'body.flow', what: 'is missing' }]);
  });

  it.each([
    ['{"a":', 400, 'body_malformed'],
    ['{"a":"123456789"}', 413, 'body_too_large'],
  ])('what a parser cannot read is a 4xx: %s', async (body, status, code) => {
    const { client } = world();
    const answer = await client.post('/v1/json').type('application/json').send(body).expect(status);
    expect(answer.body.code).toBe(code);
  });

  it('half an answer is cut off, not passed off as a whole one', async () => {
    await expect(world().client.get('/v1/half')).rejects.toThrow();
  });

  it('no answer says what it was made with', async () => {
    const answer = await world().client.get('/healthz');
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.headers).not.toHaveProperty('etag');
  });
});

describe('requests', () => {
  it('are born with the prototypes Express would give them', async () => {
    const app = express();
    const original = { request: app.request, response: app.response };
    const born = bornWith(app);
    expect(born.IncomingMessage.prototype).toBe(app.request);
    expect(born.ServerResponse.prototype).toBe(app.response);
    expect(Object.getPrototypeOf(app.request)).toBe(original.request);
    expect(Object.getPrototypeOf(app.response)).toBe(original.response);
  });

  it('keep every method of Express', async () => {
    const v1 = Router();
    v1.get('/', (request, response) => {
      response
        .cookie('a', 'b')
        .status(201)
        .json({
          ip: request.ip !== undefined,
          query: request.query,
          host: request.get('host') !== undefined,
          app: request.app === response.app,
        });
    });
    const { client } = carrierServer({ parts: { routers: { '/v1': v1 } } });
    const answer = await client.get('/v1?a=1').expect(201);
    expect(answer.body).toEqual({ ip: true, query: { a: '1' }, host: true, app: true });
    expect(answer.headers['set-cookie']).toEqual(['a=b; Path=/']);
  });
});

describe('upgrades', () => {
  it('of a media stream go to its handler with everything they brought', async () => {
    const paths: (string | undefined)[] = [];
    const { http } = carrierServer({
      parts: {
        media(request, socket) {
          paths.push(request.url);
          socket.end('HTTP/1.1 418 Taken\r\n\r\n');
        },
      },
    });
    const port = await http.listen(0, '127.0.0.1');
    expect(await sendHead(port, upgrade('/twilio/media'))).toMatch(/^HTTP\/1.1 418 /);
    expect(await sendHead(port, upgrade('/twilio/media/'))).toMatch(/^HTTP\/1.1 418 /);
    expect(paths).toEqual(['/twilio/media', '/twilio/media/']);
  });

  it.each(['/', '/twilio/voice', '/twilio/mediax', '/v1/calls', '/twilio/media/x'])(
    'of %s are 404 and closed',
    async (path) => {
      const { http } = carrierServer({
        parts: {
          media() {
            throw new Error('must not be asked');
          },
        },
      });
      const port = await http.listen(0, '127.0.0.1');
      expect(await sendHead(port, upgrade(path))).toMatch(/^HTTP\/1.1 404 /);
    },
  );

  it('that lead nowhere hold no socket, though the client keeps its side open', async () => {
    const { http } = carrierServer();
    const port = await http.listen(0, '127.0.0.1');
    const answer = await keptOpen(port, upgrade('/nowhere'));
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    await expect.poll(() => connections(http.server)).toBe(0);
    await http.close(60_000);
  });

  it('that lead nowhere are cut at the limit of closing, though the answer cannot be sent', async () => {
    const { http } = carrierServer();
    http.server.prependListener('upgrade', (_request, socket) => {
      socket.end = () => socket; // as when the peer reads nothing
    });
    const port = await http.listen(0, '127.0.0.1');
    const answer = sendHead(port, upgrade('/nowhere'));
    await expect.poll(() => connections(http.server)).toBe(1);
    await http.close(20);
    expect(await answer).toBe('');
  });
});

describe('closing', () => {
  const webhook = (port: number) =>
    fetch(`http://127.0.0.1:${port}/twilio/voice`, {
      method: 'POST',
      headers: {
        'content-type': formType,
        'x-twilio-signature': sign(`${publicUrl}/twilio/voice`, inbound),
      },
      body: encode(inbound),
    });

  /** A server whose voice handler waits to be released. */
  async function waiting() {
    const release: (() => void)[] = [];
    const { http } = carrierServer({
      handlers: {
        voice: () => new Promise((resolve) => release.push(() => resolve(answered))),
      },
      parts: { deadlineMs: 60_000 },
    });
    const port = await http.listen(0, '127.0.0.1');
    const answer = webhook(port);
    answer.catch(() => {});
    while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return { http, port, answer, release: () => release[0]?.() };
  }

  it('lets a webhook that was begun finish, and takes no new one', async () => {
    const { http, port, answer, release } = await waiting();
    const closed = http.close(60_000);
    await expect(webhook(port)).rejects.toThrow();
    release();
    expect(await (await answer).text()).toBe(answered);
    await closed;
    expect(http.server.listening).toBe(false);
  });

  it('does not wait for ever', async () => {
    const { http, answer } = await waiting();
    await http.close(20);
    await expect(answer).rejects.toThrow();
  });

  it('does not wait for idle connections, and cuts media sockets at its limit', async () => {
    const { http } = carrierServer({ parts: { media: () => {} } });
    const port = await http.listen(0, '127.0.0.1');
    const media = sendHead(port, upgrade('/twilio/media'));
    const idle = connect(port, '127.0.0.1');
    const isIdleCut = new Promise<void>((resolve) => idle.on('close', () => resolve()));
    await (await fetch(`http://127.0.0.1:${port}/healthz`)).text();
    await http.close(20);
    expect(await media).toBe('');
    await isIdleCut;
  });

  it('a port that is taken is an error, not silence', async () => {
    const first = carrierServer();
    const port = await first.http.listen(0, '127.0.0.1');
    await expect(carrierServer().http.listen(port, '127.0.0.1')).rejects.toThrow('EADDRINUSE');
  });
});
