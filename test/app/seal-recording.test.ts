import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecording } from '../../src/app/read-recording.ts';
import { recoverRecordings } from '../../src/app/recover-recordings.ts';
import { type SealParts, sealRecording } from '../../src/app/seal-recording.ts';
import { verifyRecording } from '../../src/app/verify-recording.ts';
import { payloadNonce } from '../../src/core/recording/age-payload.ts';
import {
  type Begun,
  bytesOf,
  frame,
  frames,
  type RecordingWorld,
  recordingWorld,
} from './recording-world.ts';

let world: RecordingWorld;
beforeAll(async () => {
  world = await recordingWorld();
});
afterAll(() => world.close());

const silence = (ms: number) => Buffer.alloc(ms * 8, 0xff);

async function soundOf(id: string): Promise<Buffer> {
  const wav = await bytesOf((await openRecording(world, id)).read());
  return wav.subarray(58, 58 + wav.readUInt32LE(54));
}

async function recorded(count: number, how: 'ended' | 'killed'): Promise<Begun> {
  const begun = await world.begin();
  for (let n = 0; n < count; n += 1) begun.writer.frame(frame(n));
  if (how === 'ended') begun.writer.end();
  else begun.writer.abandon();
  return begun;
}

describe('sealing', () => {
  it('keeps exactly the frames that were let through, and the gaps as silence', async () => {
    const { row, fileKey, writer } = await world.begin();
    for (let n = 0; n < 33; n += 1) writer.frame(frame(n));
    writer.gap(1_000, 'pause');
    writer.frame(frame(33));
    writer.end();
    const sealed = await sealRecording(world, row.id, fileKey);

    const payload = readFileSync(join(world.folder, 'vault', row.vaultName));
    const facts = {
      ...row,
      state: 'sealed',
      durationMs: 34 * 20 + 1_000,
      gaps: [{ atMs: 660, ms: 1_000, reason: 'pause' }],
      payloadSha256: createHash('sha256').update(payload).digest('hex'),
      payloadBytes: payload.length,
    };
    expect(sealed).toEqual({ outcome: 'sealed', recording: facts });
    expect(await world.store.find(row.id)).toEqual(facts);
    expect(await soundOf(row.id)).toEqual(Buffer.concat([frames(33), silence(1_000), frame(33)]));
    expect(await world.entriesOf(row.id)).toEqual(['sealing']);
    expect(await world.spool.read(row.id)).toBeNull();
    expect(payload.includes(frame(7).subarray(0, 32))).toBe(false);

    const wav = await bytesOf((await openRecording(world, row.id)).read());
    const nonce = payloadNonce(fileKey, createHash('sha256').update(wav).digest());
    expect(payload.subarray(0, 16)).toEqual(nonce);
  });

  it('of nothing at all is an empty recording', async () => {
    const { row, fileKey } = await recorded(0, 'ended');
    expect(await sealRecording(world, row.id, fileKey)).toMatchObject({
      outcome: 'sealed',
      recording: { durationMs: 0, gaps: [] },
    });
    expect(await soundOf(row.id)).toHaveLength(0);
    expect((await verifyRecording(world, row.id)).problems).toEqual([]);
  });

  it('again, and at once, changes nothing: one state, one entry, the same bytes', async () => {
    const { row, fileKey } = await recorded(60, 'ended');
    const path = join(world.folder, 'vault', row.vaultName);
    const spooled = await world.spool.read(row.id);
    await Promise.all(Array.from({ length: 5 }, () => sealRecording(world, row.id, fileKey)));
    const before = readFileSync(path);
    await sealRecording(world, row.id, fileKey);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(await world.entriesOf(row.id)).toEqual(['sealing']);
    expect((await verifyRecording(world, row.id)).problems).toEqual([]);
    expect(spooled?.includes(fileKey)).toBe(false);
  });

  it('of a spool that could not be written to its end says what is missing', async () => {
    const { row, fileKey } = await recorded(20, 'killed');
    const sealed = await sealRecording(world, row.id, fileKey, { ms: 3_000, reason: 'storage' });
    expect(sealed).toMatchObject({
      outcome: 'partial',
      recording: { lostMs: 3_000, gaps: [{ atMs: 400, ms: 3_000, reason: 'storage' }] },
    });
  });

  it('of a long call takes turns with other work', async () => {
    const { row, fileKey, writer } = await world.begin();
    for (let n = 0; n < 30_000; n += 1) writer.frame(frame(n)); // ten minutes
    writer.end();
    let turns = 0;
    const turn = setInterval(() => (turns += 1), 0);
    await sealRecording(world, row.id, fileKey);
    clearInterval(turn);
    expect(turns).toBeGreaterThan(10);
    expect((await soundOf(row.id)).equals(frames(30_000))).toBe(true);
  });

  it('puts in quarantine and keeps the spool when the vault refuses, and seals when it is back', async () => {
    const { row, fileKey } = await recorded(20, 'ended');
    const folder = join(world.folder, 'vault');
    renameSync(folder, `${folder}-away`);
    expect(await sealRecording(world, row.id, fileKey)).toEqual({
      outcome: 'quarantined',
      reason: 'storage',
      detail: 'the vault cannot be written (ENOENT)',
    });
    expect((await world.store.find(row.id))?.state).toBe('quarantined');
    expect(await world.spool.read(row.id)).not.toBeNull();

    renameSync(`${folder}-away`, folder);
    expect(await recoverRecordings(world)).toMatchObject({ sealed: 1, quarantined: [] });
    expect((await soundOf(row.id)).equals(frames(20))).toBe(true);
  });

  it('keeps the spool when the vault took the payload and shows another length', async () => {
    const { row, fileKey } = await recorded(20, 'ended');
    const vault = { ...portsOf(world.vault), size: async () => 5 };
    expect(await sealRecording({ ...world, vault }, row.id, fileKey)).toMatchObject({
      outcome: 'quarantined',
      detail: 'the vault took 5 bytes of 3290',
    });
    expect(await world.spool.read(row.id)).not.toBeNull();
    expect(await sealRecording(world, row.id, fileKey)).toMatchObject({ outcome: 'sealed' });
  });

  it.each(['before', 'meanwhile'])(
    'keeps the spool when the database was set back %s and does not know the recording',
    async (when) => {
      const { row, fileKey } = await recorded(20, 'ended');
      const forget = async () => {
        await world.sql`delete from headers.recording_header where recording_id = ${row.id}`;
        await world.sql`delete from recording where id = ${row.id}`;
      };
      if (when === 'before') await forget();
      const vault = {
        ...portsOf(world.vault),
        put: async (name: string, chunks: Iterable<Uint8Array>) => {
          await forget();
          await world.vault.put(name, chunks);
        },
      } as SealParts['vault'];
      expect(await sealRecording({ ...world, vault }, row.id, fileKey)).toMatchObject({
        outcome: 'quarantined',
        reason: 'unknown',
      });
      expect(await world.spool.read(row.id)).not.toBeNull();
      await world.spool.remove(row.id);
    },
  );

  it('leaves no payload of a recording that is erased meanwhile', async () => {
    const { row, fileKey } = await recorded(20, 'ended');
    const vault = {
      ...portsOf(world.vault),
      put: async (name: string, chunks: Iterable<Uint8Array>) => {
        await world.store.erase(row.id, world.prepareErasure(row));
        await world.vault.put(name, chunks);
      },
    } as SealParts['vault'];
    expect(await sealRecording({ ...world, vault }, row.id, fileKey)).toEqual({
      outcome: 'erased',
    });
    expect(await world.vault.size(row.vaultName)).toBeNull();
    expect(await world.spool.read(row.id)).toBeNull();
    expect(await world.entriesOf(row.id)).toEqual(['erasure']);
  });
});

