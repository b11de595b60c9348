/**
 * An answering machine where we ring somebody: it is asked nothing, told nothing, and what its flow
 * says is done with it. That it was found is entered.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CalledParty, CallerScript, CallHandle } from '../../src/carrier/carrier.ts';
import { type OwnFlows, ownFlows } from '../support/own-flows.ts';
import {
  type CallView,
  dropFrames,
  isSealed,
  type TestServer,
  testServer,
} from '../support/server.ts';

const rung = `
  ask-recording: { ask: recording, granted: bridge, refused: `;

let own: OwnFlows;
let shipped: TestServer;
let server: TestServer;
beforeAll(async () => {
  own = await ownFlows(
    {
      brisk: `
name: brisk
version: 1
role: agent
steps:${rung}who, purpose: agent-purpose, choices: agent-choices, retry: agent-retry }
  who: { branch: [{ when: machine, next: end }], otherwise: bridge }
bridge: { withdrawn: agent-stopped, unrecorded: agent-not-recorded }`,
      patient: `
name: patient
version: 1
role: joiner
steps:${rung}bridge }`,
      hearing: `
name: hearing
version: 1
role: joiner
speech: true
steps:${rung}bridge, purpose: recording-purpose-speech, choices: recording-choices-speech, retry: recording-retry-speech }`,
      dialling: `
name: dialling
version: 1
steps:
  go:
    dial: agent
    whisper: told
    unanswered: leave-word
  leave-word: { task: call-back, next: goodbye }
  goodbye: { end: goodbye }
bridge: { withdrawn: recording-stopped, unrecorded: not-recorded, agent: brisk }`,
      queueing: `
name: queueing
version: 1
person: go
steps:
  go:
    queue: please-wait
    choices: { '9': goodbye }
    otherwise: goodbye
    attempts: 3
  goodbye: { end: goodbye }
bridge: { withdrawn: recording-stopped, unrecorded: not-recorded, agent: brisk }`,
    },
    {
      told: 'A caller is waiting.',
      'please-wait': 'Please wait. To leave, press 9.',
    },
  );
  [shipped, server] = await Promise.all([testServer(), testServer({}, { folders: own.folders })]);
});
afterAll(async () => {
  await Promise.all([shipped.close(), server.close()]);
  await own.remove();
});

/** Would allow anything, were it asked. */
const machine: CalledParty = { pickup: 'machine', otherwise: { press: '1' } };
const willing: CallerScript = { otherwise: { press: '1' } };

let numbers = 0;
function fresh(): string {
  numbers += 1;
  return `+1202555${String(4000 + numbers)}`;
}

async function lineOf(on: TestServer, flow: string, agent: string | null): Promise<string> {
  const number = fresh();
  const settings = { flow, locale: 'en', controller: 'Acme', agent };
  const put = { method: 'PUT', body: JSON.stringify(settings) };
  expect((await on.api(`/v1/lines/${encodeURIComponent(number)}`, put)).status).toBe(200);
  return number;
}

/** A caller whose line rings a machine. */
async function meets(on: TestServer, flow: string, script: CallerScript = willing) {
  const agentNumber = fresh();
  on.carrier.answerAs(agentNumber, machine);
  const caller = on.call({ to: await lineOf(on, flow, agentNumber), caller: script });
  return { caller, agentNumber, leg: await on.carrier.called(agentNumber) };
}

const add = (on: TestServer, { callSid }: CallHandle, body: object) =>
  on.api(`/v1/calls/${callSid}/parties`, { method: 'POST', body: JSON.stringify(body) });

/** It heard nothing and was hung up on by the first document. */
async function expectDropped(leg: CallHandle): Promise<void> {
  expect(await leg.ended).toMatchObject({ by: 'document' });
  expect(leg.all('answered')).toMatchObject([{ answeredBy: 'machine_start' }]);
  expect([...leg.all('says'), ...leg.all('gathers'), ...leg.all('bridged')]).toEqual([]);
}

const entriesOf = ({ entries }: CallView, party: string): readonly string[] =>
  entries.filter((one: CallView) => one.party === party).map(({ kind }: CallView) => kind);

/** That it was found, and nothing else, is entered about the party. */
async function expectEntered(on: TestServer, view: CallView, role: string): Promise<void> {
  const party = view.parties.find((one: CallView) => one.role === role);
  expect(entriesOf(view, party.id)).toEqual(['machine']);
  expect(party.statuses.recording).toBe('unknown');
  const entry = view.entries.find(({ kind }: CallView) => kind === 'machine');
  await expect.poll(async () => (await on.api(`/v1/receipts/${entry.receiptId}`)).status).toBe(200);
}

