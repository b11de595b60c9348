import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileKeys } from '../../../src/adapters/keys/file.ts';
import { smallDisk } from '../../support/small-disk.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  path = join(folder, 'l0.key');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secret = Buffer.from('AGE-SECRET-KEY-1');

describe('a key file', () => {
  it('is made once, 32 bytes, readable by its owner only, and nothing else is left', async () => {
    const keys = await openFileKeys(path);
    expect(statSync(path).size).toBe(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['l0.key']);
    expect((await openFileKeys(path)).keyId()).toBe(keys.keyId());
    expect(keys.keyId()).toMatch(/^file:[0-9a-f]{16}$/);
  });

  it('is one key when two processes make it at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => openFileKeys(path)));
    expect(new Set(all.map((keys) => keys.keyId())).size).toBe(1);
  });

  it.each([0o640, 0o604, 0o660, 0o644])('is refused with mode %o', async (mode) => {
    await openFileKeys(path);
    chmodSync(path, mode);
    await expect(openFileKeys(path)).rejects.toMatchObject({
      code: 'setting_invalid',
      publicText: `the key file ${path} has mode ${mode.toString(8)}; only 600 and 400 are allowed`,
    });
  });

  it.each([0, 31, 33, 64])('is refused with %i bytes, and left as it is', async (bytes) => {
    writeFileSync(path, Buffer.alloc(bytes), { mode: 0o600 });
    await expect(openFileKeys(path)).rejects.toMatchObject({
      code: 'setting_invalid',
      publicText: `the key file ${path} has ${bytes} bytes; exactly 32 are allowed`,
    });
    expect(statSync(path).size).toBe(bytes);
  });

  it('that cannot be made is storage_failed, and no half of it is left', async () => {
    const disk = await smallDisk('64k');
    try {
      await disk.readOnly();
      const there = join(disk.path, 'l0.key');
      await expect(openFileKeys(there)).rejects.toMatchObject({ code: 'storage_failed' });
      expect(existsSync(there)).toBe(false);
    } finally {
      await disk.close();
    }
  });
});

describe('wrapping', () => {
  it('comes back in its context, and differs each time', async () => {
    const keys = await openFileKeys(path);
    const wrapped = Buffer.from(await keys.wrap(secret, 'l1/1'));
    expect(await keys.unwrap(wrapped, 'l1/1')).toEqual(secret);
    expect(wrapped.equals(await keys.wrap(secret, 'l1/1'))).toBe(false);
    expect(wrapped.includes(secret)).toBe(false);
  });

  it('is key_missing in another context and under another key', async () => {
    const keys = await openFileKeys(path);
    const others = await openFileKeys(join(folder, 'other.key'));
    const wrapped = await keys.wrap(secret, 'l1/1');
    await expect(keys.unwrap(wrapped, 'l1/2')).rejects.toMatchObject({ code: 'key_missing' });
    await expect(others.unwrap(wrapped, 'l1/1')).rejects.toMatchObject({ code: 'key_missing' });
  });

  it.each([
    ['is gone', () => rmSync(path)],
    ['holds another key', () => writeFileSync(path, Buffer.alloc(32))],
  ])('is refused once its file %s; what was wrapped before still opens', async (_, lose) => {
    const keys = await openFileKeys(path);
    const wrapped = await keys.wrap(secret, 'l1/1');
    lose();
    await expect(keys.wrap(secret, 'l1/1')).rejects.toMatchObject({ code: 'key_missing' });
    expect(await keys.unwrap(wrapped, 'l1/1')).toEqual(secret);
  });
});

describe('the health of a key file', () => {
  it('is good while the file holds the key that is in use, and says what is wrong else', async () => {
    const keys = await openFileKeys(path);
    expect(await keys.health()).toBeNull();
    writeFileSync(path, Buffer.alloc(32));
    expect(await keys.health()).toBe('the key file holds another key');
    chmodSync(path, 0o644);
    expect(await keys.health()).toContain('only 600 and 400 are allowed');
    rmSync(path);
    expect(await keys.health()).toBe('the key file is gone');
  });
});
