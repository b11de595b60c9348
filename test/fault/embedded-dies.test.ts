/**
 * The embedded database is killed from outside (SIGKILL of its postmaster). The server starts it
 * again by itself; while it is away callers are let through unrecorded; and a server whose database
 * does not come back stops all the same.
 */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readinessKeptMs } from '../../src/edges/http/health.ts';
import { isSealed, sealFrames, type TestServer, testServer } from '../support/server.ts';

let server: TestServer;
const cluster = (): string => join(server.dir, 'postgres', 'cluster');
const postmaster = (): number =>
  Number(readFileSync(join(cluster(), 'postmaster.pid'), 'utf8').split('\n')[0]);

/** The same while there may be none: the one that was killed, then. */
let lastSeen = 0;
function postmasterNow(): number {
  try {
    lastSeen = postmaster();
  } catch {
    // The file is about to be written again.
  }
  return lastSeen;
}

/** Without its control file a cluster starts no more. */
const control = (): [string, string] => [
  join(cluster(), 'global', 'pg_control'),
  join(cluster(), 'global', 'pg_control.away'),
];
const takeAway = (): void => renameSync(...control());
const putBack = (): void => renameSync(...(control().reverse() as [string, string]));

async function until(ready: boolean): Promise<void> {
  await wait(readinessKeptMs); // what it said before holds so long
  for (;;) {
    const { ok } = await fetch(`${server.url}/readyz`);
    if (ok === ready) return;
    await wait(25);
  }
}

beforeEach(async () => {
  server = await testServer({ DATABASE_URL: '' });
});
afterEach(() => server.close());

async function grantedCall() {
  const call = server.call({ caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  await call.when('bridged');
  await sealFrames(server, call, 20);
  return call;
}

test('it is there again, as another process, and calls are asked and recorded as before', async () => {
  for (let round = 0; round < 3; round += 1) {
    const killed = postmasterNow();
    process.kill(killed, 'SIGKILL');
    // It may be there again before anybody sees that it was away.
    await expect.poll(postmasterNow, { timeout: 30_000 }).not.toBe(killed);
    await until(true);
    const call = await grantedCall();
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('granted');
    expect(view.recordings.map(({ state }: { state: string }) => state)).toEqual(['sealed']);
  }
});

test('while it is away a caller is told that nothing is recorded and let through', async () => {
  const call = server.call({ caller: { otherwise: { manual: true } } });
  await call.when('gathers', 1);
  call.silent();
  await call.when('gathers', 2);
  takeAway();
  process.kill(postmaster(), 'SIGKILL');
  await until(false);
  call.pressDigits('1');
  const bridged = await call.when('bridged');
  expect(bridged.conference).toContain('unrecorded');
  expect(call.all('says').at(-1)?.text).toMatch(/not recorded/);
  expect(call.all('stream-started')).toEqual([]);
  putBack();
  await until(true);
  const view = await server.callView(call.callSid);
  expect(view.parties[0].statuses.recording).not.toBe('granted');
  call.hangup();
  await call.ended;
});

test('a server whose database does not come back stops, and the next start has what was kept', async () => {
  const call = await grantedCall();
  takeAway();
  process.kill(postmaster(), 'SIGKILL');
  await until(false);
  // Without it, each of the parts that say goodbye to the database would wait for it in turn.
  const stopped = await Promise.race([server.server.stop().then(() => true), wait(8_000, false)]);
  expect(stopped).toBe(true);
  putBack();
  const again = await testServer(
    { ...server.environment, DATABASE_URL: '', PORT: '0' },
    { beside: server },
  );
  call.hangup();
  await call.ended;
  const view = await again.callView(
    call.callSid,
    ({ recordings }) => recordings[0]?.state !== 'live',
  );
  expect(view.recordings[0].durationMs).toBeGreaterThan(0);
  await again.server.stop();
});
