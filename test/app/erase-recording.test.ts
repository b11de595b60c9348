import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseRecording } from '../../src/app/erase-recording.ts';
import { openRecording } from '../../src/app/read-recording.ts';
import { sealRecording } from '../../src/app/seal-recording.ts';
import { type Begun, frame, type RecordingWorld, recordingWorld } from './recording-world.ts';

let world: RecordingWorld;
beforeAll(async () => {
  world = await recordingWorld();
});
afterAll(() => world.close());

const gone = { header: 'gone', payload: 'gone', spool: 'gone' };

async function spooled(): Promise<Begun> {
  const begun = await world.begin();
  for (let n = 0; n < 20; n += 1) begun.writer.frame(frame(n));
  begun.writer.end();
  return begun;
}

async function sealed(): Promise<Begun> {
  const begun = await spooled();
  await sealRecording(world, begun.row.id, begun.fileKey);
  return begun;
}

describe('erasing a recording', () => {
  it('leaves neither header nor payload, and says so after a second look', async () => {
    const { row } = await sealed();
    expect(await eraseRecording(world, row.id)).toEqual({ id: row.id, ...gone });
    expect(await world.store.header(row.id)).toBeNull();
    expect(await world.vault.size(row.vaultName)).toBeNull();
    expect((await world.store.find(row.id))?.state).toBe('erased');
    expect(await world.entriesOf(row.id)).toEqual(['erasure', 'sealing']);
  });

  it('takes the spool of one that was never sealed', async () => {
    const { row } = await spooled();
    expect(await eraseRecording(world, row.id)).toEqual({ id: row.id, ...gone });
    expect(await world.spool.read(row.id)).toBeNull();
  });

  it('makes a copy of the payload that somebody kept unreadable', async () => {
    const { row } = await sealed();
    const path = join(world.folder, 'vault', row.vaultName);
    copyFileSync(path, join(world.folder, 'copy'));
    await eraseRecording(world, row.id);
    copyFileSync(join(world.folder, 'copy'), path);
    await expect(openRecording(world, row.id)).rejects.toMatchObject({ code: 'recording_gone' });
    expect(await eraseRecording(world, row.id)).toEqual({ id: row.id, ...gone });
  });

  it('again writes no second entry', async () => {
    const { row } = await sealed();
    await Promise.all([eraseRecording(world, row.id), eraseRecording(world, row.id)]);
    await eraseRecording(world, row.id);
    expect(await world.entriesOf(row.id)).toEqual(['erasure', 'sealing']);
  });

  it('with the vault away does not call the payload gone, and finishes when it is back', async () => {
    const { row } = await sealed();
    const folder = join(world.folder, 'vault');
    renameSync(folder, `${folder}-away`);
    expect(await eraseRecording(world, row.id)).toEqual({
      id: row.id,
      ...gone,
      payload: 'unknown',
    });
    renameSync(`${folder}-away`, folder);
    expect(await world.vault.size(row.vaultName)).not.toBeNull();
    expect(await eraseRecording(world, row.id)).toEqual({ id: row.id, ...gone });
  });

  it('says remains when a payload that was removed is still shown', async () => {
    const { row } = await sealed();
    const vault = { remove: async () => {}, size: (name: string) => world.vault.size(name) };
    expect(await eraseRecording({ ...world, vault }, row.id)).toMatchObject({
      header: 'gone',
      payload: 'remains',
    });
  });

  it('of an unknown recording is not_found', async () => {
    await expect(
      eraseRecording(world, '0b0f5a8e-4c1d-4e58-9d3a-5a1f0c2b7e66'),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
