import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
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
import {
  type Durability,
  type FileSpool,
  openFileSpool,
} from '../../../src/adapters/spool/file.ts';
import type { SpoolRecord } from '../../../src/core/recording/records.ts';
import { readSpool, type SpoolEnd } from '../../../src/core/recording/spool-reader.ts';
import { Take } from '../../../src/core/recording/take.ts';
import { type SmallDisk, smallDisk } from '../../support/small-disk.ts';

const id = '0b0f5a8e-4c1d-4e58-9d3a-5a1f0c2b7e66';
const fileKey = Buffer.alloc(16, 5);
const storageFailed = expect.objectContaining({ code: 'storage_failed' });

function frame(n: number): Buffer {
  return Buffer.alloc(160, n & 0x7f);
}

async function takeOf(spool: FileSpool): Promise<{ take: Take; end: SpoolEnd }> {
  const take = new Take();
  const reader = readSpool((await spool.read(id)) ?? Buffer.alloc(0), id, fileKey);
  for (;;) {
    const next = reader.next();
    if (next.done) return { take, end: next.value };
    for (const record of next.value as SpoolRecord[]) take.add(record);
  }
}

function audioOf(take: Take): Buffer {
  return Buffer.concat(
    take.parts.map((part) => (part.type === 'audio' ? part.audio : Buffer.alloc(0))),
  );
}

