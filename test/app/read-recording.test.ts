import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vault } from '../../src/app/ports.ts';
import { openRecording } from '../../src/app/read-recording.ts';
import { sealRecording } from '../../src/app/seal-recording.ts';
import { Take } from '../../src/core/recording/take.ts';
import { wavFile } from '../../src/core/recording/wav.ts';
import {
  type Begun,
  bytesOf,
  frame,
  frames,
  type RecordingWorld,
  recordingWorld,
} from './recording-world.ts';

/** 20 seconds: three chunks, the last one short. */
const frameCount = 1_000;
const damaged = { code: 'recording_damaged' };

let world: RecordingWorld;
let begun: Begun;
let path: string;
let payload: Buffer;
beforeAll(async () => {
  world = await recordingWorld();
  begun = await world.begin();
  for (let n = 0; n < frameCount; n += 1) begun.writer.frame(frame(n));
  begun.writer.end();
  await sealRecording(world, begun.row.id, begun.fileKey);
  path = join(world.folder, 'vault', begun.row.vaultName);
  payload = readFileSync(path);
});
afterAll(() => world.close());
beforeEach(() => writeFileSync(path, payload));

function expectedWav(): Buffer {
  const take = new Take();
  take.add({ type: 'audio', audio: frames(frameCount) });
  return Buffer.concat([...wavFile(take.parts)]);
}

/** What came out before the error, and the error. */
async function readUntilError(chunks: AsyncIterable<Uint8Array>) {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of chunks) pieces.push(piece);
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
  return { bytes: Buffer.concat(pieces), error: null };
}

describe('reading a recording', () => {
  it('gives the WAV file, and its length before any of it', async () => {
    const open = await openRecording(world, begun.row.id);
    expect(open.bytes).toBe(58 + frameCount * 160);
    expect((await bytesOf(open.read())).equals(expectedWav())).toBe(true);
  });

  it('gives any range as a slice of the whole', async () => {
    const open = await openRecording(world, begun.row.id);
    const whole = expectedWav();
    const near = fc.constantFrom(0, 57, 58, 65_535, 65_536, 65_537, 131_072, open.bytes - 1);
    const start = fc.oneof(near, fc.nat(open.bytes - 1));
    await fc.assert(
      fc.asyncProperty(start, fc.integer({ min: 1, max: 140_000 }), async (from, length) => {
        const bytes = await bytesOf(open.read(from, from + length));
        expect(bytes.equals(whole.subarray(from, from + length))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('reads no more of the vault than the chunks of the range', async () => {
    const spans: [number | undefined, number | undefined][] = [];
    const vault: Pick<Vault, 'read'> = {
      read: (name, start, end) => {
        spans.push([start, end]);
        return world.vault.read(name, start, end);
      },
    };
    const open = await openRecording({ ...world, vault }, begun.row.id);
    await bytesOf(open.read(70_000, 70_001));
    expect(spans).toEqual([
      [0, 16],
      [16 + 65_552, 16 + 2 * 65_552],
    ]);
  });

  it.each([
    [-1, 5],
    [5, 5],
    [5, 4],
    [160_058, 160_059],
  ])('refuses the range %i to %i', async (start, end) => {
    const open = await openRecording(world, begun.row.id);
    await expect(open.read(start, end).next()).rejects.toMatchObject({
      code: 'range_unsatisfiable',
    });
  });

  it('gives the chunks before a damaged one, then the place of the damage', async () => {
    const bytes = Buffer.from(payload);
    bytes[16 + 65_552 + 1_000]! ^= 1;
    writeFileSync(path, bytes);
    const open = await openRecording(world, begun.row.id);
    const read = await readUntilError(open.read());
    expect(read.bytes.equals(expectedWav().subarray(0, 65_536))).toBe(true);
    expect(read.error).toMatchObject({
      ...damaged,
      publicText: 'from 00:08 on (payload byte 65568)',
    });
    expect(await bytesOf(open.read(131_072))).toHaveLength(160_058 - 131_072);
  });

  it('never gives a wrong byte of a payload that was cut, flipped or swapped', async () => {
    const other = await world.begin();
    for (let n = 0; n < frameCount; n += 1) other.writer.frame(frame(n + 1));
    other.writer.end();
    await sealRecording(world, other.row.id, other.fileKey);
    const otherPayload = readFileSync(join(world.folder, 'vault', other.row.vaultName));
    const whole = expectedWav();
    const damage = fc.oneof(
      fc.nat(payload.length - 1).map((length) => payload.subarray(0, length)),
      fc.tuple(fc.nat(payload.length - 1), fc.nat(7)).map(([at, bit]) => {
        const bytes = Buffer.from(payload);
        bytes[at]! ^= 1 << bit;
        return bytes;
      }),
      fc.constant(otherPayload),
    );
    const open = await openRecording(world, begun.row.id);
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        writeFileSync(path, bytes);
        const read = await readUntilError(open.read());
        expect(read.error).toMatchObject(damaged);
        expect(read.bytes.equals(whole.subarray(0, read.bytes.length))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('says why when there is nothing to read', async () => {
    const { row, fileKey, writer } = await world.begin();
    const code = (id: string) =>
      openRecording(world, id).then(
        () => 'opened',
        (error) => error.code,
      );
    expect(await code('0b0f5a8e-4c1d-4e58-9d3a-5a1f0c2b7e66')).toBe('not_found');
    expect(await code(row.id)).toBe('recording_unavailable');
    writer.end();
    await world.store.quarantine(row.id);
    expect(await code(row.id)).toBe('recording_unavailable');
    await sealRecording(world, row.id, fileKey);
    expect(await code(row.id)).toBe('opened');

    const [kept] = await world.sql`select identity_wrapped from l1_key`;
    await world.sql`update l1_key set identity_wrapped = null`;
    expect(await code(row.id)).toBe('key_missing');
    await world.sql`update l1_key set identity_wrapped = ${kept?.['identity_wrapped']}`;

    await world.sql`
      update headers.recording_header set header = 'x'::bytea where recording_id = ${row.id}`;
    expect(await code(row.id)).toBe('recording_damaged');
    await world.store.erase(row.id, world.prepareErasure(row));
    expect(await code(row.id)).toBe('recording_gone');
  });

  it('says recording_unavailable when the payload is not there, and damaged when it is empty', async () => {
    const open = await openRecording(world, begun.row.id);
    truncateSync(path);
    await expect(open.read().next()).rejects.toMatchObject(damaged);
    await world.vault.remove(begun.row.vaultName);
    await expect(open.read().next()).rejects.toMatchObject({ code: 'recording_unavailable' });
  });
});
