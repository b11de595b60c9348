import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import type supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenAudio } from '../../../../src/app/api-ports.ts';
import { ConsentryError } from '../../../../src/core/error.ts';
import { readRange } from '../../../../src/edges/http/api/range.ts';
import { recording, recordingPage } from '../../../../src/edges/http/api/shapes.ts';
import { seedCall } from '../../../support/seed-call.ts';
import { type ApiServer, startApi } from './support.ts';

const wav = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 251));

let server: ApiServer;
let listener: string;
let downloader: string;
let id: string;
/** In order: what was done on the way to an answer. */
let done: string[] = [];
let open: () => Promise<OpenAudio | 'erased' | 'live' | null>;
let enter: () => Promise<void>;

/** Gives its bytes in pieces of seven, and says when it was closed. */
const audioOf = (bytes: Buffer, size = bytes.length): OpenAudio => ({
  size,
  async *read(start, end) {
    try {
      for (let at = start; at < Math.min(end, bytes.length); at += 7) {
        done.push('read');
        yield bytes.subarray(at, Math.min(at + 7, end));
      }
    } finally {
      done.push('closed');
    }
  },
});

beforeAll(async () => {
  server = await startApi({
    openAudio: () => open(),
    beforeAudio: async (_, key, how) => {
      done.push(`entered ${how} by ${key.name}`);
      await enter();
    },
  });
  listener = await server.key(['recordings:listen']);
  downloader = await server.key(['recordings:download']);
  const seeded = await seedCall(server.database.sql, server.tenant);
  id = seeded.parties[0]!.recordingId!;
});
afterAll(() => server.close());
beforeEach(() => {
  done = [];
  server.logged.length = 0;
  open = async () => audioOf(wav);
  enter = async () => {};
});

const listen = (range?: string) => {
  const request = server.get(`/v1/recordings/${id}/audio`, listener).buffer(true).parse(bytesOf);
  return range === undefined ? request : request.set('range', range);
};

function bytesOf(
  response: supertest.Response,
  callback: (error: Error | null, body: Buffer) => void,
) {
  const stream = response as unknown as NodeJS.ReadableStream;
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('end', () => callback(null, Buffer.concat(pieces)));
}

describe('listening', () => {
  test('gets the whole WAV, entered before the first byte', async () => {
    const { status, headers, body } = await listen();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('content-disposition');
    expect(body).toEqual(wav);
    expect(done.slice(0, 2)).toEqual(['read', 'entered listening by test']);
    expect(done.filter((what) => what.startsWith('entered'))).toHaveLength(1);
    expect(done.at(-1)).toBe('closed');
  });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-999', 0, 1_000],
    ['bytes=10-19', 10, 20],
    ['bytes=990-', 990, 1_000],
    ['bytes=990-5000', 990, 1_000],
    ['bytes=-1', 999, 1_000],
    ['bytes=-1000', 0, 1_000],
    ['bytes=-5000', 0, 1_000],
    ['Bytes=5-6', 5, 7],
  ])('with %s gets that part', async (range, start, end) => {
    const { status, headers, body } = await listen(range);
    expect(status).toBe(206);
    expect(headers).toMatchObject({
      'content-range': `bytes ${start}-${end - 1}/1000`,
      'content-length': String(end - start),
    });
    expect(body).toEqual(wav.subarray(start, end));
    expect(done).toContain('entered listening by test');
  });

  test.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=999999999999999-'])(
    'with %s is told the size, and nothing is entered',
    async (range) => {
      const { status, headers } = await listen(range);
      expect([status, headers['content-range']]).toEqual([416, 'bytes */1000']);
      expect(done).toEqual([]);
    },
  );

  test.each(['bytes=', 'bytes=a-b', 'bytes=5-4', 'items=0-1', 'bytes=0-1,3-4', 'bytes=0x1-2'])(
    'with %s, which is no range, gets the whole',
    async (range) => {
      const { status, body } = await listen(range);
      expect([status, body.length]).toEqual([200, 1_000]);
    },
  );

  test('with a range for another version of the file gets the whole', async () => {
    const { status } = await listen('bytes=0-9').set('if-range', '"old"');
    expect(status).toBe(200);
  });

  test('by HEAD learns the size; nothing was heard and nothing is entered', async () => {
    const request = await fetchAs('HEAD', `/v1/recordings/${id}/audio`);
    expect(request.status).toBe(200);
    expect(request.headers.get('content-length')).toBe('1000');
    expect(request.headers.get('accept-ranges')).toBe('bytes');
    expect(done).toEqual([]);
  });

  test('gets no audio when it cannot be entered', async () => {
    enter = async () => {
      throw new ConsentryError('unavailable');
    };
    const { status, headers, body } = await listen();
    expect([status, headers['content-type']]).toEqual([503, 'application/problem+json']);
    expect(body.includes(wav.subarray(0, 7))).toBe(false);
    expect(done).toEqual(['read', 'entered listening by test', 'closed']);
  });

  const unopened: readonly (readonly [string, typeof open, number, string])[] = [
    ['erased', async () => 'erased', 410, 'recording_gone'],
    ['live', async () => 'live', 409, 'conflict'],
    ['not to be opened', async () => null, 503, 'recording_unavailable'],
    ['without its key', refuse('key_missing'), 503, 'recording_unavailable'],
    ['damaged in its header', refuse('recording_damaged'), 503, 'recording_unavailable'],
    ['in a vault that does not answer', refuse('storage_failed'), 503, 'recording_unavailable'],
    ['damaged in its first piece', async () => broken(0), 503, 'recording_unavailable'],
  ];
  test.each(unopened)(
    'to what is %s gets a problem, and nothing is entered',
    async (_, how, status, code) => {
      open = how;
      const answer = await listen();
      expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([status, code]);
      expect(done.filter((what) => what.startsWith('entered'))).toEqual([]);
    },
  );

  test.each([
    ['damaged later on', async () => broken(3)],
    ['shorter than it said', async () => audioOf(wav.subarray(0, 700), 1_000)],
  ])('to what is %s is cut off, so that half is not taken for the whole', async (_, how) => {
    open = how;
    await expect(
      fetchAs('GET', `/v1/recordings/${id}/audio`).then((r) => r.arrayBuffer()),
    ).rejects.toThrow();
    await expect.poll(() => server.logged.at(-1)?.message).toBe('an API answer broke off');
  });

  test('that stops stops the reading', async () => {
    const mebibyte = Buffer.alloc(1_048_576);
    let pieces = 0;
    let closed = false;
    open = async () => ({
      size: 1_024 * mebibyte.length,
      async *read(): AsyncGenerator<Uint8Array> {
        try {
          for (; pieces < 1_024; pieces += 1) yield mebibyte;
        } finally {
          closed = true;
        }
      },
    });
    const http = await started();
    const { port } = http.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET /v1/recordings/${id}/audio HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${listener}\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.pause();
    // A listener who takes nothing is given nothing: it stays with what fits into the buffers.
    socket.destroy();
    await expect.poll(() => closed).toBe(true);
    expect(pieces).toBeLessThan(64);
    await stopped(http);
  });
});

