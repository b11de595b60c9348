/**
 * Opt-outs and real processes: one that was acknowledged is known to every process within a second,
 * and none is lost when a server is killed while they come in. A server that acknowledges first and
 * writes afterwards is killed in the same way, and has to lose some.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../sim/child-server.ts';
import { generator } from '../support/chance.ts';
import { root } from '../support/imports.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const seed = Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE());
const chance = generator(seed);
const apiKey = randomBytes(24).toString('base64url');
const rounds = 3;
const writers = 8;

let database: TestDatabase;
let dir: string;
let environment: Record<string, string>;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  console.log(`seed ${seed}`);
  database = await testDatabase();
  dir = mkdtempSync(join(tmpdir(), 'consentry-opt-outs-'));
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

interface Process {
  readonly url: string;
  readonly child: ChildProcess;
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await wait(25);
  }
}

async function start(name: string): Promise<Process> {
  const port = await freePort();
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
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child);
  return { url, child };
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Null: there was no answer. */
async function post(url: string, path: string, body: object): Promise<Response | null> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
}

let last = 0;
function freshNumber(): string {
  last += 1;
  return `+1212${5_550_000 + last}`;
}

async function isListed(url: string, number: string): Promise<boolean> {
  const answer = await post(url, '/v1/screenings', { number });
  if (answer === null) throw new Error('a server that runs did not answer');
  const { reasons } = (await answer.json()) as { reasons: { code: string }[] };
  return reasons.some(({ code }) => code === 'INTERNAL_DNC');
}

/** Opt-outs by several at once, until the server is gone. @returns those that were acknowledged */
async function pourIn(url: string, child: ChildProcess, afterMs: number): Promise<string[]> {
  const acknowledged: string[] = [];
  let isOver = false;
  const pour = async (): Promise<void> => {
    while (!isOver) {
      const number = freshNumber();
      const answer = await post(url, '/v1/opt-outs', { number });
      if (answer?.status === 201) acknowledged.push(number);
    }
  };
  const all = Array.from({ length: writers }, pour);
  await wait(afterMs);
  await kill(child);
  isOver = true;
  await Promise.all(all);
  return acknowledged;
}

describe('an acknowledged opt-out', () => {
  test('is known to another process within a second', async () => {
    const [one, other] = [await start('a'), await start('b')];
    const took: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const number = freshNumber();
      const [here, there] = round % 2 === 0 ? [one, other] : [other, one];
      expect((await post(here.url, '/v1/opt-outs', { number }))?.status).toBe(201);
      const began = performance.now();
      // In the process that acknowledged it the next decision knows.
      expect(await isListed(here.url, number)).toBe(true);
      while (!(await isListed(there.url, number))) {
        if (performance.now() - began > 1_000) throw new Error('not known within a second');
      }
      took.push(performance.now() - began);
    }
    took.sort((a, b) => a - b);
    console.log(
      `known elsewhere after ${took[10]?.toFixed(0)} ms, at most ${took[19]?.toFixed(0)}`,
    );
    await Promise.all([kill(one.child), kill(other.child)]);
  });

  test('is there after the server was killed, whenever it was', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { url, child } = await start('a');
      acknowledged.push(...(await pourIn(url, child, 300 + chance() * 700)));
    }
    const { url, child } = await start('a');
    const lost: string[] = [];
    for (const number of acknowledged) if (!(await isListed(url, number))) lost.push(number);
    expect(acknowledged.length).toBeGreaterThan(rounds);
    console.log(`${acknowledged.length} acknowledged`);
    expect(lost).toEqual([]);
    await kill(child);
  });

  test('would be lost by a server that writes after it has answered', async () => {
    const file = join(dir, 'behind');
    const port = await freePort();
    const program = `
      const { appendFileSync, writeFileSync } = require('node:fs');
      const file = process.argv[1];
      writeFileSync(file, '');
      require('node:http').createServer(async (request, response) => {
        let body = '';
        for await (const piece of request) body += piece;
        const write = () => appendFileSync(file, JSON.parse(body).number + '\\n');
        if (request.method === 'POST') setTimeout(write, 100);
        response.writeHead(request.method === 'POST' ? 201 : 200).end('{}');
      }).listen(${port}, '127.0.0.1');`;
    const child = spawn(process.execPath, ['-e', program, file], { stdio: 'inherit' });
    children.add(child);
    const url = `http://127.0.0.1:${port}`;
    await ready(url, child);
    const acknowledged = await pourIn(url, child, 300 + chance() * 200);
    const kept = new Set(readFileSync(file, 'utf8').split('\n'));
    expect(acknowledged.some((number) => !kept.has(number))).toBe(true);
  });
});