/** The verbs of a port that is a class, bound, so that single ones can be replaced. */
function portsOf<Port extends object>(port: Port): Port {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(port));
  const own = Object.getPrototypeOf(port) === Object.prototype ? Object.keys(port) : names;
  const bound = own.map((name) => {
    const value = port[name as keyof Port];
    return [name, typeof value === 'function' ? value.bind(port) : value];
  });
  return Object.fromEntries(bound) as Port;
}

class Crash extends Error {}

/** Parts that die, once, before or after the call with this number, as a killed process would. */
function crashingAt(
  step: number,
  when: 'before' | 'after',
): { parts: SealParts; calls: () => number } {
  let calls = 0;
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const value = target[name as keyof Port];
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const isMine = calls === step;
          calls += 1;
          if (isMine && when === 'before') throw new Crash();
          const result = await value.apply(target, args);
          if (isMine) throw new Crash();
          return result;
        };
      },
    });
  const parts = {
    ...world,
    spool: wrap(world.spool),
    vault: wrap(portsOf(world.vault)),
    store: wrap(world.store),
  };
  return { parts, calls: () => calls };
}

describe.each(['before', 'after'] as const)('a crash %s each step of sealing', (when) => {
  it.each(['ended', 'killed'] as const)(
    'of a spool that was %s is repaired by recovery',
    async (how) => {
      let step = 0;
      for (let done = false; !done; step += 1) {
        const { row, fileKey } = await recorded(25, how);
        const { parts } = crashingAt(step, when);
        done = await sealRecording(parts, row.id, fileKey).then(
          () => true,
          (error) => {
            expect(error).toBeInstanceOf(Crash);
            return false;
          },
        );
        const report = await recoverRecordings(world);
        expect(report.quarantined).toEqual([]);

        const kept = how === 'ended' ? frames(25) : Buffer.concat([frames(20), silence(200)]);
        expect((await soundOf(row.id)).equals(kept)).toBe(true);
        expect((await verifyRecording(world, row.id)).problems).toEqual([]);
        expect(await world.entriesOf(row.id)).toEqual(['sealing']);
        expect(await world.spool.read(row.id)).toBeNull();
        expect(await world.store.find(row.id)).toMatchObject(
          how === 'ended' ? { state: 'sealed', lostMs: 0 } : { state: 'partial', lostMs: 200 },
        );
      }
      expect(step).toBeGreaterThan(7);
    },
  );

  it('and in the middle of the payload leaves no half file', async () => {
    const { row, fileKey } = await recorded(25, 'ended');
    const vault = {
      ...portsOf(world.vault),
      put: async (name: string, chunks: Iterable<Uint8Array>) => {
        const half = [...chunks].slice(0, 1);
        // What a killed process leaves: the beginning, under the name it is written under.
        const path = join(world.folder, 'vault', '.incoming', `${name.replace('/', '_')}.00.tmp`);
        writeFileSync(path, Buffer.concat(half));
        throw new Crash();
      },
    } as SealParts['vault'];
    await expect(sealRecording({ ...world, vault }, row.id, fileKey)).rejects.toThrow(Crash);
    expect(await world.vault.size(row.vaultName)).toBeNull();
    expect(await recoverRecordings(world)).toMatchObject({ sealed: 1 });
    expect((await verifyRecording(world, row.id)).ok).toBe(true);
  });
});
