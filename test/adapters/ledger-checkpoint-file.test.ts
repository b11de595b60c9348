import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileCheckpoints } from '../../src/adapters/checkpoints/file.ts';
import { signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { leafHash } from '../../src/core/ledger/merkle.ts';
import { signerOf } from '../../src/core/ledger/note.ts';

const signer = signerOf('ledger.test', Buffer.alloc(32, 2));
const noteOf = (size: number): string =>
  signCheckpoint({ size, root: leafHash(Buffer.from(String(size))) }, signer);

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  path = join(folder, 'kept', 'checkpoints.txt');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('nothing is kept at first', async () => {
  expect(await fileCheckpoints(path).last()).toBe(null);
});

it('the last note is read back, by whoever opens the file', async () => {
  const keeper = fileCheckpoints(path);
  for (let size = 1; size <= 200; size += 1) {
    await keeper.publish(noteOf(size));
    if (size % 50 === 1) expect(await fileCheckpoints(path).last()).toBe(noteOf(size));
  }
  expect(await keeper.last()).toBe(noteOf(200));
});

it('every note ever kept is in the file, as text', async () => {
  for (const size of [1, 2, 3]) await fileCheckpoints(path).publish(noteOf(size));
  const text = readFileSync(path, 'utf8');
  for (const size of [1, 2, 3]) expect(text).toContain(noteOf(size));
});

it('a note cut short anywhere counts as not kept, and the next one is whole', async () => {
  const whole = `${noteOf(2)}\n`;
  for (let cut = 0; cut < whole.length; cut += 1) {
    rmSync(join(folder, 'kept'), { recursive: true, force: true });
    await fileCheckpoints(path).publish(noteOf(1));
    appendFileSync(path, whole.slice(0, cut));
    expect(await fileCheckpoints(path).last(), `cut at ${cut}`).toBe(noteOf(1));
    const keeper = fileCheckpoints(path);
    await keeper.publish(noteOf(3));
    expect(await keeper.last(), `after a cut at ${cut}`).toBe(noteOf(3));
  }
});

it('a file that cannot be written or read is storage that failed', async () => {
  writeFileSync(join(folder, 'kept'), 'a file where the folder should be');
  await expect(fileCheckpoints(path).publish(noteOf(1))).rejects.toThrow('storage_failed');
  await expect(fileCheckpoints(path).last()).rejects.toThrow('storage_failed');
});
