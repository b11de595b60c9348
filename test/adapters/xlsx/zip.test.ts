/** Archives beyond the limits of the first ZIP, read by a reader of somebody else's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import { createZip } from '../../../src/adapters/xlsx/zip.ts';

async function namesIn(path: string): Promise<Map<string, string>> {
  const zip = await openPromise(path);
  const files = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    const pieces: Buffer[] = [];
    if (files.size < 3) {
      for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece);
    }
    files.set(entry.fileName, Buffer.concat(pieces).toString());
  }
  zip.close();
  return files;
}

async function inFile(
  at: number,
  write: (put: (bytes: Buffer) => Promise<void>) => Promise<void>,
): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'consentry-zip-'));
  const path = join(folder, 'one.zip');
  try {
    const file = await open(path, 'w');
    let place = at;
    await write(async (bytes) => {
      await file.write(bytes, 0, bytes.length, place);
      place += bytes.length;
    });
    await file.close();
    return await namesIn(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('an archive whose files lie beyond 4 GiB opens', async () => {
  const start = 2 ** 32 + 5;
  const files = await inFile(start, async (put) => {
    const zip = createZip(start);
    for (const name of ['one.txt', 'two.txt']) {
      for await (const piece of zip.add(name, [Buffer.from(`${name} is here`)])) await put(piece);
    }
    await put(zip.end());
  });
  expect([...files]).toEqual([
    ['one.txt', 'one.txt is here'],
    ['two.txt', 'two.txt is here'],
  ]);
});

test('an archive of more than 65,535 files opens', async () => {
  const count = 65_540;
  const files = await inFile(0, async (put) => {
    const zip = createZip();
    const pieces: Buffer[] = [];
    for (let i = 0; i < count; i += 1) {
      for await (const piece of zip.add(`${i}.txt`, [])) pieces.push(piece);
    }
    await put(Buffer.concat([...pieces, zip.end()]));
  });
  expect(files.size).toBe(count);
}, 60_000);
