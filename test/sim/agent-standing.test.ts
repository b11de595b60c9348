/** Agents who are asked once: reminded before later calls, and their no or withdrawal counts there. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFlows, lockFileIn } from '../../src/adapters/flows/files.ts';
import { versionLock } from '../../src/adapters/flows/lock-file.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { publishFlow } from '../../src/app/publish-flow.ts';
import type { CallerScript, CallHandle } from '../../src/carrier/carrier.ts';
import { root } from '../support/imports.ts';
import { type CallView, type TestServer, testServer } from '../support/server.ts';

let folder = '';
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consentry-standing-'));
  const folders = { flows: join(folder, 'flows'), prompts: join(folder, 'prompts') };
  await cp(join(root, 'prompts'), folders.prompts, { recursive: true });
  await cp(join(root, 'flows'), folders.flows, { recursive: true });
  const yaml = await readFile(join(folders.flows, 'inbound/2.yaml'), 'utf8');
  await mkdir(join(folders.flows, 'asked-once'));
  await writeFile(
    join(folders.flows, 'asked-once/1.yaml'),
    `${yaml.replace(/name: inbound\nversion: 2/, 'name: asked-once\nversion: 1').trimEnd()}\n  agent: agent-standing\n`,
  );
  const flows = await loadFlows(folders.flows);
  const { text: promptText } = await loadPrompts(folders.prompts);
  const lock = versionLock(lockFileIn(folders.flows));
  const parts = { flows: flows.all(), published: flows.published, promptText, lock };
  expect(await publishFlow(parts, 'asked-once', 1)).toMatchObject({ done: true });
  server = await testServer({}, { folders });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const willing: CallerScript = { otherwise: { press: '1' } };
const quiet: CallerScript = { otherwise: { silent: true } };
const refusing: CallerScript = { otherwise: { press: '2' } };

let lines = 0;
const calls = new Map<string, number>();

async function lineTo(agent: string, flow: string): Promise<string> {
  lines += 1;
  const number = `+1415555${String(4000 + lines)}`;
  const answer = await server.api(`/v1/lines/${encodeURIComponent(number)}`, {
    method: 'PUT',
    body: JSON.stringify({ flow, locale: 'en', controller: 'Acme', agent }),
  });
  expect(answer.status).toBe(200);
  return number;
}

/** One call to a line, whose caller allows it; what its agent heard, and how it stood at the end. */
async function talk(to: string, agentNumber: string, caller: CallerScript, act?: Act) {
  server.carrier.answerAs(agentNumber, caller);
  const nth = (calls.get(agentNumber) ?? 0) + 1;
  calls.set(agentNumber, nth);
  const call = server.call({ to, caller: willing });
  await call.when('bridged');
  const agent = await server.carrier.called(agentNumber, nth);
  await agent.when('bridged');
  await server.callView(call.callSid, ({ parties }) => parties.length === 2);
  await act?.(call);
  call.hangup();
  await Promise.all([call.ended, agent.ended]);
  const view = await server.callView(call.callSid, ({ state }) => state === 'ended');
  const said = agent.all('says').map(({ text }) => String(text));
  return {
    asked: said.some((text) => text.includes('press 1')),
    reminded: said.some((text) => text.startsWith('As you agreed earlier, Acme')),
    status: agentOf(view).statuses.recording,
    kinds: view.entries
      .filter(({ party }: CallView) => party === agentOf(view).id)
      .map(({ kind }: CallView) => kind),
  };
}

type Act = (caller: CallHandle) => Promise<void>;

const agentOf = (view: CallView): CallView =>
  view.parties.find(({ role }: CallView) => role === 'agent');

test('an agent who allowed it once is reminded in the next call, and asked nothing', async () => {
  const number = '+12025554001';
  const to = await lineTo(number, 'asked-once');
  const first = await talk(to, number, willing);
  expect(first).toMatchObject({ asked: true, reminded: false, status: 'granted' });
  expect(first.kinds).toContain('grant');
  const next = await talk(to, number, quiet);
  expect(next).toMatchObject({ asked: false, reminded: true, status: 'granted' });
  expect(next.kinds).toContain('reminder');
  expect(next.kinds).not.toContain('grant');
  const answer = await server.api(`/v1/persons/${encodeURIComponent(number)}/choices`, {});
  const { purposes } = (await answer.json()) as CallView;
  const recording = purposes.find(({ purpose }: CallView) => purpose === 'recording');
  const days = (Date.parse(recording.validUntil) - Date.now()) / 86_400_000;
  expect(recording.status).toBe('granted');
  expect(Math.round(days)).toBeGreaterThanOrEqual(364);
  expect(Math.round(days)).toBeLessThanOrEqual(366);
  // Other words, of a flow that asks before every call: the yes does not count there.
  const other = await talk(await lineTo(number, 'inbound'), number, quiet);
  expect(other).toMatchObject({ asked: true, reminded: false });
  expect(other.status).not.toBe('granted');
});

test('a no to the reminder holds, now and in the calls after it', async () => {
  const number = '+12025554002';
  const to = await lineTo(number, 'asked-once');
  await talk(to, number, willing);
  expect(await talk(to, number, refusing)).toMatchObject({ reminded: true, status: 'refused' });
  const after = await talk(to, number, willing);
  expect(after).toMatchObject({ asked: false, reminded: false });
  expect(after.status).not.toBe('granted');
});

test('what a supervisor took back in one call is taken back for the next ones', async () => {
  const number = '+12025554003';
  const to = await lineTo(number, 'asked-once');
  const first = await talk(to, number, willing, async (caller) => {
    const view = await server.callView(
      caller.callSid,
      (one) => agentOf(one).statuses.recording === 'granted',
    );
    const body = JSON.stringify({ purpose: 'recording', party: agentOf(view).id });
    const answer = await server.api(`/v1/calls/${view.id}/withdraw`, { method: 'POST', body });
    expect(answer.status).toBe(200);
  });
  expect(first.status).toBe('withdrawn');
  const next = await talk(to, number, willing);
  expect(next).toMatchObject({ asked: false, reminded: false });
  expect(next.status).not.toBe('granted');
});
