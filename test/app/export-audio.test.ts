import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportAudioParts, exportAudio } from '../../src/app/export-audio.ts';
import { sealRecording } from '../../src/app/seal-recording.ts';
import {
  type Begun,
  bytesOf,
  frame,
  frames,
  type RecordingWorld,
  recordingWorld,
} from './recording-world.ts';

let world: RecordingWorld;
let begun: Begun;
const noted: string[] = [];
beforeAll(async () => {
  world = await recordingWorld();
  begun = await world.begin();
  for (let n = 0; n < 400; n += 1) begun.writer.frame(frame(n));
  begun.writer.end();
  await sealRecording(world, begun.row.id, begun.fileKey);
});
afterAll(() => world.close());

const audioOf = (more: Partial<ExportAudioParts> = {}) =>
  exportAudio({
    ...world,
    restrictions: { ofRecording: async () => false },
    random: { bytes: (count) => randomBytes(count) },
    noteDownload: async (id, by) => void noted.push(`${id} ${by}`),
    ...more,
  });
const payloadPath = () => join(world.folder, 'vault', begun.row.vaultName);

describe('the sound of a recording, for an export', () => {
  test('is entered as taken before its first byte is given out', async () => {
    noted.length = 0;
    const opened = await audioOf().open(begun.row.id, null, 'key-1');
    expect(noted).toEqual([`${begun.row.id} key-1`]);
    if (typeof opened === 'string') throw new Error(opened);
    const wav = await bytesOf(opened as AsyncGenerator<Uint8Array>);
    expect(wav.subarray(58).equals(frames(400))).toBe(true);
  });

  test('is not given out where that cannot be entered', async () => {
    const noteDownload = async () => {
      throw new Error('the database is gone');
    };
    const opening = audioOf({ noteDownload }).open(begun.row.id, null, 'key-1');
    await expect(opening).rejects.toThrow('the database is gone');
  });

  test('is left out, and not entered, where its person asked that it is not used', async () => {
    noted.length = 0;
    const audio = audioOf({ restrictions: { ofRecording: async () => true } });
    expect([await audio.open(begun.row.id, null, 'key-1'), noted]).toEqual(['restricted', []]);
  });

  test('is left out, and not entered, where one byte of it changed', async () => {
    noted.length = 0;
    const payload = readFileSync(payloadPath());
    const changed = Buffer.from(payload);
    changed[changed.length - 30]! ^= 1;
    writeFileSync(payloadPath(), changed);
    expect(await audioOf().open(begun.row.id, null, 'key-1')).toBe('damaged');
    writeFileSync(payloadPath(), payload.subarray(0, -1));
    expect(await audioOf().open(begun.row.id, null, 'key-1')).toBe('damaged');
    writeFileSync(payloadPath(), payload);
    expect(noted).toEqual([]);
  });

  test('is not taken for gone where the whole vault is', async () => {
    const vault = join(world.folder, 'vault');
    renameSync(vault, `${vault}-away`);
    const opening = audioOf().open(begun.row.id, null, 'key-1');
    await expect(opening).rejects.toMatchObject({ code: 'storage_failed' });
    renameSync(`${vault}-away`, vault);
  });

  test('of nobody known is erased', async () => {
    expect(await audioOf().open('0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33', null, 'k')).toBe('erased');
  });

  test('goes to age public keys alone', async () => {
    const audio = audioOf();
    const { recipient } = await world.keys.currentRecipient(begun.row.tenantId);
    expect(await audio.isRecipient(recipient)).toBe(true);
    for (const text of ['age1nobody', '', 'ssh-ed25519 AAAA']) {
      expect(await audio.isRecipient(text)).toBe(false);
    }
  });
});