describe.each(['process', 'disk'] as Durability[])('a spool, durability %s', (durability) => {
  let folder: string;
  let spool: FileSpool;
  beforeEach(async () => {
    folder = join(mkdtempSync(join(tmpdir(), 'spool-')), 'spool');
    spool = await openFileSpool(folder, { durability });
  });
  afterEach(async () => {
    await spool.close();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  it('keeps frames and gaps in order and ends clean', async () => {
    const writer = spool.create(id, fileKey);
    for (let n = 0; n < 25; n += 1) writer.frame(frame(n));
    writer.gap(60, 'lost');
    writer.frame(frame(99));
    expect(writer.lengthMs).toBe(25 * 20 + 60 + 20);
    writer.end();
    const { take, end } = await takeOf(spool);
    expect(end).toEqual({ end: 'clean' });
    expect(take.gaps).toEqual([{ atMs: 500, ms: 60, reason: 'lost' }]);
    const frames = Array.from({ length: 25 }, (_, n) => frame(n));
    expect(audioOf(take).equals(Buffer.concat([...frames, frame(99)]))).toBe(true);
  });

  it('has each 200 ms in the file before frame() returns, and the rest after flush()', async () => {
    const writer = spool.create(id, fileKey);
    for (let n = 0; n < 19; n += 1) writer.frame(frame(n));
    expect((await takeOf(spool)).take.durationMs).toBe(200);
    writer.flush();
    expect((await takeOf(spool)).take.durationMs).toBe(380);
    const bytes = statSync(join(folder, `${id}.spool`)).size;
    writer.flush();
    expect(statSync(join(folder, `${id}.spool`)).size).toBe(bytes);
    writer.abandon();
  });

  it('is cut off when it was abandoned, without the segment being filled', async () => {
    const writer = spool.create(id, fileKey);
    for (let n = 0; n < 15; n += 1) writer.frame(frame(n));
    writer.abandon();
    writer.abandon();
    const { take, end } = await takeOf(spool);
    expect(end.end).toBe('cut');
    expect(take.durationMs).toBe(200);
  });

  it('takes frames of any size', async () => {
    const writer = spool.create(id, fileKey);
    for (const bytes of [0, 1, 159, 1_600, 5_000]) writer.frame(Buffer.alloc(bytes, 1));
    writer.end();
    expect(audioOf((await takeOf(spool)).take).equals(Buffer.alloc(6_760, 1))).toBe(true);
  });

  it('is a file and a folder for their owner only', () => {
    spool.create(id, fileKey).abandon();
    expect(statSync(join(folder, `${id}.spool`)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is made once: a second one would use its nonces again', () => {
    spool.create(id, fileKey).end();
    expect(() => spool.create(id, fileKey)).toThrow(storageFailed);
  });

  it('takes nothing after its end', () => {
    const writer = spool.create(id, fileKey);
    writer.end();
    expect(() => writer.frame(frame(1))).toThrow('nothing is added to a spool that was closed');
    expect(() => writer.gap(1, 'lost')).toThrow('closed');
    expect(() => writer.flush()).toThrow('closed');
    expect(() => writer.end()).toThrow('closed');
    writer.abandon();
  });

  it('lists, reads and removes spools, and nothing else that lies there', async () => {
    spool.create(id, fileKey).end();
    writeFileSync(join(folder, 'notes.txt'), '');
    writeFileSync(join(folder, 'X.spool'), '');
    expect(await spool.list()).toEqual([id]);
    await spool.remove(id);
    await spool.remove(id);
    expect(await spool.list()).toEqual([]);
    expect(await spool.read(id)).toBeNull();
    expect(readdirSync(folder).sort()).toEqual(['X.spool', 'notes.txt']);
  });

  it('refuses an id that is not one', () => {
    expect(() => spool.create('../../etc/passwd', fileKey)).toThrow('UUID');
  });

  it('is healthy, and leaves nothing of the check behind', async () => {
    expect(await spool.health()).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
    expect(await spool.health()).toContain('ENOENT');
  });
});

describe('a spool on a disk that refuses', () => {
  let disk: SmallDisk;
  let spool: FileSpool;
  beforeEach(async () => {
    disk = await smallDisk('64k');
    spool = await openFileSpool(disk.path, { durability: 'process' });
  });
  afterEach(async () => {
    await spool.close();
    await disk.close();
  });

  it('says storage_failed when the disk is full, and what was sealed before still reads', async () => {
    const writer = spool.create(id, fileKey);
    let kept = 0;
    const fill = () => {
      for (; kept < 10_000; kept += 1) writer.frame(frame(kept));
    };
    expect(fill).toThrow(
      expect.objectContaining({ publicText: 'the spool cannot be written (ENOSPC)' }),
    );
    expect(() => writer.frame(frame(1))).toThrow(storageFailed);
    expect(() => writer.end()).toThrow(storageFailed);
    writer.abandon();

    const { take, end } = await takeOf(spool);
    expect(end.end).toBe('cut');
    const sealed = Buffer.concat(Array.from({ length: kept }, (_, n) => frame(n)));
    expect(take.durationMs).toBeGreaterThan(kept * 20 - 400);
    expect(audioOf(take).equals(sealed.subarray(0, audioOf(take).length))).toBe(true);
  });

  it('says storage_failed to a new spool when the disk is full, and leaves none', () => {
    writeFileSync(join(disk.path, 'ballast'), '');
    expect(() => {
      for (;;) appendFileSync(join(disk.path, 'ballast'), Buffer.alloc(4_096));
    }).toThrow('ENOSPC');
    expect(() => spool.create(id, fileKey)).toThrow(storageFailed);
    expect(existsSync(join(disk.path, `${id}.spool`))).toBe(false);
  });

  it('says storage_failed and is unhealthy when the disk turned read-only', async () => {
    await disk.readOnly();
    expect(() => spool.create(id, fileKey)).toThrow(storageFailed);
    expect(await spool.health()).toBe('the spool folder cannot be written (EROFS)');
    await disk.writable();
    expect(await spool.health()).toBeNull();
  });
});

describe('durability disk', () => {
  it('closes every file after its last bytes were synced', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spool-sync-'));
    const spool = await openFileSpool(folder, { durability: 'disk' });
    const open = () =>
      spawnSync('ls', [`/proc/${process.pid}/fd`, '-l'], { encoding: 'utf8' }).stdout;
    const writers = Array.from({ length: 20 }, (_, n) =>
      spool.create(`0b0f5a8e-4c1d-4e58-9d3a-5a1f0c2b7e${n + 10}`, fileKey),
    );
    for (let n = 0; n < 30; n += 1) for (const writer of writers) writer.frame(frame(n));
    expect(open().split(folder)).toHaveLength(21);
    for (const writer of writers) writer.end();
    await spool.close();
    expect(open()).not.toContain(folder);
    rmSync(folder, { recursive: true });
  });
});
