/**
 * kill -9 of the server at random moments of twenty live calls, again and again on one data
 * folder. After each restart every recording opens, says what is missing (200 ms at most), and
 * holds nothing but a beginning of what its caller said after the grant; in the end the ledger
 * verifies.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CallHandle, type Carrier, startCarrier, tones } from '../../src/carrier/carrier.ts';
import { generator } from '../support/chance.ts';
import { root } from '../support/imports.ts';

const rounds = 20;
const callsAtOnce = 20;

const seed = Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE());
const chance = generator(seed);
const apiKey = randomBytes(24).toString('base64url');
let dir: string;
let carrier: Carrier;
let environment: Record<string, string>;
let url: string;
let child: ChildProcess | null = null;

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const api = async (path: string) =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });

async function start(): Promise<void> {
  child = spawn(process.execPath, [join(root, 'dist/main.js'), 'serve'], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const started = child;
  for (;;) {
    if (started.exitCode !== null) throw new Error(`the server ended with ${started.exitCode}`);
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await wait(50);
  }
}

async function kill(): Promise<void> {
  const killed = child;
  if (killed === null) return;
  const gone = new Promise((resolve) => killed.once('exit', resolve));
  killed.kill('SIGKILL');
  await gone;
  child = null;
}

beforeAll(async () => {
  console.log(`seed ${seed}`);
  dir = mkdtempSync(join(tmpdir(), 'consentry-kill-'));
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const authToken = randomBytes(16).toString('hex');
  carrier = await startCarrier({ accountSid, authToken, speed: 20 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  environment = {
    PORT: String(port),
    DATA_DIR: dir,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_API_URL: carrier.url,
    BOOTSTRAP_API_KEY: apiKey,
    LOG_LEVEL: 'fatal',
  };
});
afterAll(async () => {
  await kill();
  await carrier.close();
  // The database follows its server by itself; its folder is free when it is gone.
  await wait(500);
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
});

function ring(index: number): CallHandle {
  const act = index % 4 === 3 ? { press: '2' } : { press: '1' };
  return carrier.placeCall({
    to: '+14155550999',
    from: `+1415555${String(1000 + index)}`,
    voiceUrl: `${url}/twilio/voice`,
    statusUrl: `${url}/twilio/status`,
    caller: { otherwise: act },
  });
}

/** The samples a caller speaks from a frame on. */
function spoken(first: number, bytes: number): Buffer {
  const source = tones();
  const frames = Math.ceil(bytes / 160);
  const audio = Array.from({ length: frames }, (_, i) => source(first + i));
  return Buffer.concat(audio).subarray(0, bytes);
}

async function dataOf(recordingId: string): Promise<Buffer> {
  const answer = await api(`/v1/recordings/${recordingId}/audio`);
  expect(answer.status).toBe(200);
  const wav = Buffer.from(await answer.arrayBuffer());
  const data = wav.indexOf('data', 12, 'latin1');
  return wav.subarray(data + 8, data + 8 + wav.readUInt32LE(data + 4));
}

interface Recording {
  id: string;
  state: string;
  lostMs: number;
  gaps: { ms: number; reason: string; atMs: number }[];
}

/** Returns how many recordings the call has. */
async function check(call: CallHandle): Promise<number> {
  const answer = await api(`/v1/calls/${call.callSid}`);
  if (answer.status === 404) return 0; // killed before its first step was committed
  const view = (await answer.json()) as { recordings: Recording[]; entries: { kind: string }[] };
  const kinds = view.entries.map(({ kind }) => kind);
  for (const recording of view.recordings) {
    expect(kinds).toContain('grant');
    expect(['sealed', 'partial']).toContain(recording.state);
    expect(recording.lostMs).toBeLessThanOrEqual(200);
    const crash = recording.gaps.find(({ reason }) => reason === 'crash');
    const data = await dataOf(recording.id);
    const audio = crash === undefined ? data : data.subarray(0, crash.atMs * 8);
    const began = call.all('stream-started')[0]?.firstFrame ?? 0;
    expect(audio.equals(spoken(began, audio.length))).toBe(true);
  }
  return view.recordings.length;
}

test('after every kill the recordings open and the ledger verifies', {
  timeout: 600_000,
}, async () => {
  let recordings = 0;
  for (let round = 0; round < rounds; round += 1) {
    await start();
    const calls = Array.from({ length: callsAtOnce }, (_, index) => ring(index));
    await wait(200 + chance() * 2_500);
    await kill();
    for (const call of calls) call.hangup();
    await start();
    for (const call of calls) recordings += await check(call);
    await kill();
  }
  expect(recordings).toBeGreaterThan(0);
  console.log(`${recordings} recordings checked`);
  const report = execFileSync(
    process.execPath,
    [join(root, 'dist/main.js'), 'ledger', 'verify', '--json'],
    { env: { PATH: process.env['PATH'] ?? '', ...environment }, encoding: 'utf8' },
  );
  expect(JSON.parse(report)).toMatchObject({ ok: true, problems: [] });
});