describe('of an agent', () => {
  test('is hung up on, and the caller is not left waiting', async () => {
    const { caller, leg } = await meets(shipped, 'inbound');
    await expectDropped(leg);
    expect(await caller.ended).toMatchObject({ by: 'api' });
    await expectEntered(shipped, await shipped.callView(caller.callSid, isSealed), 'agent');
  });

  test('is nobody to a flow that dials: the caller goes on as if it rang for nothing', async () => {
    const { caller, leg } = await meets(server, 'dialling');
    await expectDropped(leg);
    expect(await caller.ended).toMatchObject({ by: 'document' });
    const tasks = await server.database.sql`
      select kind from desk_task join leg using (party_id) where call_sid = ${caller.callSid}`;
    expect(tasks).toEqual([{ kind: 'call-back' }]);
    await expectEntered(server, await server.callView(caller.callSid, isSealed), 'agent');
  });

  test('leaves a caller who waits where they are, and the agent is rung again', async () => {
    const { caller, agentNumber, leg } = await meets(server, 'queueing', {
      otherwise: { manual: true },
    });
    await expectDropped(leg);
    server.carrier.answerAs(agentNumber, { otherwise: { press: '1' } });
    await caller.when('gathers');
    caller.silent();
    const again = await server.carrier.called(agentNumber, 2);
    await Promise.all([again.when('bridged'), caller.when('bridged')]);
    expect(again.all('answered')).toMatchObject([{ answeredBy: 'human' }]);
    caller.hangup();
    await caller.ended;
  });
});

describe('of somebody who is added', () => {
  test.each(['joiner', 'transferee'])(
    'as a %s is hung up on, and the call goes on',
    async (role) => {
      const agentNumber = fresh();
      const caller = shipped.call({
        to: await lineOf(shipped, 'inbound', agentNumber),
        caller: willing,
      });
      const agent = await shipped.carrier.called(agentNumber);
      await agent.when('bridged');
      const to = fresh();
      shipped.carrier.answerAs(to, machine);
      expect((await add(shipped, caller, { role, to })).status).toBe(201);
      await expectDropped(await shipped.carrier.called(to));
      const view = await shipped.callView(caller.callSid, ({ entries }) =>
        entries.some(({ kind }: CallView) => kind === 'machine'),
      );
      expect(view.state).toBe('bridged');
      await expectEntered(shipped, view, role);
      expect(caller.all('unbridged')).toEqual([]);
      caller.hangup();
      await caller.ended;
    },
  );

  test('ends the call of a caller whom the agent has left for it', async () => {
    const agentNumber = fresh();
    const to = await lineOf(shipped, 'inbound', agentNumber);
    const caller = shipped.call({ to, caller: willing });
    const agent = await shipped.carrier.called(agentNumber);
    await agent.when('bridged');
    const other = fresh();
    shipped.carrier.answerAs(other, { ...machine, ringMs: 60_000 });
    expect((await add(shipped, caller, { role: 'transferee', to: other })).status).toBe(201);
    agent.hangup();
    await expectDropped(await shipped.carrier.called(other));
    expect(await caller.ended).toMatchObject({ by: 'api' });
  });

  test('is not asked where the flow keeps it, and nobody is recorded with it', async () => {
    const to = await lineOf(server, 'inbound', null);
    const caller = server.call({ to, caller: willing });
    await caller.when('stream-started');
    const other = fresh();
    server.carrier.answerAs(other, machine);
    expect((await add(server, caller, { role: 'joiner', to: other, flow: 'patient' })).status).toBe(
      201,
    );
    const leg = await server.carrier.called(other);
    await leg.when('bridged');
    expect([...leg.all('gathers'), ...leg.all('stream-started')]).toEqual([]);
    await dropFrames(server, caller, 20);
    caller.hangup();
    await Promise.all([caller.ended, leg.ended]);
    await expectEntered(server, await server.callView(caller.callSid, isSealed), 'joiner');
  });
});

describe('is looked for', () => {
  const answered = async (flow: string, to: string): Promise<string | null | undefined> => {
    const caller = server.call({ to: await lineOf(server, 'inbound', null), caller: willing });
    await caller.when('bridged');
    expect((await add(server, caller, { role: 'joiner', to, flow })).status).toBe(201);
    const leg = await server.carrier.called(to);
    const { answeredBy } = await leg.when('answered');
    caller.hangup();
    await caller.ended;
    return answeredBy;
  };

  test.each([
    ['at a number, by a flow of keys', 'patient', '+12025554900', 'human'],
    ['at a telephone of ours, by a flow of words', 'hearing', 'sip:a@example.com', 'human'],
    ['not at a telephone of ours, by a flow of keys', 'patient', 'sip:b@example.com', null],
  ])('%s', async (_, flow, to, verdict) => {
    expect(await answered(flow, to)).toBe(verdict);
  });
});
