/** What is published or taken back while a server runs: new calls hear it, running ones do not. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFlows, lockFileIn } from '../../src/adapters/flows/files.ts';
import { versionLock } from '../../src/adapters/flows/lock-file.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { publishFlow, rollbackFlow } from '../../src/app/publish-flow.ts';
import { root } from '../support/imports.ts';
import { type TestServer, testServer } from '../support/server.ts';

let folder = '';
let folders = { flows: '', prompts: '' };
let server: TestServer;

async function act(verb: typeof publishFlow, name: string, version: number | null) {
  const flows = await loadFlows(folders.flows);
  const { text: promptText } = await loadPrompts(folders.prompts);
  const lock = versionLock(lockFileIn(folders.flows));
  const isUnchanged = async () => true;
  const parts = { flows: flows.all(), published: flows.published, promptText, lock, isUnchanged };
  expect(await verb(parts, name, version)).toMatchObject({ done: true });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consentry-live-'));
  folders = { flows: join(folder, 'flows'), prompts: join(folder, 'prompts') };
  await cp(join(root, 'prompts'), folders.prompts, { recursive: true });
  await mkdir(folders.flows);
  await writeFile(lockFileIn(folders.flows), '');
  for (const name of ['agent', 'inbound']) {
    await mkdir(join(folders.flows, name));
    await cp(join(root, 'flows', name, '1.yaml'), join(folders.flows, name, '1.yaml'));
    await act(publishFlow, name, 1);
  }
  server = await testServer({}, { folders });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const firstWords = 'Hello. This is the company you called.';
const otherWords = 'Good day to you from the company you called.';

/** Calls again and again until a new call is greeted so; how long that took, in ms. */
async function greetedBy(words: string): Promise<number> {
  const from = performance.now();
  for (;;) {
    const call = server.call({ caller: { answers: [{ hangup: true }] } });
    await call.ended;
    if (call.all('says')[0]?.text === words) return performance.now() - from;
    if (performance.now() - from > 15_000) throw new Error(`no call was greeted by ${words}`);
  }
}

/** A caller who is asked, and takes their time. */
async function askedNow() {
  const call = server.call({ caller: { otherwise: { manual: true } } });
  await call.when('gathers');
  return call;
}

test('publishing and going back are heard by the next call, and by no running one', async () => {
  const yaml = await readFile(join(folders.flows, 'inbound/1.yaml'), 'utf8');
  await writeFile(
    join(folders.flows, 'inbound/2.yaml'),
    yaml.replace('version: 1', 'version: 2').replace('say: greeting', 'say: good-day'),
  );
  await writeFile(join(folders.prompts, 'en/good-day.txt'), 'Good day to you from {controller}.');
  const early = await askedNow();
  expect(early.all('says')[0]?.text).toBe(firstWords);

  await act(publishFlow, 'inbound', null);
  expect(await greetedBy(otherWords)).toBeLessThan(5_000);
  const late = await askedNow();
  expect(late.all('says')[0]?.text).toBe(otherWords);

  await act(rollbackFlow, 'inbound', null);
  expect(await greetedBy(firstWords)).toBeLessThan(5_000);

  for (const [call, version] of [
    [early, 1],
    [late, 2],
  ] as const) {
    // Over the purpose nothing is granted, so the question is put once more; then it counts.
    call.pressDigits('1');
    await call.when('gathers', 2);
    call.pressDigits('1');
    await call.when('bridged');
    const view = await server.callView(
      call.callSid,
      ({ parties }) => parties[0].statuses.recording === 'granted',
    );
    expect(view.flow).toMatchObject({ name: 'inbound', version });
    call.hangup();
    await call.ended;
  }
  expect(server.carrier.protocolErrors).toEqual([]);
});

test('what is written and published through the API is heard by the next call, too', async () => {
  const send = (method: string, path: string, body: string, type = 'application/json') =>
    server.api(`/v1${path}`, { method, body, headers: { 'content-type': type } });
  const greeting = 'A fine day to you from {controller}.';
  expect(
    (await send('PUT', '/prompts/en/fine-day', JSON.stringify({ text: greeting }))).status,
  ).toBe(201);
  const yaml = (await readFile(join(folders.flows, 'inbound/1.yaml'), 'utf8'))
    .replace('version: 1', 'version: 3')
    .replace('say: greeting', 'say: fine-day');
  expect((await send('PUT', '/flows/inbound/3', yaml, 'application/yaml')).status).toBe(201);
  const published = await send('POST', '/flows/inbound/3/publish', '{}');
  expect(await published.json()).toMatchObject({ flow: { name: 'inbound', version: 3 } });
  const words = 'A fine day to you from the company you called.';
  expect(await greetedBy(words)).toBeLessThan(5_000);
});
