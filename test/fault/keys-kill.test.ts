/**
 * kill -9 of `keys rotate` while it is at work, beside a server that runs: what was recorded is heard
 * all the time, there and in a server that starts with what the killed command left.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generator } from '../support/chance.ts';
import { root } from '../support/imports.ts';
import { isSealed, sealFrames, type TestServer, testServer } from '../support/server.ts';

const seed = Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE());
const chance = generator(seed);
const rounds = 12;
/** What it does once the next key lies there takes about as long. */
const workMs = 60;

let server: TestServer;
let kek: string;
beforeAll(async () => {
  console.log(`seed ${seed}`);
  server = await testServer();
  kek = join(server.dir, 'keys', 'kek');
});
afterAll(() => server.close());

/** Resolves to what it printed; null: it was killed. */
async function rotate(
  killAfterMs: number | null,
  ...more: readonly string[]
): Promise<string | null> {
  const wasThere = existsSync(`${kek}.next`);
  const child = spawn(
    process.execPath,
    [join(root, 'dist/main.js'), 'keys', 'rotate', '--json', ...more],
    {
      env: { PATH: process.env['PATH'] ?? '', ...server.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (killAfterMs !== null) {
    // Of one that goes on nothing is seen before its end.
    if (wasThere) await Promise.race([wait(1_500 + 1_000 * chance()), ended]);
    while (!wasThere && !existsSync(`${kek}.next`) && child.exitCode === null) await wait(1);
    await wait(killAfterMs);
    child.kill('SIGKILL');
  }
  return (await ended) === 0 ? printed : null;
}

async function recorded(): Promise<string> {
  const call = server.call({ caller: { answers: [{ press: '1' }] } });
  await call.when('stream-started');
  await sealFrames(server, call, 40);
  call.hangup();
  await call.ended;
  return (await server.callView(call.callSid, isSealed)).recordings[0].id;
}

const heard = async (at: TestServer, id: string): Promise<number> => {
  const answer = await at.api(`/v1/recordings/${id}/audio`);
  expect(answer.status).toBe(200);
  return (await answer.arrayBuffer()).byteLength;
};

test('a change of keys that is killed again and again loses nothing', {
  timeout: 180_000,
}, async () => {
  const first = await recorded();
  const bytes = await heard(server, first);
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    if ((await rotate(workMs * chance())) === null) killed += 1;
    expect(await heard(server, first)).toBe(bytes);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    if (round % 4 !== 0) continue;
    const beside = await testServer({}, { beside: server });
    expect(await heard(beside, first)).toBe(bytes);
    await beside.close();
  }
  expect(killed).toBeGreaterThan(0);
  const second = await recorded();
  expect(JSON.parse((await rotate(null)) ?? '{}')).toMatchObject({ rewrapped: expect.any(Number) });
  for (const name of readdirSync(join(server.dir, 'keys'))) {
    if (name !== 'kek') rmSync(join(server.dir, 'keys', name));
  }
  const beside = await testServer({}, { beside: server });
  for (const id of [first, second]) {
    expect(await heard(beside, id)).toBeGreaterThan(0);
    expect(await heard(server, id)).toBeGreaterThan(0);
  }
  const renewed = JSON.parse((await rotate(null, '--recordings')) ?? '{}');
  expect(renewed).toEqual({ identities: 1, headers: 2, damaged: 0, destroyed: 0 });
  for (const id of [first, second, await recorded()]) {
    expect(await heard(beside, id)).toBeGreaterThan(0);
    expect(await heard(server, id)).toBeGreaterThan(0);
  }
  await beside.close();
});
