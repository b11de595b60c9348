/**
 * Live batches and real processes that are killed: whoever asked not to be called at any moment while
 * a list was answered, or after it, is refused in its answer or told by line, once, by pages and by
 * events, whichever process lives. What a batch would tell that begins where the stream of requests is
 * when its answer ends, is counted beside it, and has to be less.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../sim/child-server.ts';
import { generator } from '../support/chance.ts';
import { root } from '../support/imports.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const seed = Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE());
const chance = generator(seed);
const apiKey = randomBytes(24).toString('base64url');
const rounds = 3;
const lineCount = 600;
const writers = 4;

let database: TestDatabase;
let dir: string;
let environment: Record<string, string>;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  console.log(`seed ${seed}`);
  database = await testDatabase();
  dir = mkdtempSync(join(tmpdir(), 'consentry-live-batches-'));
  environment = {
    DATABASE_URL: database.url,
    KEYS_URL: `file:${join(dir, 'kek')}`,
    VAULT_URL: `file:${join(dir, 'vault')}`,
    TWILIO_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
    TWILIO_AUTH_TOKEN: randomBytes(16).toString('hex'),
    TWILIO_API_URL: 'http://127.0.0.1:9',
    BOOTSTRAP_API_KEY: apiKey,
    LOG_LEVEL: 'fatal',
  };
});
afterAll(async () => {
  await Promise.all([...children].map(kill));
  await database.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A server under one address, whichever process is behind it at the moment. */
interface Place {
  readonly name: string;
  readonly port: number;
  child: ChildProcess;
  /** True as soon as it is to be killed. */
  isKilled: boolean;
}

const urlOf = ({ port }: Place) => `http://127.0.0.1:${port}`;

async function start(name: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...environment,
      PORT: String(port),
      DATA_DIR: join(dir, name),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.add(child);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return child;
    await wait(25);
  }
}

async function place(name: string): Promise<Place> {
  const port = await freePort();
  return { name, port, child: await start(name, port), isKilled: false };
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

const authorization = `Bearer ${apiKey}`;

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what tests look at
type Answer = any;

/** Null: there was no answer. */
async function ask(at: Place, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${urlOf(at)}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => null);
  return answer?.ok ? await answer.json().catch(() => null) : null;
}

const numberOf = (n: number) => `+1212${5_550_000 + n}`;

interface Screened {
  readonly id: string;
  /** Lines that were not refused. */
  readonly open: ReadonlySet<number>;
}

/** Null: the server was gone before the end of its answer. */
async function screen(at: Place, from: number): Promise<Screened | null> {
  const asked = request(`${urlOf(at)}/v1/screenings/batch?live=1d`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
  });
  // Whoever is killed says nothing that could be waited for.
  asked.on('error', () => {});
  try {
    const answering = once(asked, 'response') as Promise<[IncomingMessage]>;
    answering.catch(() => {});
    for (let n = 0; n < lineCount; n += 20) {
      const lines = Array.from(
        { length: 20 },
        (_, i) => `{"number":"${numberOf(from + n + i)}"}\n`,
      );
      asked.write(lines.join(''));
      await wait(chance() * 60);
    }
    asked.end();
    const [answer] = await answering;
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) text += piece;
    const lines = text
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one));
    expect(lines).toHaveLength(lineCount);
    const open = lines.filter(({ decision }) => decision !== 'deny').map(({ line }) => line);
    return { id: String(answer.headers['consentry-batch']), open: new Set(open) };
  } catch (error) {
    if (!at.isKilled) throw error;
    return null;
  }
}

