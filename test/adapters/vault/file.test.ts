import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileVault } from '../../../src/adapters/vault/file.ts';
import type { Vault } from '../../../src/app/ports.ts';
import { type SmallDisk, smallDisk } from '../../support/small-disk.ts';

const name = '0b0f5a8e/recording.age';
const storageFailed = { code: 'storage_failed' };

async function readAll(vault: Vault, start?: number, end?: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of vault.read(name, start, end)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Everything in a folder but folders. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

describe('a vault in a folder', () => {
  let folder: string;
  let vault: Vault;
  beforeEach(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'vault-')), 'vault');
    vault = await openFileVault(folder);
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  it('gives back what was put, whole and in ranges', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, n) => n & 0xff));
    await vault.put(name, [bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
    expect(await vault.size(name)).toBe(200_000);
    expect((await readAll(vault)).equals(bytes)).toBe(true);
    for (const [start, end] of [
      [0, 1],
      [65_551, 65_553],
      [199_999, 200_000],
      [150_000, 300_000],
      [200_000, 200_001],
    ] as const) {
      expect((await readAll(vault, start, end)).equals(bytes.subarray(start, end))).toBe(true);
    }
  });

  it('keeps files for their owner only', async () => {
    await vault.put(name, [Buffer.of(1)]);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, name, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('leaves the payload before as it was when a put fails half-way', async () => {
    await vault.put(name, [Buffer.from('before')]);
    async function* broken() {
      yield Buffer.from('half');
      throw new Error('the source broke');
    }
    await expect(vault.put(name, broken())).rejects.toMatchObject(storageFailed);
    expect((await readAll(vault)).toString()).toBe('before');
    expect(filesIn(folder)).toEqual(['recording.age']);
  });

  it('puts over what a crash in the middle of a put left, and removes it', async () => {
    const leftover = join(folder, '.incoming', '0b0f5a8e_recording.age.0123456789abcdef.tmp');
    writeFileSync(leftover, 'half');
    await vault.put(name, [Buffer.from('whole')]);
    expect(filesIn(folder)).toEqual(['recording.age']);
    writeFileSync(leftover, 'half');
    await vault.remove(name);
    expect(filesIn(folder)).toEqual([]);
    expect(await vault.size(name)).toBeNull();
  });

  it('removes what is not there without complaint', async () => {
    await vault.remove(name);
    expect(await vault.size(name)).toBeNull();
  });

  it('says recording_unavailable when a payload that is not there is read', async () => {
    await expect(readAll(vault)).rejects.toMatchObject({ code: 'recording_unavailable' });
  });

  it.each([
    '../outside.age',
    'a/../../outside.age',
    '/etc/passwd.age',
    'a/b/c.age',
    '.incoming/x.age',
    'a\0.age',
    'a\\b.age',
    'A.age',
    'name',
    '.age',
    '',
    `${'a'.repeat(65)}.age`,
  ])('refuses the name %j in every verb', async (bad) => {
    const refused = { code: 'invalid_request' };
    await expect(vault.put(bad, [Buffer.of(1)])).rejects.toMatchObject(refused);
    await expect(vault.size(bad)).rejects.toMatchObject(refused);
    await expect(vault.remove(bad)).rejects.toMatchObject(refused);
    await expect(vault.read(bad)[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
    expect(filesIn(join(folder, '..'))).toEqual([]);
  });

  it('is healthy, and leaves nothing of the check behind', async () => {
    expect(await vault.health()).toBeNull();
    expect(filesIn(folder)).toEqual([]);
  });

  it('does not follow a link that stands where a payload is put', async () => {
    const outside = join(folder, '..', 'outside');
    writeFileSync(outside, 'theirs');
    mkdirSync(join(folder, '0b0f5a8e'));
    symlinkSync(outside, join(folder, name));
    await vault.put(name, [Buffer.from('ours')]);
    expect(readFileSync(outside, 'utf8')).toBe('theirs');
    expect((await readAll(vault)).toString()).toBe('ours');
  });

  it('is storage_failed, and does not make itself anew, when its folder is gone', async () => {
    await vault.put(name, [Buffer.of(1)]);
    rmSync(folder, { recursive: true });
    await expect(vault.put(name, [Buffer.of(1)])).rejects.toMatchObject(storageFailed);
    await expect(vault.size(name)).rejects.toMatchObject(storageFailed);
    await expect(vault.remove(name)).rejects.toMatchObject(storageFailed);
    expect(await vault.health()).toContain('ENOENT');
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a vault on a disk that refuses', () => {
  let disk: SmallDisk;
  let vault: Vault;
  beforeEach(async () => {
    disk = await smallDisk('64k');
    vault = await openFileVault(disk.path);
  });
  afterEach(() => disk.close());

  it('is storage_failed when the disk fills up, keeps no half, and works again with less', async () => {
    await vault.put(name, [Buffer.alloc(1_000, 1)]);
    await expect(vault.put(name, [Buffer.alloc(100_000)])).rejects.toMatchObject({
      ...storageFailed,
      publicText: 'the vault cannot be written (ENOSPC)',
    });
    expect(filesIn(disk.path)).toEqual(['recording.age']);
    expect((await readAll(vault)).equals(Buffer.alloc(1_000, 1))).toBe(true);
    await vault.put(name, [Buffer.alloc(2_000, 2)]);
    expect(await vault.size(name)).toBe(2_000);
  });

  it('is storage_failed when the disk turned read-only, and still gives what it has', async () => {
    await vault.put(name, [Buffer.from('here')]);
    await disk.readOnly();
    await expect(vault.put(name, [Buffer.of(1)])).rejects.toMatchObject({
      ...storageFailed,
      publicText: 'the vault cannot be written (EROFS)',
    });
    await expect(vault.remove(name)).rejects.toMatchObject(storageFailed);
    expect(await vault.health()).toContain('EROFS');
    expect((await readAll(vault)).toString()).toBe('here');
  });

  it('does not take an empty mount point for a vault from which everything was erased', async () => {
    await vault.put(name, [Buffer.of(1)]);
    await disk.unmount();
    await expect(vault.size(name)).rejects.toMatchObject({
      ...storageFailed,
      publicText: 'the vault folder is missing (ENOENT)',
    });
    await expect(vault.remove(name)).rejects.toMatchObject(storageFailed);
    await expect(vault.put(name, [Buffer.of(1)])).rejects.toMatchObject(storageFailed);
    expect(readdirSync(disk.path)).toEqual([]);
  });
});
