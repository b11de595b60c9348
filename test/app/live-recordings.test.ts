import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamGrant } from '../../src/app/ports.ts';
import { hashMediaToken, restartStream } from '../../src/app/restart-stream.ts';
import { callSidOf, frameBytes, type MediaWorld, mediaWorld } from '../support/media-world.ts';

const callSid = callSidOf(1);

describe('live recordings', () => {
  let world: MediaWorld;
  beforeEach(async () => {
    world = await mediaWorld();
  });
  afterEach(() => world.stop());

  async function recording() {
    const socket = await world.connect();
    socket.begin(world.grant(callSid), callSid);
    socket.frames(3);
    await socket.handled();
    return world.live.of(callSid);
  }

  test('end once, whoever ends them and however often', async () => {
    const session = await recording();
    world.live.end(callSid, 'hangup');
    world.live.end(callSid, 'hangup');
    session?.end('stopped');
    world.gates.shut(callSid, 'recording', 'hangup');
    expect((await world.settled()).map(({ audio }) => audio.length)).toEqual([3 * frameBytes]);
    expect(world.counts.recordingsEnded).toBe(1);
  });

  test('that are not there end without a word', () => {
    world.live.end(callSid, 'hangup');
    expect(world.counts.recordingsEnded).toBe(0);
  });

  test('count as live until they are sealed: recovery must not touch them before', async () => {
    let seal = (): void => {};
    world.hooks.seal = () => new Promise((resolve) => (seal = resolve));
    const id = (await recording())?.row.id ?? '';
    expect(world.live.isLive(id)).toBe(true);
    world.live.end(callSid, 'hangup');
    expect(world.live.of(callSid)).toBeNull();
    expect(world.live.isLive(id)).toBe(true);
    seal();
    await world.settled();
    expect(world.live.isLive(id)).toBe(false);
  });

  test('that end at once are sealed three at a time, all of them, and a stop waits for it', async () => {
    const seals: (() => void)[] = [];
    let most = 0;
    let now = 0;
    world.hooks.seal = async () => {
      now += 1;
      most = Math.max(most, now);
      let turn = 0;
      await new Promise<void>((resolve) => {
        turn = seals.push(resolve);
      });
      now -= 1;
      // One that fails gives its place up as well.
      if (turn === 2) throw new Error('the vault is away');
    };
    const ids: string[] = [];
    for (let n = 1; n <= 8; n += 1) {
      const socket = await world.connect();
      socket.begin(world.grant(callSidOf(n)), callSidOf(n));
      socket.frames(n);
      await socket.handled();
      ids.push(world.live.of(callSidOf(n))?.row.id ?? '');
    }
    let isStopped = false;
    const stopped = world.live.endAll().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([seals.length, now]).toEqual([3, 3]);
    expect(ids.every((id) => world.live.isLive(id))).toBe(true);
    for (let n = 0; n < 8; n += 1) {
      await expect.poll(() => seals.length).toBeGreaterThan(n);
      expect(isStopped).toBe(false);
      seals[n]?.();
    }
    await stopped;
    expect([most, now]).toEqual([3, 0]);
    expect([world.sealed.length, world.failures.length]).toEqual([7, 1]);
    expect(ids.some((id) => world.live.isLive(id))).toBe(false);
    world.hooks.seal = async () => {};
  });

  test('count as live while the database does not answer to their beginning', async () => {
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => {
      world.hooks.beforeCreate = () => {
        resolve();
        return new Promise((done) => (answer = done));
      };
    });
    const socket = await world.connect();
    socket.begin(world.grant(callSid), callSid);
    await asked;
    const [id = ''] = await world.spooled();
    expect(world.live.isLive(id)).toBe(true);
    answer();
    await socket.handled();
    world.live.end(callSid, 'hangup');
    await world.settled();
    expect(world.live.isLive(id)).toBe(false);
  });

  test('take no frame after their end', async () => {
    const session = await recording();
    world.live.end(callSid, 'hangup');
    session?.media(5, 60, Buffer.alloc(frameBytes));
    session?.skip(6);
    session?.shut('pause');
    session?.sweep(world.time.at + 1_000);
    expect((await world.settled())[0]?.durationMs).toBe(60);
  });
});

describe('a stream is restarted', () => {
  const grant: StreamGrant = {
    tenantId: 'tenant',
    callId: 'call',
    partyId: 'party',
    callSid,
    streamName: 'leg-1',
  };

  function parts(stands: boolean) {
    const issued: { hash: Buffer; expiresAt: number }[] = [];
    const started: Parameters<Parameters<typeof restartStream>[0]['carrier']['startStream']>[0][] =
      [];
    return {
      issued,
      started,
      recordings: {
        issueStreamToken: async (hash: Buffer, _: StreamGrant, expiresAt: number) => {
          if (stands) issued.push({ hash, expiresAt });
          return stands;
        },
      },
      carrier: {
        startStream: async (request: (typeof started)[number]) => {
          started.push(request);
          return 'MZ1';
        },
      },
      random: { bytes: (count: number) => new Uint8Array(count).fill(7), uuid: () => '' },
      clock: { now: () => 1_000, monotonic: () => 0 },
      mediaUrl: () => 'wss://example.test/twilio/media',
    };
  }

  test('under its name, with a new token of which the database has the hash', async () => {
    const world = parts(true);
    await restartStream(world, grant);
    const [request] = world.started;
    expect(request).toMatchObject({
      callSid,
      name: 'leg-1',
      url: 'wss://example.test/twilio/media',
    });
    const token = request?.parameters['token'] ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(world.issued).toEqual([{ hash: hashMediaToken(token), expiresAt: 16_000 }]);
  });

  test('only while the grant stands', async () => {
    const world = parts(false);
    await expect(restartStream(world, grant)).rejects.toMatchObject({ code: 'conflict' });
    expect(world.started).toEqual([]);
  });
});
