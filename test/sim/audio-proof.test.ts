/**
 * Known tones go in, and the exported audio holds exactly the frames between the grant and its
 * end, sample for sample, whatever the caller does.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audioOf, isSealed, sealFrames, type TestServer, testServer } from '../support/server.ts';
import { firstFrame, spoken } from './voices.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

describe('a call that is granted', () => {
  test.each([
    ['a key', 'inbound', { press: '1' }],
    ['a word', 'inbound-speech', { say: 'yes' }],
    ['several words', 'inbound-speech', { say: 'Yes, please.' }],
  ] as const)('by %s holds every frame from the grant to the end', async (_, flow, act) => {
    const frames = 137; // no multiple of the 10 frames of a segment
    const call = server.call({ flow, caller: { otherwise: act } });
    await call.when('stream-started');
    await sealFrames(server, call, frames);
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('granted');
    expect(view.recordings).toHaveLength(1);
    expect(view.recordings[0]).toMatchObject({ state: 'sealed', lostMs: 0, gaps: [] });
    expect(view.recordings[0].durationMs).toBe(frames * 20);
    const audio = await audioOf(server, view.recordings[0].id);
    expect(audio.equals(spoken(await firstFrame(call), frames))).toBe(true);
  });
});

describe('[cap 25] a call that is not granted', () => {
  test.each([
    ['2', 'inbound', { press: '2' }],
    ['*', 'inbound', { press: '*' }],
    ['another key', 'inbound', { press: '7' }],
    ['silence', 'inbound', { silent: true }],
    ['no', 'inbound-speech', { say: 'no' }],
    ['yes and no', 'inbound-speech', { say: 'yes, no wait' }],
    ['a hedge', 'inbound-speech', { say: 'I guess' }],
    ['a yes nobody is sure of', 'inbound-speech', { say: 'yes', confidence: 0.3 }],
    ['a yes without confidence', 'inbound-speech', { say: 'yes', confidence: null }],
    ['words where only keys count', 'inbound', { say: 'yes' }],
  ] as const)(
    'after %s streams nothing, stores nothing, and reaches the bridge',
    async (_, flow, act) => {
      const call = server.call({ flow, caller: { otherwise: act, bridge: [{ hangup: true }] } });
      await call.ended;
      expect(call.all('bridged')).toHaveLength(1);
      expect(call.all('stream-started')).toHaveLength(0);
      const view = await server.callView(call.callSid, isSealed);
      expect(view.recordings).toEqual([]);
      expect(view.parties[0].statuses.recording).not.toBe('granted');
    },
  );

  test('a caller who hangs up during the question leaves nothing behind', async () => {
    const call = server.call({ caller: { otherwise: { hangup: true } } });
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.recordings).toEqual([]);
    expect(view.parties[0].statuses.recording).not.toBe('granted');
  });
});

describe('[cap 34] a withdrawal', () => {
  const at = [1, 9, 10, 11, 63, 100];

  test.each(at)('by * after frame %i keeps exactly what came before', async (n) => {
    const call = server.call({ caller: { otherwise: { press: '1' } } });
    await call.when('stream-started');
    await sealFrames(server, call, n);
    call.star();
    await call.when('bridged', 2);
    await call.sendFrames(50).catch(() => {});
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    const audio = await audioOf(server, view.recordings[0].id);
    expect(audio.equals(spoken(await firstFrame(call), n))).toBe(true);
  });

  test('at any moment, with frames on their way, keeps a beginning of what was said', async () => {
    const call = server.call({
      caller: {
        otherwise: { press: '1' },
        bridge: [
          { streaming: true },
          { frames: 500 },
          { star: true },
          { frames: 50 },
          { hangup: true },
        ],
      },
    });
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    for (const { id } of view.recordings) {
      const audio = await audioOf(server, id);
      const whole = spoken(await firstFrame(call), 500);
      expect(audio.equals(whole.subarray(0, audio.length))).toBe(true);
    }
  });

  test('by the API stops sealing although the stream goes on', async () => {
    const call = server.call({ caller: { otherwise: { press: '1' } } });
    await call.when('stream-started');
    await sealFrames(server, call, 40);
    const answer = await server.api(`/v1/calls/${call.callSid}/withdraw`, {
      method: 'POST',
      body: JSON.stringify({ purpose: 'recording' }),
    });
    expect(answer.status).toBe(200);
    await call.sendFrames(40).catch(() => {});
    call.hangup();
    await call.ended;
    const view = await server.callView(call.callSid, isSealed);
    expect(view.parties[0].statuses.recording).toBe('withdrawn');
    const audio = await audioOf(server, view.recordings[0].id);
    expect(audio.equals(spoken(await firstFrame(call), 40))).toBe(true);
    const kinds = view.entries.map(({ kind }: { kind: string }) => kind);
    expect(kinds.slice(0, 4)).toEqual(['request', 'grant', 'withdrawal', 'sealing']);
  });
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
