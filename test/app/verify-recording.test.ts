import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealRecording } from '../../src/app/seal-recording.ts';
import { verifyRecording } from '../../src/app/verify-recording.ts';
import { type Begun, frame, type RecordingWorld, recordingWorld } from './recording-world.ts';

let world: RecordingWorld;
let begun: Begun;
let path: string;
let payload: Buffer;
beforeAll(async () => {
  world = await recordingWorld();
  begun = await world.begin();
  for (let n = 0; n < 1_000; n += 1) begun.writer.frame(frame(n));
  begun.writer.gap(500, 'pause');
  begun.writer.end();
  await sealRecording(world, begun.row.id, begun.fileKey);
  path = join(world.folder, 'vault', begun.row.vaultName);
  payload = readFileSync(path);
});
afterAll(() => world.close());
beforeEach(() => writeFileSync(path, payload));

const sha256 = {
  check: 'sha256',
  detail: 'the payload is not the one that was sealed',
  place: null,
};

function payloadDamage(atByte: number, at: string) {
  return { check: 'payload', detail: `damaged from ${at} on`, place: { atByte, at } };
}

function sizeProblem(bytes: number) {
  const detail = `the payload has ${bytes} bytes instead of ${payload.length}`;
  return { check: 'size', detail, place: null };
}

async function problems() {
  const report = await verifyRecording(world, begun.row.id);
  expect(report.ok).toBe(report.problems.length === 0);
  return report.problems;
}

/** Changes the row, verifies, and changes it back. */
async function problemsWith(column: string, value: unknown) {
  const { sql } = world;
  const [row] = await sql`select * from recording where id = ${begun.row.id}`;
  await sql`update recording set ${sql({ [column]: value as string })} where id = ${begun.row.id}`;
  const found = await problems();
  await sql`update recording set ${sql({ [column]: row?.[column] })} where id = ${begun.row.id}`;
  return found;
}

describe('verifying a recording', () => {
  it('finds nothing wrong with one that was sealed', async () => {
    expect(await verifyRecording(world, begun.row.id)).toEqual({
      id: begun.row.id,
      state: 'sealed',
      ok: true,
      problems: [],
    });
  });

  it.each([
    ['nonce', 3, 16, '00:00'],
    ['first chunk', 16, 16, '00:00'],
    ['second chunk', 16 + 65_552 + 40_000, 16 + 65_552, '00:08'],
    ['last tag', -1, 16 + 2 * 65_552, '00:16'],
  ])('names the first damaged place: a bit of the %s', async (_, at, atByte, clock) => {
    const bytes = Buffer.from(payload);
    bytes[(at + bytes.length) % bytes.length]! ^= 1;
    writeFileSync(path, bytes);
    expect(await problems()).toEqual([sha256, payloadDamage(atByte, clock)]);
  });

  it('names the place where a payload was cut, also between two chunks', async () => {
    for (const [length, atByte, clock] of [
      [5, 16, '00:00'],
      [16 + 65_552, 16 + 65_552, '00:08'],
      [payload.length - 1, 16 + 2 * 65_552, '00:16'],
    ] as const) {
      writeFileSync(path, payload.subarray(0, length));
      expect(await problems()).toEqual([sizeProblem(length), sha256, payloadDamage(atByte, clock)]);
    }
  });

  it('notices bytes after the end', async () => {
    writeFileSync(path, Buffer.concat([payload, Buffer.of(0)]));
    expect(await problems()).toEqual([sizeProblem(payload.length + 1)]);
  });

  it('notices a payload that is gone', async () => {
    await world.vault.remove(begun.row.vaultName);
    expect(await problems()).toEqual([
      { check: 'size', detail: 'the payload is not in the vault', place: null },
    ]);
  });

  it('notices facts of the row that do not fit the sound', async () => {
    expect(await problemsWith('duration_ms', 20_000)).toMatchObject([
      { check: 'facts', detail: 'the sound is not 20000 ms long' },
      { check: 'facts', detail: 'a gap lies outside the sound' },
    ]);
    expect(await problemsWith('payload_sha256', Buffer.alloc(32))).toEqual([sha256]);
    const overlapping = [
      { atMs: 0, ms: 100, reason: 'pause' },
      { atMs: 50, ms: 10, reason: 'lost' },
    ];
    const { sql } = world;
    const [row] = await sql`select gaps from recording where id = ${begun.row.id}`;
    await sql`update recording set gaps = ${sql.json(overlapping)} where id = ${begun.row.id}`;
    expect(await problems()).toMatchObject([
      { check: 'facts', detail: 'the gap at 50 ms overlaps the one before' },
    ]);
    await sql`update recording set gaps = ${sql.json(row?.['gaps'])} where id = ${begun.row.id}`;
  });

  it('without its key still checks size and hash, and says which key is missing', async () => {
    const [kept] = await world.sql`select identity_wrapped from l1_key`;
    await world.sql`update l1_key set identity_wrapped = null`;
    const header = {
      check: 'header',
      detail: 'the recording key of that period was destroyed',
      place: null,
    };
    expect(await problems()).toEqual([header]);
    writeFileSync(path, Buffer.alloc(payload.length));
    expect(await problems()).toEqual([header, sha256]);
    await world.sql`update l1_key set identity_wrapped = ${kept?.['identity_wrapped']}`;
  });

  it('notices a header that was edited', async () => {
    const { header } = (await world.store.header(begun.row.id))!;
    const edited = Buffer.from(header);
    edited[40]! ^= 1;
    await world.sql`
      update headers.recording_header set header = ${edited} where recording_id = ${begun.row.id}`;
    expect((await problems()).map(({ check }) => check)).toEqual(['header']);
    await world.sql`
      update headers.recording_header set header = ${header} where recording_id = ${begun.row.id}`;
  });

  it('says so when there is nothing to verify', async () => {
    const { row } = await world.begin();
    await expect(verifyRecording(world, row.id)).rejects.toMatchObject({
      code: 'recording_unavailable',
    });
    await world.store.erase(row.id, world.prepareErasure(row));
    await expect(verifyRecording(world, row.id)).rejects.toMatchObject({ code: 'recording_gone' });
  });
});
