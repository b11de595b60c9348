/** Agents who are asked once: reminded before later calls, and their no or withdrawal counts there. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFlows, lockFileIn } from '../../src/adapters/flows/files.ts';
import { versionLock } from '../../src/adapters/flows/lock-file.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { publishFlow } from '../../src/app/publish-flow.ts';
import type { CallerScript, CallHandle } from '../../src/carrier/carrier.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import { root } from '../support/imports.ts';
import {
  type CallView,
  dropFrames,
  isSealed,
  mediaCount,
  sendText,
  type TestServer,
  testServer,
} from '../support/server.ts';

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
  const isUnchanged = async () => true;
  const parts = { flows: flows.all(), published: flows.published, promptText, lock, isUnchanged };
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
  const view = await server.callView(call.callSid, isSealed);
  const said = agent.all('says').map(({ text }) => String(text));
  return {
    asked: said.some((text) => text.includes('press 1')),
    reminded: said.some((text) => text.startsWith('As you agreed earlier, Acme')),
    status: agentOf(view).statuses.recording,
    kinds: view.entries
      .filter(({ party }: CallView) => party === agentOf(view).id)
      .map(({ kind }: CallView) => kind),
    /** Recordings of the agent. */
    kept: view.recordings.filter(({ party }: CallView) => party === agentOf(view).id).length,
  };
}

type Act = (caller: CallHandle) => Promise<void>;

const agentOf = (view: CallView): CallView =>
  view.parties.find(({ role }: CallView) => role === 'agent');

/** What an agent's entries say of their permission, in order. */
const permissionsOf = (view: CallView): readonly CallView[] =>
  view.entries.filter(
    ({ party, kind }: CallView) => party === agentOf(view).id && kind !== 'sealing',
  );

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

/** Two people on the line, both recorded, the agent by what they allowed in the call before. */
async function remindedTalk(number: string) {
  const to = await lineTo(number, 'asked-once');
  await talk(to, number, willing);
  server.carrier.answerAs(number, quiet);
  calls.set(number, 2);
  const caller = server.call({ to, caller: willing });
  const agent = await server.carrier.called(number, 2);
  await agent.when('bridged');
  for (const leg of [caller, agent]) await leg.when('stream-started');
  await untilKept(caller);
  await untilKept(agent);
  return { to, caller, agent };
}

/** Frames one by one until one is kept: what opens a gate is reported by nobody. */
async function untilKept(leg: CallHandle): Promise<void> {
  const before = await mediaCount(server, 'frames_sealed');
  for (let tries = 0; (await mediaCount(server, 'frames_sealed')) === before; tries += 1) {
    if (tries === 200) throw new Error('nothing is recorded');
    await leg.sendFrames(1);
  }
}

const choicesOf = async (number: string): Promise<CallView> =>
  (await server.api(`/v1/persons/${encodeURIComponent(number)}/choices`)).json();

describe('an agent who takes it back in the middle of a call', () => {
  const ways: readonly (readonly [string, string, (number: string) => Promise<unknown>])[] = [
    ['by a text message', 'text', (number) => sendText(server, number, 'STOP')],
    [
      'through their supervisor, for every call',
      'api',
      (number) =>
        server.api(`/v1/persons/${encodeURIComponent(number)}/withdraw`, {
          method: 'POST',
          body: JSON.stringify({ purpose: 'recording' }),
        }),
    ],
  ];

  test.each(ways)(
    '%s is not recorded from then on, nor is the caller; and never again',
    async (_, channel, takeBack) => {
      const number = `+1202555${channel === 'text' ? '4011' : '4012'}`;
      const { to, caller, agent } = await remindedTalk(number);
      expect(await takeBack(number)).toMatchObject({ status: 200 });
      await dropFrames(server, caller, 15);
      await agent.when('stream-stopped');
      caller.hangup();
      await Promise.all([caller.ended, agent.ended]);
      const view = await server.callView(caller.callSid, isSealed);
      const own = permissionsOf(view);
      expect(own.map((one: CallView) => [one.kind, one.channel])).toEqual([
        ['reminder', 'call'],
        ['withdrawal', channel],
      ]);
      expect(agentOf(view).statuses.recording).toBe('withdrawn');
      const other = view.parties.find(({ role }: CallView) => role === 'caller');
      expect(other.statuses.recording).toBe('granted');
      const receipt = await (await server.api(`/v1/receipts/${own[1].receiptId}`)).text();
      expect(verifyReceipt(receipt)).toMatchObject({ ok: true, facts: { channel } });
      const { purposes } = await choicesOf(number);
      expect(purposes.find(({ purpose }: CallView) => purpose === 'recording')).toMatchObject({
        status: 'refused',
        validUntil: null,
      });
      const next = await talk(to, number, willing);
      expect(next).toMatchObject({ asked: false, reminded: false, kinds: [], kept: 0 });
    },
  );
});

test('an agent who writes STOP between two calls is reminded of nothing in the next', async () => {
  const number = '+12025554013';
  const to = await lineTo(number, 'asked-once');
  const first = await talk(to, number, willing, async () => {
    await (await server.carrier.called(number)).when('stream-started');
    await untilKept(await server.carrier.called(number));
  });
  expect(first.kept).toBe(1);
  expect((await sendText(server, number, 'please stop')).replies).toHaveLength(1);
  const { history } = await choicesOf(number);
  const ofRecording = history.filter(({ purpose }: CallView) => purpose === 'recording');
  expect(ofRecording.map(({ kind, channel }: CallView) => [kind, channel])).toEqual([
    ['granted', 'call'],
    ['withdrawn', 'text'],
  ]);
  const next = await talk(to, number, willing);
  expect(next).toMatchObject({ asked: false, reminded: false, kinds: [], kept: 0 });
});

test('an agent whose yes ran out is asked, and not a frame of theirs is kept before they answer', async () => {
  const number = '+12025554014';
  const to = await lineTo(number, 'asked-once');
  await talk(to, number, willing);
  await server.database.sql`
    update choice set at = at - interval '13 months', valid_until = valid_until - interval '13 months'
    where kind = 'granted'`;
  server.carrier.answerAs(number, { otherwise: { manual: true } });
  const caller = server.call({ to, caller: willing });
  const agent = await server.carrier.called(number, 2);
  await agent.when('gathers');
  agent.silent(); // the purpose is spoken to its end
  await agent.when('gathers', 2);
  expect(agent.all('stream-started')).toEqual([]);
  const said = agent.all('says').map(({ text }) => String(text));
  expect(said.some((text) => text.startsWith('As you agreed earlier'))).toBe(false);
  agent.pressDigits('1');
  await agent.when('bridged');
  await agent.when('stream-started');
  await untilKept(agent);
  caller.hangup();
  await Promise.all([caller.ended, agent.ended]);
  const view = await server.callView(caller.callSid, isSealed);
  const own = permissionsOf(view);
  expect(own.map(({ kind }: CallView) => kind)).toEqual(['request', 'grant']);
  const [recording] = view.recordings.filter(({ party }: CallView) => party === agentOf(view).id);
  expect(Date.parse(recording.startedAt)).toBeGreaterThanOrEqual(Date.parse(own[1].at));
});