/** Reads events for as long as it may, from where it was, at whichever place answers. */
function listener(id: string, places: readonly Place[]) {
  const heard: number[] = [];
  let last = '0';
  let isOver = false;
  const stopping = new AbortController();
  async function listen(at: Place): Promise<void> {
    const answer = await fetch(`${urlOf(at)}/v1/screenings/batches/${id}/events`, {
      headers: { authorization, 'last-event-id': last },
      signal: stopping.signal,
    });
    let text = '';
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = /^id: (\d+)\nevent: change\ndata: (.*)$/.exec(text.slice(0, end));
        text = text.slice(end + 2);
        if (event === null) continue;
        last = String(event[1]);
        heard.push(JSON.parse(String(event[2])).line);
      }
    }
  }
  const listening = (async () => {
    for (let n = 0; !isOver; n += 1) {
      await listen(places[n % places.length] as Place).catch(() => {});
      await wait(10);
    }
  })();
  return {
    heard,
    async stop() {
      isOver = true;
      stopping.abort();
      await listening;
    },
  };
}

/** Reads pages on and on; what comes is appended. */
function reader(id: string, places: readonly Place[]) {
  const read: number[] = [];
  let since = '0';
  async function page(at: Place): Promise<boolean> {
    const path = `/v1/screenings/batches/${id}/changes?limit=7&since=${since}`;
    const answer = await ask(at, path);
    if (answer === null) return true;
    read.push(...answer.data.map(({ line }: { line: number }) => line));
    since = answer.next;
    return answer.more;
  }
  let isOver = false;
  const reading = (async () => {
    for (let n = 0; !isOver; n += 1) {
      await page(places[n % places.length] as Place);
      await wait(chance() * 40);
    }
  })();
  return {
    read,
    async finish() {
      isOver = true;
      await reading;
      while (await page(places[0] as Place));
    },
  };
}

test('nobody who asked is missed or told twice, whatever was killed', {
  timeout: 180_000,
}, async () => {
  const [stays, dies] = [await place('a'), await place('b')];
  const places = [stays, dies];
  let finished = 0;
  let early = 0;
  for (let round = 0; round < rounds; round += 1) {
    const from = round * lineCount;
    const acknowledged = new Set<number>();
    const asked = new Set<number>();
    let isOver = false;
    const writing = Array.from({ length: writers }, async () => {
      while (!isOver) {
        const line = 1 + Math.floor(chance() * lineCount);
        const at = places[Math.floor(chance() * 2)] as Place;
        asked.add(line);
        const number = numberOf(from + line - 1);
        const answer = await ask(at, '/v1/opt-outs', { number, channel: 'call' });
        if (answer !== null) acknowledged.add(line);
        await wait(chance() * 30);
      }
    });
    dies.isKilled = false;
    const killing = (async () => {
      await wait(chance() * 1_200);
      dies.isKilled = true;
      await kill(dies.child);
      dies.child = await start(dies.name, dies.port);
    })();
    // In one round the server that answers the list is the one that is killed.
    const screened = await screen(round === 1 ? dies : stays, from);
    early += [...acknowledged].filter((line) => screened?.open.has(line)).length;
    await killing;
    if (screened !== null) {
      const { id, open } = screened;
      finished += 1;
      const pages = reader(id, places);
      const events = listener(id, [dies, stays]);
      await wait(chance() * 1_200);
      await kill(dies.child);
      dies.child = await start(dies.name, dies.port);
      isOver = true;
      await Promise.all(writing);
      await pages.finish();
      const until = performance.now() + 20_000;
      while (events.heard.length < pages.read.length && performance.now() < until) await wait(50);
      await events.stop();
      const told = new Set(pages.read);
      expect(told.size).toBe(pages.read.length);
      expect([...acknowledged].filter((line) => open.has(line) && !told.has(line))).toEqual([]);
      expect([...told].filter((line) => !asked.has(line))).toEqual([]);
      expect([...told].filter((line) => !open.has(line))).toEqual([]);
      expect(events.heard).toEqual(pages.read);
    }
    isOver = true;
    await Promise.all(writing);
  }
  console.log(`${finished} lists, ${early} lines stopped before their end and answered as open`);
  expect(finished).toBeGreaterThan(0);
  expect(early).toBeGreaterThan(0);
});
