import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRecovery, recoverRecordings } from '../../src/app/recover-recordings.ts';
import { sealRecording } from '../../src/app/seal-recording.ts';
import { type Begun, frame, type RecordingWorld, recordingWorld } from './recording-world.ts';

let world: RecordingWorld;
beforeEach(async () => {
  world = await recordingWorld();
});
afterEach(() => world.close());

const nothing = { sealed: 0, partial: 0, removed: 0, quarantined: [] };

async function killed(count = 25): Promise<Begun> {
  const begun = await world.begin();
  for (let n = 0; n < count; n += 1) begun.writer.frame(frame(n));
  begun.writer.abandon();
  return begun;
}

function spoolPath(id: string): string {
  return join(world.folder, 'spool', `${id}.spool`);
}

describe('recovery', () => {
  it('finds nothing where nothing is, and nothing more the second time', async () => {
    expect(await recoverRecordings(world)).toEqual(nothing);
    await killed();
    expect(await recoverRecordings(world)).toEqual({ ...nothing, partial: 1 });
    expect(await recoverRecordings(world)).toEqual(nothing);
  });

  it('seals what was cut off as partial, with at most 200 ms missing at its end', async () => {
    const { row } = await killed(25);
    await recoverRecordings(world);
    expect(await world.store.find(row.id)).toMatchObject({
      state: 'partial',
      durationMs: 600,
      lostMs: 200,
      gaps: [{ atMs: 400, ms: 200, reason: 'crash' }],
    });
  });

  it('seals what had ended as whole', async () => {
    const { row, writer } = await world.begin();
    writer.frame(frame(1));
    writer.end();
    expect(await recoverRecordings(world)).toEqual({ ...nothing, sealed: 1 });
    expect(await world.store.find(row.id)).toMatchObject({ state: 'sealed', lostMs: 0 });
  });

  it('copes with a segment that was half written, at every length', async () => {
    const { row, fileKey, writer } = await world.begin();
    for (let n = 0; n < 20; n += 1) writer.frame(frame(n));
    writer.abandon();
    const whole = readFileSync(spoolPath(row.id));
    const second = 66 + (whole.length - 66) / 2;
    for (const length of [0, 1, 65, 66, 67, 69, 70, second - 1, second, second + 3, second + 5]) {
      const copy = await world.newRow();
      const { keyId } = (await world.store.header(row.id))!;
      // The same id would be the same recording: the row is replaced for every length.
      await world.sql`delete from recording where id = ${row.id}`;
      await world.sql`delete from headers.recording_header where recording_id = ${row.id}`;
      const { recipient } = await world.keys.currentRecipient(world.tenantId);
      const again = { ...copy, id: row.id, vaultName: row.vaultName };
      await world.store.create(again, await world.headers.make(fileKey, [recipient]), keyId);
      writeFileSync(spoolPath(row.id), whole.subarray(0, length));
      expect(await recoverRecordings(world)).toEqual({ ...nothing, partial: 1 });
      expect((await world.store.find(row.id))?.durationMs).toBe(length < second ? 200 : 400);
    }
  });

  it('removes a spool whose header never was committed, or was erased', async () => {
    world.spool.create(randomUUID(), randomBytes(16)).abandon();
    const { row } = await killed();
    await world.store.erase(row.id, world.prepareErasure(row));
    expect(await recoverRecordings(world)).toEqual({ ...nothing, removed: 2 });
    expect(await world.spool.list()).toEqual([]);
    expect(await world.entriesOf(row.id)).toEqual(['erasure']);
  });

  it('keeps the sound of a recording that the database does not know, and says so', async () => {
    const { row } = await killed();
    const written = readFileSync(spoolPath(row.id));
    await world.sql`delete from headers.recording_header where recording_id = ${row.id}`;
    await world.sql`delete from recording where id = ${row.id}`;
    expect(await recoverRecordings(world)).toEqual({
      ...nothing,
      quarantined: [
        {
          id: row.id,
          outcome: 'quarantined',
          reason: 'unknown',
          detail: 'the database does not know this recording; its spool is kept',
        },
      ],
    });
    expect(readFileSync(spoolPath(row.id)).equals(written)).toBe(true);
  });

  it('keeps the sound of a recording that is not erased and has lost its header', async () => {
    const { row } = await killed();
    const { header, keyId } = (await world.store.header(row.id))!;
    await world.sql`delete from headers.recording_header where recording_id = ${row.id}`;
    expect((await recoverRecordings(world)).quarantined).toMatchObject([
      { id: row.id, reason: 'key' },
    ]);
    await world.sql`
      insert into headers.recording_header (recording_id, header, key_id)
      values (${row.id}, ${header}, ${keyId})`;
    expect(await recoverRecordings(world)).toEqual({ ...nothing, partial: 1 });
  });

  it('removes the spool of a recording that was sealed already', async () => {
    const { row, fileKey, writer } = await world.begin();
    writer.end();
    const spooled = readFileSync(spoolPath(row.id));
    await sealRecording(world, row.id, fileKey);
    writeFileSync(spoolPath(row.id), spooled);
    await recoverRecordings(world);
    expect(await world.spool.list()).toEqual([]);
    expect(await world.entriesOf(row.id)).toEqual(['sealing']);
  });

  it('keeps the spool of a sealed recording whose payload the vault does not show', async () => {
    const { row, fileKey, writer } = await world.begin();
    writer.end();
    const spooled = readFileSync(spoolPath(row.id));
    await sealRecording(world, row.id, fileKey);
    writeFileSync(spoolPath(row.id), spooled);
    await world.vault.remove(row.vaultName);
    expect((await recoverRecordings(world)).quarantined).toEqual([
      {
        id: row.id,
        outcome: 'quarantined',
        reason: 'storage',
        detail: 'the vault shows no bytes of 90',
      },
    ]);
    expect(await world.spool.list()).toEqual([row.id]);
  });

  it('puts a damaged spool in quarantine, says where it is damaged, and goes on', async () => {
    const bad = await killed();
    const good = await killed();
    const bytes = readFileSync(spoolPath(bad.row.id));
    bytes[100]! ^= 1;
    writeFileSync(spoolPath(bad.row.id), bytes);
    expect(await recoverRecordings(world)).toEqual({
      ...nothing,
      partial: 1,
      quarantined: [
        {
          id: bad.row.id,
          outcome: 'quarantined',
          reason: 'damaged',
          detail: 'the spool is damaged at byte 66',
        },
      ],
    });
    expect((await world.store.find(bad.row.id))?.state).toBe('quarantined');
    expect((await world.store.find(good.row.id))?.state).toBe('partial');
    expect(readFileSync(spoolPath(bad.row.id)).equals(bytes)).toBe(true);
  });

  it('puts a live recording without a spool in quarantine, if no other process records', async () => {
    const { row } = await killed();
    await world.spool.remove(row.id);
    expect(await recoverRecordings({ ...world, isOnlyRecorder: false })).toEqual(nothing);
    expect((await recoverRecordings(world)).quarantined).toMatchObject([
      { id: row.id, reason: 'missing' },
    ]);
  });

  it('leaves what this process is writing alone', async () => {
    const { row, writer } = await world.begin();
    writer.frame(frame(1));
    expect(await recoverRecordings({ ...world, isLive: (id) => id === row.id })).toEqual(nothing);
    writer.end();
    expect(await recoverRecordings(world)).toEqual({ ...nothing, sealed: 1 });
  });

  it('keeps the spool when the key is away, and seals it when it is back', async () => {
    const { row } = await killed();
    const [kept] = await world.sql`select identity_wrapped from l1_key`;
    await world.sql`update l1_key set identity_wrapped = null`;
    expect((await recoverRecordings(world)).quarantined).toMatchObject([
      { id: row.id, reason: 'key' },
    ]);
    expect(await world.spool.list()).toEqual([row.id]);
    await world.sql`update l1_key set identity_wrapped = ${kept?.['identity_wrapped']}`;
    expect(await recoverRecordings(world)).toEqual({ ...nothing, partial: 1 });
  });
});

describe('recovery beside recordings that go on', () => {
  it('a recording that was not sealed when it ended is, the second time it is found', async () => {
    const { row, writer } = await world.begin();
    writer.frame(frame(1));
    writer.end();
    const recover = createRecovery(world);
    expect(await recover()).toEqual(nothing);
    expect(await world.store.find(row.id)).toMatchObject({ state: 'live' });
    expect(await recover()).toEqual({ ...nothing, sealed: 1 });
    expect(await recover()).toEqual(nothing);
  });

  it('a recording that is written here meanwhile is left alone', async () => {
    const { row, writer } = await world.begin();
    let live = false;
    const recover = createRecovery({ ...world, isLive: () => live });
    expect(await recover()).toEqual(nothing);
    live = true;
    expect(await recover()).toEqual(nothing);
    live = false;
    expect(await recover()).toEqual(nothing);
    expect(await world.store.find(row.id)).toMatchObject({ state: 'live' });
    writer.abandon();
  });
});
