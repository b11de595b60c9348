/**
 * The database freezes while a caller answers (SIGSTOP of all its processes). The caller hears
 * "not recorded" while it is still frozen, is let through, and after it thaws no grant stands.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/adapters/postgres/embedded.ts';
import {
  audioOf,
  callerNumber,
  isSealed,
  lineNumber,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';

let dir: string;
let postgres: EmbeddedPostgres;
let server: TestServer;

/** Postmaster, backends and writers together: each backend leads a session of its own. */
function signal(name: 'SIGSTOP' | 'SIGCONT'): void {
  const children = readFileSync(`/proc/${postgres.pid}/task/${postgres.pid}/children`, 'utf8');
  for (const pid of [postgres.pid, ...children.trim().split(' ').map(Number)]) {
    process.kill(pid, name);
  }
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'consentry-frozen-'));
  postgres = await startEmbedded({ dir });
  server = await testServer({ DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await server.close();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** At instant pace the carrier waits for nothing but our answers. */
function manualCall() {
  return server.carrier.placeCall({
    to: lineNumber,
    from: callerNumber,
    voiceUrl: `${server.url}/twilio/voice`,
    statusUrl: `${server.url}/twilio/status`,
    fallbackUrl: `${server.url}/twilio/fallback`,
    caller: { otherwise: { manual: true } },
  });
}

async function settled(callSid: string) {
  await wait(500); // what was on its way to the database has arrived or is refused
  return server.callView(callSid);
}

test('frozen before the answer: the caller is told and let through, and nothing was granted', async () => {
  const call = manualCall();
  await call.when('gathers', 1);
  call.silent();
  await call.when('gathers', 2);
  signal('SIGSTOP');
  call.pressDigits('1');
  const bridged = await call.when('bridged');
  signal('SIGCONT');
  expect(bridged.conference).toContain('unrecorded');
  const told = call.all('says').at(-1);
  expect(told?.text).toMatch(/not recorded/);
  const view = await settled(call.callSid);
  expect(view.parties[0].statuses.recording).not.toBe('granted');
  expect(view.entries.map(({ kind }: { kind: string }) => kind)).not.toContain('grant');
  expect(call.all('stream-started')).toEqual([]);
  call.hangup();
  await call.ended;
});

test('frozen at any moment of the answer: who was told "not recorded" has no grant', async () => {
  for (let round = 0; round < 8; round += 1) {
    const call = manualCall();
    await call.when('gathers', 1);
    call.silent();
    await call.when('gathers', 2);
    call.pressDigits('1');
    await wait(round * 2);
    signal('SIGSTOP');
    const bridged = await call.when('bridged');
    signal('SIGCONT');
    const view = await settled(call.callSid);
    const granted = view.parties[0].statuses.recording === 'granted';
    const letThrough = String(bridged.conference).includes('unrecorded');
    expect(granted && letThrough, `round ${round}`).toBe(false);
    if (letThrough) expect(call.all('stream-started')).toEqual([]);
    call.hangup();
    await call.ended;
  }
});

test('frozen while the caller presses * in the bridge: it is a withdrawal all the same', async () => {
  const call = server.call({ caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  await call.when('bridged');
  await sealFrames(server, call, 30);
  signal('SIGSTOP');
  call.star();
  const bridged = await call.when('bridged', 2);
  await call.sendFrames(30).catch(() => {});
  signal('SIGCONT');
  expect(bridged.conference).toContain('unrecorded');
  const withdrawn = await server.callView(
    call.callSid,
    (view) => view.parties[0].statuses.recording === 'withdrawn',
  );
  const kinds = withdrawn.entries.map(({ kind }: { kind: string }) => kind);
  expect(kinds.filter((kind: string) => kind === 'withdrawal')).toHaveLength(1);
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  const audio = await audioOf(server, view.recordings[0].id);
  expect(audio.length).toBe(30 * 160);
});

test('a step that failed once fails for ever: its repeat after the thaw gets the same bytes', async () => {
  const call = server.call({
    caller: { otherwise: { manual: true } },
    faults: { repeat: { times: 1, when: 'later', token: 'same' } },
  });
  await call.when('gathers', 1);
  call.silent();
  await call.when('gathers', 2);
  signal('SIGSTOP');
  call.pressDigits('1');
  await call.when('bridged');
  signal('SIGCONT');
  call.hangup();
  await call.ended;
  const repeats = call.all('webhook-repeated');
  expect(repeats.length).toBeGreaterThan(0);
  expect(repeats.every(({ identical }) => identical)).toBe(true);
  const view = await settled(call.callSid);
  expect(view.parties[0].statuses.recording).not.toBe('granted');
});