describe('downloading', () => {
  test('is entered as such, and comes as a file', async () => {
    const { status, headers } = await server
      .get(`/v1/recordings/${id}/download`, downloader)
      .set('consentry-reason', 'a complaint');
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe(`attachment; filename="recording-${id}.wav"`);
    expect(done).toContain('entered download by test');
  });

  test('is not listening, and listening is not downloading', async () => {
    expect((await server.get(`/v1/recordings/${id}/download`, listener)).status).toBe(403);
    expect((await server.get(`/v1/recordings/${id}/audio`, downloader)).status).toBe(403);
    expect(done).toEqual([]);
  });
});

describe('recordings', () => {
  test('are listed and shown in their shape, without audio', async () => {
    const reader = await server.key(['recordings:read']);
    const page = await server.get('/v1/recordings?limit=1', reader);
    expect(recordingPage.parse(page.body)).toEqual(page.body);
    expect(page.body).toMatchObject({ data: [{ id, state: 'sealed' }], next: null });
    const one = await server.get(`/v1/recordings/${id}`, reader);
    expect(recording.parse(one.body)).toEqual(one.body);
    expect(one.text).not.toContain('.age');
    expect((await server.get(`/v1/recordings/${id}/audio`, reader)).status).toBe(403);
  });

  test('of another tenant are not there', async () => {
    const seeded = await seedCall(server.database.sql, server.other);
    const foreign = seeded.parties[0]!.recordingId;
    const admin = await server.key(['admin']);
    for (const rest of ['', '/audio', '/download']) {
      expect((await server.get(`/v1/recordings/${foreign}${rest}`, admin)).status).toBe(404);
    }
    expect(done).toEqual([]);
  });

  test.each([
    ['erased', 410],
    ['live', 409],
  ] as const)('that are %s are not opened', async (state, status) => {
    const seeded = await seedCall(server.database.sql, server.tenant, {
      parties: [{ recording: { state } }],
    });
    const { recordingId } = seeded.parties[0]!;
    const answer = await server.get(`/v1/recordings/${recordingId}/audio`, listener);
    expect(answer.status).toBe(status);
  });
});

test('a range lies inside the file, or there is none', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 2_000 }),
      fc.oneof(fc.stringMatching(/^bytes=[0-9]{0,4}-[0-9]{0,4}$/), fc.string()),
      (size, header) => {
        const span = readRange(header, size);
        if (span === null || span === 'unsatisfiable') return;
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThan(span.start);
        expect(span.end).toBeLessThanOrEqual(size);
      },
    ),
  );
});

function refuse(code: 'key_missing' | 'recording_damaged' | 'storage_failed') {
  return () => Promise.reject(new ConsentryError(code));
}

/** Breaks after so many good pieces. */
function broken(pieces: number): OpenAudio {
  return {
    size: wav.length,
    async *read() {
      for (let at = 0; at < pieces; at += 1) yield wav.subarray(at * 10, at * 10 + 10);
      throw new ConsentryError('recording_damaged');
    },
  };
}

async function started(): Promise<Server> {
  const http = createServer(server.app);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return http;
}

async function stopped(http: Server): Promise<void> {
  http.closeAllConnections();
  http.close();
  await once(http, 'close');
}

async function fetchAs(method: string, path: string): Promise<Response> {
  const http = await started();
  const { port } = http.address() as { port: number };
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${listener}` },
    });
    const body = await response.arrayBuffer();
    return new Response(method === 'HEAD' ? null : body, response);
  } finally {
    await stopped(http);
  }
}
