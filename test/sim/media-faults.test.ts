/** Media sockets that misbehave: what is kept is what was said, in its place, and nothing else. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallHandle, MediaFaults } from '../../src/carrier/carrier.ts';
import {
  audioOf,
  type CallView,
  isSealed,
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

/** A call whose caller allows the recording, with a socket that misbehaves, on the bridge. */
async function callWith(media: MediaFaults): Promise<CallHandle> {
  const call = server.call({ faults: { media }, caller: { otherwise: { press: '1' } } });
  await call.when('bridged');
  return call;
}

async function hungUp(call: CallHandle): Promise<CallView> {
  expect(call.all('unbridged')).toEqual([]);
  call.hangup();
  await call.ended;
  const view = await server.callView(call.callSid, isSealed);
  expect(view.parties[0].statuses.recording).toBe('granted');
  return view;
}

/** Sends frames of which so many arrive, and waits for those. */
async function sendAndSeal(call: CallHandle, sent: number, arriving: number): Promise<void> {
  const wanted = (await mediaCount(server, 'frames_sealed')) + arriving;
  await call.sendFrames(sent);
  for (let tries = 0; (await mediaCount(server, 'frames_sealed')) < wanted; tries += 1) {
    if (tries === 400) throw new Error('the frames never arrived');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function recordingOf(view: CallView): Promise<{ recording: CallView; audio: Buffer }> {
  expect(view.recordings).toHaveLength(1);
  const [recording] = view.recordings;
  return { recording, audio: await audioOf(server, recording.id) };
}

describe('a socket that may not be believed', () => {
  test.each([
    ['names another leg', { wrongCallSid: true }],
    ['sends media before it says whose it is', { mediaBeforeStart: true }],
  ] as const)('because it %s is turned away, and the call goes on unrecorded', async (_, media) => {
    const call = await callWith(media);
    expect(await call.when('stream-stopped')).toMatchObject({ by: 'server', code: 1008 });
    await call.sendFrames(30);
    const view = await hungUp(call);
    expect(view.recordings).toEqual([]);
    expect(call.all('stream-started')).toHaveLength(1);
  });

  test.each(['wrong', 'missing'] as const)(
    'because its handshake has a signature that is %s is refused, and the call goes on unrecorded',
    async (handshake) => {
      const call = await callWith({ handshake });
      expect((await call.when('stream-failed')).message).toBe('handshake answered HTTP 403');
      await call.sendFrames(30);
      const view = await hungUp(call);
      expect(view.recordings).toEqual([]);
    },
  );

  test('because its token was used before adds nothing to what was recorded', async () => {
    const call = await callWith({ reuseToken: true });
    await call.when('stream-started');
    await sealFrames(server, call, 23);
    call.star();
    await call.when('bridged', 2);
    await call.when('stream-started', 2);
    expect(await call.when('stream-stopped', 2)).toMatchObject({ by: 'server', code: 1008 });
    await call.sendFrames(30);
    call.hangup();
    await call.ended;
    const { audio } = await recordingOf(await server.callView(call.callSid, isSealed));
    expect(audio.equals(spoken(await firstFrame(call), 23))).toBe(true);
  });
});

describe('a socket that may be believed', () => {
  test('although its signature is over the address with a slash', async () => {
    const call = await callWith({ handshake: 'slash' });
    await call.when('stream-started');
    await sealFrames(server, call, 11);
    const { audio } = await recordingOf(await hungUp(call));
    expect(audio.equals(spoken(await firstFrame(call), 11))).toBe(true);
  });

  test('is the only one: of two with one token, one is recorded, once', async () => {
    const call = await callWith({ twoSockets: true });
    expect(await call.when('stream-stopped')).toMatchObject({ by: 'server', code: 1008 });
    await sealFrames(server, call, 31);
    const { recording, audio } = await recordingOf(await hungUp(call));
    expect(recording.gaps).toEqual([]);
    expect(audio.equals(spoken(await firstFrame(call), 31))).toBe(true);
  });

  test.each([
    ['sends frames twice', { duplicateEvery: 3 }],
    ['swaps frames', { swapEvery: 4 }],
    ['does both', { duplicateEvery: 5, swapEvery: 3 }],
  ] as const)('although it %s: every frame is kept once, in its place', async (_, media) => {
    const call = await callWith(media);
    await call.when('stream-started');
    await sealFrames(server, call, 50);
    const { recording, audio } = await recordingOf(await hungUp(call));
    expect(recording).toMatchObject({ state: 'sealed', durationMs: 1_000, lostMs: 0, gaps: [] });
    expect(audio.equals(spoken(await firstFrame(call), 50))).toBe(true);
  });

  test('although frames are missing: a signed gap says where, and silence is there', async () => {
    const call = await callWith({ skipEvery: 15 });
    await call.when('stream-started');
    // Missing frames are waited for as long as ten more: after the last gap there are fourteen.
    await sendAndSeal(call, 74, 70);
    const { recording, audio } = await recordingOf(await hungUp(call));
    expect(recording.durationMs).toBe(74 * 20);
    expect(recording.gaps).toEqual(
      [280, 580, 880, 1_180].map((atMs) => ({ atMs, ms: 20, reason: 'lost' })),
    );
    expect(audio.equals(spokenBetween(await firstFrame(call), recording))).toBe(true);
  });
});

describe('a socket that dies', () => {
  /** A gap is as long as the recorder's clock says: at this pace a new socket is there at once. */
  const gapMsMin = 60;

  /** The frames of the first stream, a gap, the frames of the second. */
  async function expectTwoStreams(call: CallHandle, view: CallView, first: number, second: number) {
    const { recording, audio } = await recordingOf(view);
    expect(recording.state).toBe('sealed');
    const [gap] = recording.gaps;
    expect(gap).toMatchObject({ atMs: first * 20, reason: 'socket' });
    expect(gap.ms).toBeGreaterThan(0);
    const gapEnd = (gap.atMs + gap.ms) * 8;
    expect(audio.subarray(0, gap.atMs * 8).equals(spoken(await firstFrame(call), first))).toBe(
      true,
    );
    expect(audio.subarray(gap.atMs * 8, gapEnd).every((byte) => byte === 0xff)).toBe(true);
    const after = audio.subarray(gapEnd, gapEnd + second * 160);
    expect(after.equals(spoken(await firstFrame(call, 2), second))).toBe(true);
    return { recording, audio };
  }

  test('is replaced once, with a gap between the two', async () => {
    const call = await callWith({});
    await call.when('stream-started');
    await sealFrames(server, call, 34);
    await wait(gapMsMin);
    call.dropSocket();
    await call.when('stream-started', 2);
    await sealFrames(server, call, 21);
    const view = await hungUp(call);
    const { recording } = await expectTwoStreams(call, view, 34, 21);
    expect(recording.gaps).toHaveLength(1);
    expect(call.all('stream-started')).toHaveLength(2);
  });

  test('because of a message beyond all bounds is replaced too', async () => {
    const call = await callWith({ oversizedAtFrame: 20 });
    await call.when('stream-started');
    await sealFrames(server, call, 19);
    await wait(gapMsMin);
    await call.sendFrames(1);
    await call.when('stream-started', 2);
    await sealFrames(server, call, 12);
    await expectTwoStreams(call, await hungUp(call), 19, 12);
  });

  test('in the middle of what is said keeps a beginning of it', async () => {
    const call = await callWith({ dropAfterFrames: 40 });
    await call.when('stream-started');
    await sealFrames(server, call, 15);
    await call.sendFrames(60);
    await call.when('stream-started', 2);
    await sealFrames(server, call, 12);
    const { recording, audio } = await recordingOf(await hungUp(call));
    const gapMs = recording.gaps.reduce((sum: number, { ms }: CallView) => sum + ms, 0);
    const kept = (recording.durationMs - gapMs) / 20 - 12;
    expect(kept).toBeGreaterThanOrEqual(15);
    expect(kept).toBeLessThanOrEqual(40);
    expect(audio.subarray(0, kept * 160).equals(spoken(await firstFrame(call), kept))).toBe(true);
    expect(audio.subarray(-12 * 160).equals(spoken(await firstFrame(call, 2), 12))).toBe(true);
  });

  test('twice ends the recording, and nothing said later is kept', async () => {
    const call = await callWith({});
    await call.when('stream-started');
    await sealFrames(server, call, 16);
    await wait(gapMsMin);
    call.dropSocket();
    await call.when('stream-started', 2);
    await sealFrames(server, call, 17);
    await wait(gapMsMin);
    call.dropSocket();
    const over = ({ recordings }: CallView) => recordings[0].state !== 'live';
    const live = await server.callView(call.callSid, over);
    expect(live.state).toBe('bridged');
    await call.sendFrames(30);
    const view = await hungUp(call);
    expect(call.all('stream-started')).toHaveLength(2);
    const { recording, audio } = await expectTwoStreams(call, view, 16, 17);
    const last = recording.gaps.at(-1);
    const spokenMs =
      recording.durationMs - recording.gaps.reduce((sum: number, { ms }: CallView) => sum + ms, 0);
    expect(spokenMs).toBe((16 + 17) * 20);
    expect(last.reason).toBe('socket');
    expect(audio).toHaveLength(recording.durationMs * 8);
  });
});

test('the carrier saw no breach of its protocol', () => {
  expect(server.carrier.protocolErrors).toEqual([]);
});
