/** Prompts that somebody recorded: played by the carrier, and proved by their hash. */
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import { type OwnFlows, ownFlows } from '../support/own-flows.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';
import { wavOf } from '../support/wav.ts';

const recording = wavOf({ ms: 2_000, tag: 7, bits: 8 });
const sha256 = createHash('sha256').update(recording).digest('hex');

let own: OwnFlows;
let server: TestServer;
beforeAll(async () => {
  own = await ownFlows({
    recorded: `
name: recorded
version: 1
steps:
  ask: { ask: recording, granted: bye, refused: bye }
  bye: { end: goodbye }`,
  });
  const { prompts } = own.folders;
  await writeFile(join(prompts, 'en/recording-choices.wav'), recording);
  await writeFile(join(prompts, 'en/goodbye.wav'), 'not a sound');
  await writeFile(join(prompts, 'en/recording-purpose.wav'), recording);
  server = await testServer({}, { folders: own.folders });
});
afterAll(async () => {
  await server.close();
  await own.remove();
});

test('a recording is played in place of the voice; what is none, or has a variable, is spoken', async () => {
  const call = server.call({ flow: 'recorded', caller: { answers: [{ press: '1' }] } });
  expect(await call.ended).toMatchObject({ by: 'document' });
  expect(call.all('plays').map(({ url }) => url)).toEqual([`${server.url}/prompts/${sha256}.wav`]);
  const said = call.all('says').map(({ text }) => text);
  expect(said[0]).toMatch(/^With your permission/);
  expect(said).toContain('Thank you for calling. Goodbye.');
  expect(said.join(' ')).not.toContain('press 1');
  expect(server.carrier.protocolErrors).toEqual([]);
});

test('the entry says which words were heard, and which recording of them', async () => {
  const call = server.call({ flow: 'recorded', caller: { answers: [{ press: '1' }] } });
  await call.ended;
  const view = await server.callView(call.callSid);
  const grant = view.entries.find(({ kind }: CallView) => kind === 'grant');
  const receipt = await waitFor(`/v1/receipts/${grant.receiptId}`);
  expect(verifyReceipt(JSON.stringify(receipt))).toMatchObject({ ok: true });
  const prompts = receipt.openings.prompts.value;
  expect(prompts).toEqual([
    { id: 'recording-purpose', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    {
      id: 'recording-choices',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      audioSha256: sha256,
    },
  ]);
});

test('the file is there for everybody, for ever, under its hash and no other name', async () => {
  const answer = await fetch(`${server.url}/prompts/${sha256}.wav`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('audio/wav');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(Buffer.from(await answer.arrayBuffer()).equals(recording)).toBe(true);
  for (const path of [
    `${'0'.repeat(64)}.wav`,
    sha256,
    `${sha256.toUpperCase()}.wav`,
    'recording-choices.wav',
    '..%2f..%2fpackage.json',
  ]) {
    expect([path, (await fetch(`${server.url}/prompts/${path}`)).status]).toEqual([path, 404]);
  }
});

test('it is played from memory: a file that is gone is no silence', async () => {
  await rm(join(own.folders.prompts, 'en/recording-choices.wav'));
  const answer = await fetch(`${server.url}/prompts/${sha256}.wav`);
  expect(answer.status).toBe(200);
});

async function waitFor(path: string): Promise<CallView> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await server.api(path);
    if (answer.ok) return answer.json();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} is never there`);
}
