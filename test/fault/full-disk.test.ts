/** Storage that cannot be written costs the recording, visibly, and never the call. */
import { afterEach, expect, test } from 'vitest';
import type { CallHandle } from '../../src/carrier/carrier.ts';
import { isSealed, type TestServer, testServer } from '../support/server.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';

let disk: SmallDisk;
let server: TestServer;
afterEach(async () => {
  await server.close();
  await disk.close();
});

async function granted(): Promise<CallHandle> {
  const call = server.call({ caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  return call;
}

async function countOf(metric: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${metric} (\\d+)$`, 'm').exec(text)?.[1]);
}

/** What a part of the server says of itself. */
async function stateOf(part: string): Promise<{ status: number; says: string | undefined }> {
  const answer = await fetch(`${server.url}/readyz`);
  const { parts } = (await answer.json()) as { parts: Record<string, string> };
  return { status: answer.status, says: parts[part] };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries === 400) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The caller is still heard: `*` is answered, and they are back on the bridge. */
async function callGoesOn(call: CallHandle): Promise<void> {
  call.star();
  await call.when('bridged', 2);
  call.hangup();
  await call.ended;
}

test('a spool that is full stops the recording, and the call goes on', async () => {
  disk = await smallDisk('96k');
  server = await testServer({ DATA_DIR: `${disk.path}/data` });
  const call = await granted();
  await call.sendFrames(1_000); // 160 KB
  await until(async () => (await countOf('consentry_media_recordings_failed_total')) === 1);
  await callGoesOn(call);
  const view = await server.callView(call.callSid, isSealed);
  expect(view.recordings).toHaveLength(1);
  const [recording] = view.recordings;
  // What was kept may fit once the spool makes room; what was lost is said either way.
  expect(['partial', 'quarantined']).toContain(recording.state);
  if (recording.state === 'partial') expect(recording.lostMs).toBeGreaterThan(0);
});

test.each(['readOnly', 'unmount'] as const)(
  'a vault that is %s keeps the spool and says so, and the call goes on',
  async (fault) => {
    disk = await smallDisk('4m');
    server = await testServer({ VAULT_URL: `file:${disk.path}/vault` });
    const call = await granted();
    await call.sendFrames(100);
    await server.callView(call.callSid, ({ recordings }) => recordings.length === 1);
    await disk[fault]();
    await callGoesOn(call);
    const view = await server.callView(call.callSid, isSealed);
    expect(view.recordings[0].state).toBe('quarantined');
    expect((await stateOf('vault')).says).not.toBe('ok');
    const audio = await server.api(`/v1/recordings/${view.recordings[0].id}/audio`);
    expect(audio.status).toBe(503);
  },
);
