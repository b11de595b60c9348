/** A recording is paused, resumed, erased: the permission stands or falls, the sound obeys. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallHandle } from '../../src/carrier/carrier.ts';
import { verifyReceipt } from '../../src/core/ledger/verify.ts';
import {
  audioOf,
  type CallView,
  dropFrames,
  isSealed,
  lineNumber,
  mediaCount,
  sealFrames,
  type TestServer,
  testServer,
} from '../support/server.ts';
import { firstFrame, spoken, spokenBetween } from './voices.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

/** A call whose caller allows the recording, and is being recorded. */
async function granted(): Promise<CallHandle> {
  const call = server.call({ caller: { otherwise: { press: '1' } } });
  await call.when('stream-started');
  return call;
}

const post = (call: CallHandle, verb: string, body: object): Promise<Response> =>
  server.api(`/v1/calls/${call.callSid}/${verb}`, { method: 'POST', body: JSON.stringify(body) });

async function set(call: CallHandle, state: 'paused' | 'resumed', resumeAfterMs?: number) {
  const wait = resumeAfterMs === undefined ? {} : { resumeAfterMs };
  return (await post(call, 'recording', { state, ...wait })).status;
}

async function hungUp(call: CallHandle): Promise<CallView> {
  call.hangup();
  await call.ended;
  return server.callView(call.callSid, isSealed);
}

async function expectHeard(call: CallHandle, recording: CallView): Promise<void> {
  const audio = await audioOf(server, recording.id);
  expect(audio.equals(spokenBetween(await firstFrame(call), recording))).toBe(true);
}

const kindsOf = (view: CallView): string[] => view.entries.map(({ kind }: CallView) => kind);

describe('a pause', () => {
  test('[cap 19] is a signed gap of its length, with silence there and nothing said during it', async () => {
    const call = await granted();
    await sealFrames(server, call, 28);
    expect(await set(call, 'paused')).toBe(200);
    await dropFrames(server, call, 43);
    expect(await set(call, 'resumed')).toBe(200);
    await sealFrames(server, call, 17);
    const view = await hungUp(call);
    expect(view.recordings).toHaveLength(1);
    const [recording] = view.recordings;
    expect(recording).toMatchObject({
      state: 'sealed',
      durationMs: (28 + 43 + 17) * 20,
      gaps: [{ atMs: 28 * 20, ms: 43 * 20, reason: 'pause' }],
    });
    await expectHeard(call, recording);
    expect(kindsOf(view)).toEqual(['request', 'grant', 'pause', 'resume', 'sealing']);
    expect(view.parties[0].statuses.recording).toBe('granted');
  });

  test('may come twice', async () => {
    const call = await granted();
    for (let round = 0; round < 2; round += 1) {
      await sealFrames(server, call, 12);
      expect(await set(call, 'paused')).toBe(200);
      await dropFrames(server, call, 9);
      expect(await set(call, 'resumed')).toBe(200);
    }
    await sealFrames(server, call, 12);
    const [recording] = (await hungUp(call)).recordings;
    expect(recording.gaps.map(({ atMs, ms }: CallView) => [atMs, ms])).toEqual([
      [240, 180],
      [660, 180],
    ]);
    await expectHeard(call, recording);
  });

  test('that is asked for again changes nothing, and hinders no resuming', async () => {
    const call = await granted();
    await sealFrames(server, call, 5);
    expect(await set(call, 'paused')).toBe(200);
    expect(await set(call, 'paused')).toBe(409);
    await dropFrames(server, call, 6);
    expect(await set(call, 'resumed')).toBe(200);
    expect(await set(call, 'resumed')).toBe(409);
    await sealFrames(server, call, 7);
    const view = await hungUp(call);
    expect(kindsOf(view)).toEqual(['request', 'grant', 'pause', 'resume', 'sealing']);
    await expectHeard(call, view.recordings[0]);
  });

  test('ends by itself', async () => {
    const call = await granted();
    await sealFrames(server, call, 11);
    expect(await set(call, 'paused', 1_000)).toBe(200);
    await dropFrames(server, call, 8);
    await server.callView(call.callSid, (view) => kindsOf(view).includes('resume'));
    const before = await mediaCount(server, 'frames_sealed');
    while ((await mediaCount(server, 'frames_sealed')) === before) await call.sendFrames(1);
    await sealFrames(server, call, 11);
    const view = await hungUp(call);
    const [recording] = view.recordings;
    expect(recording.gaps).toHaveLength(1);
    expect(recording.gaps[0]).toMatchObject({ atMs: 220, reason: 'pause' });
    expect(recording.gaps[0].ms).toBeGreaterThanOrEqual(160);
    await expectHeard(call, recording);
  });

  test('that nobody ended ends with the call, and adds nothing to the recording', async () => {
    const call = await granted();
    await sealFrames(server, call, 13);
    expect(await set(call, 'paused')).toBe(200);
    await dropFrames(server, call, 20);
    const view = await hungUp(call);
    expect(view.recordings[0]).toMatchObject({ state: 'sealed', durationMs: 260, gaps: [] });
    await expectHeard(call, view.recordings[0]);
  });

  test('lasts, whatever the caller withdraws: after * resuming records nothing', async () => {
    const call = await granted();
    await sealFrames(server, call, 14);
    expect(await set(call, 'paused')).toBe(200);
    call.star();
    await call.when('bridged', 2);
    await call.sendFrames(10).catch(() => {});
    expect(await set(call, 'paused')).toBe(409);
    expect(await set(call, 'resumed')).toBe(200);
    await call.sendFrames(10).catch(() => {});
    const view = await hungUp(call);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    expect(view.recordings).toHaveLength(1);
    const audio = await audioOf(server, view.recordings[0].id);
    expect(audio.equals(spoken(await firstFrame(call), 14))).toBe(true);
  });

  test('holds for the agent who joins during it, and ends for both', async () => {
    const agentNumber = '+12025552800';
    const line = `/v1/lines/${encodeURIComponent(lineNumber)}`;
    const settings = { flow: 'inbound', locale: 'en', controller: 'Acme', agent: agentNumber };
    server.carrier.answerAs(agentNumber, { otherwise: { manual: true } });
    const to = '+14155552800';
    await server.api(line.replace(encodeURIComponent(lineNumber), encodeURIComponent(to)), {
      method: 'PUT',
      body: JSON.stringify(settings),
    });
    const call = server.call({ to, caller: { otherwise: { press: '1' } } });
    await call.when('stream-started');
    await sealFrames(server, call, 10);
    expect(await set(call, 'paused')).toBe(200);
    const agent = await server.carrier.called(agentNumber);
    await agent.when('gathers', 1);
    agent.silent();
    await agent.when('gathers', 2);
    agent.pressDigits('1');
    await agent.when('bridged');
    await dropFrames(server, call, 10);
    expect(await set(call, 'resumed')).toBe(200);
    await agent.when('stream-started');
    await sealFrames(server, agent, 10);
    await sealFrames(server, call, 10);
    const view = await hungUp(call);
    expect(view.recordings).toHaveLength(2);
    for (const recording of view.recordings) {
      const isCallers = recording.gaps.length === 1;
      expect(recording.durationMs).toBe(isCallers ? 600 : 200);
      await expectHeard(isCallers ? call : agent, recording);
    }
  });

  test('of a call that is over, or of none, is refused', async () => {
    const call = await granted();
    await hungUp(call);
    expect(await set(call, 'paused')).toBe(409);
    expect(await set(call, 'resumed')).toBe(409);
    const nobody = await server.api(`/v1/calls/CA${'0'.repeat(32)}/recording`, {
      method: 'POST',
      body: JSON.stringify({ state: 'paused' }),
    });
    expect(nobody.status).toBe(404);
  });
});

