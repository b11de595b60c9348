import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportAge, exportWav } from '../../src/app/export-recording.ts';
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
beforeAll(async () => {
  world = await recordingWorld();
  begun = await world.begin();
  for (let n = 0; n < 1_000; n += 1) begun.writer.frame(frame(n));
  begun.writer.end();
  await sealRecording(world, begun.row.id, begun.fileKey);
});
afterAll(() => world.close());

/** A new identity of the age command, in a file, and its recipient. */
function keygen(name: string): { path: string; recipient: string } {
  const path = join(world.folder, name);
  execFileSync('age-keygen', ['-o', path], { stdio: 'pipe' });
  const recipient = execFileSync('age-keygen', ['-y', path], { encoding: 'utf8' }).trim();
  return { path, recipient };
}

describe('an exported recording', () => {
  it('as WAV is the sound, sample for sample', async () => {
    const file = await exportWav(world, begun.row.id);
    const wav = await bytesOf(file.chunks);
    expect(wav.length).toBe(file.bytes);
    expect(wav.subarray(58).equals(frames(1_000))).toBe(true);
  });

  it('as age file opens with the age command for its recipient', async () => {
    const key = keygen('person');
    const file = await exportAge(world, begun.row.id, key.recipient);
    const bytes = await bytesOf(file.chunks);
    expect(bytes.length).toBe(file.bytes);
    const path = join(world.folder, 'export.age');
    writeFileSync(path, bytes);
    const opened = execFileSync('age', ['-d', '-i', key.path, path]);
    expect(opened.equals(await bytesOf((await exportWav(world, begun.row.id)).chunks))).toBe(true);
  });

  it('as age file opens for nobody else: not for our own key, and not for another person', async () => {
    const [one, other] = [keygen('one'), keygen('other')];
    const file = await bytesOf((await exportAge(world, begun.row.id, one.recipient)).chunks);
    const ours = join(world.folder, 'ours');
    const { keyId } = (await world.store.header(begun.row.id))!;
    writeFileSync(ours, await world.keys.identity(keyId));
    for (const path of [other.path, ours]) {
      expect(() => execFileSync('age', ['-d', '-i', path], { input: file, stdio: 'pipe' })).toThrow(
        'no identity matched',
      );
    }
  });

  it('is refused for what is not a recipient', async () => {
    await expect(exportAge(world, begun.row.id, 'age1nobody')).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('as age file ends in an error when the payload is not the one that was sealed', async () => {
    const path = join(world.folder, 'vault', begun.row.vaultName);
    const payload = readFileSync(path);
    writeFileSync(path, Buffer.concat([payload, Buffer.of(0)]));
    const { chunks } = await exportAge(world, begun.row.id, keygen('late').recipient);
    await expect(bytesOf(chunks)).rejects.toMatchObject({ code: 'recording_damaged' });
    writeFileSync(path, payload);
  });
});