describe('a withdrawal that erases', () => {
  async function expectErased(call: CallHandle, recordingId: string): Promise<void> {
    const audio = await server.api(`/v1/recordings/${recordingId}/audio`);
    expect(audio.status).toBe(410);
    const { sql } = server.database;
    expect(
      await sql`select from headers.recording_header where recording_id = ${recordingId}`,
    ).toEqual([]);
    const view = await server.callView(call.callSid, isSealed);
    expect(view.recordings[0].state).toBe('erased');
    const erasures = view.entries.filter(({ kind }: CallView) => kind === 'erasure');
    expect(erasures).toHaveLength(1);
    for (;;) {
      const receipt = await server.api(`/v1/receipts/${erasures[0].receiptId}`);
      if (receipt.status === 409) continue; // not under a checkpoint yet
      const verdict = verifyReceipt(await receipt.text());
      expect(verdict).toMatchObject({
        ok: true,
        statement: { kind: 'erasure' },
        facts: { recordingId },
      });
      return;
    }
  }

  test('during the call leaves neither sound nor key, and the call goes on', async () => {
    const call = await granted();
    await sealFrames(server, call, 22);
    const [{ id }] = (await server.callView(call.callSid)).recordings;
    const answer = await post(call, 'withdraw', { purpose: 'recording', erase: true });
    expect(answer.status).toBe(200);
    expect(call.all('unbridged')).toEqual([]);
    await call.sendFrames(10).catch(() => {});
    const view = await hungUp(call);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    expect(kindsOf(view)).toContain('withdrawal');
    await expectErased(call, id);
  });

  test('after the call erases what was sealed', async () => {
    const call = await granted();
    await sealFrames(server, call, 22);
    const [{ id }] = (await hungUp(call)).recordings;
    expect((await server.api(`/v1/recordings/${id}/audio`)).status).toBe(200);
    const answer = await post(call, 'withdraw', { purpose: 'recording', erase: true });
    expect(answer.status).toBe(200);
    await expectErased(call, id);
    const again = await post(call, 'withdraw', { purpose: 'recording', erase: true });
    expect(again.status).toBe(200);
    await expectErased(call, id);
  });

  test('after the call is a withdrawal like any other', async () => {
    const call = await granted();
    await sealFrames(server, call, 4);
    await hungUp(call);
    await post(call, 'withdraw', { purpose: 'recording' });
    await post(call, 'withdraw', { purpose: 'recording' });
    const view = await server.callView(call.callSid);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    expect(kindsOf(view).filter((kind) => kind === 'withdrawal')).toHaveLength(1);
  });
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
