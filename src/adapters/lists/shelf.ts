/**
 * Versions of national-size lists in folders: `<list>/<version>/` with a manifest and a file for
 * each area code, never changed once they are there, and `<list>/current`, which names the one in
 * force. A version is written beside and renamed, so that half of one is never seen.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsentryError } from '../../core/error.ts';
import {
  type AreaBits,
  bytesPerArea,
  countOf,
  numbersOf,
  sparseBelow,
} from '../../core/suppression/area-bits.ts';
import { type ListPart, listIdForm, type Manifest } from '../../core/suppression/list-manifest.ts';
import type { NumberSet } from '../../core/suppression/registry-text.ts';
import { type WorldSet, worldSet } from '../../core/suppression/world-set.ts';

const manifestFile = 'manifest.json';
const currentFile = 'current';
const worldFile = 'world.numbers';
const part = '.part';
const versionForm = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

/** What is said of a version beside its numbers. */
export type VersionFacts = Omit<Manifest, 'areas' | 'world' | 'total'>;

export interface ListShelf {
  /** Every list there is, by name. Throws `storage_failed` if the folder cannot be read. */
  lists(): Promise<readonly string[]>;
  /** The version in force; null: the list has none. Throws `storage_failed` if it is damaged. */
  current(list: string): Promise<Manifest | null>;
  versions(list: string): Promise<readonly string[]>;
  manifest(list: string, version: string): Promise<Manifest>;
  /** Bits of an area code, their hash checked. */
  area(manifest: Manifest, area: string): Promise<AreaBits>;
  /** The same at once, for who asks before it was loaded: about 5 ms. */
  areaNow(manifest: Manifest, area: string): AreaBits;
  world(manifest: Manifest): Promise<WorldSet>;
  /** Writes a version down; it is not in force by that. */
  write(facts: VersionFacts, set: NumberSet): Promise<Manifest>;
  /** Puts a version in force. */
  activate(list: string, version: string): Promise<void>;
  /** None is in force any more; versions stay, for decisions rest on them. */
  retire(list: string): Promise<void>;
  remove(list: string, version: string): Promise<void>;
}

/** @param key authenticates manifests: whoever can write files cannot make a list */
export function openShelf(folder: string, key: Uint8Array): ListShelf {
  const listFolder = (list: string): string => {
    if (listIdForm.test(list)) return join(folder, list);
    throw new ConsentryError('invalid_request', `list: ${list} is no name of a list`);
  };
  const versionFolder = (list: string, version: string): string => {
    if (versionForm.test(version)) return join(listFolder(list), version);
    throw new ConsentryError('not_found', 'there is no such version');
  };
  const seal = (text: string): Buffer => createHmac('sha256', key).update(text).digest();

  async function manifest(list: string, version: string): Promise<Manifest> {
    const text = await read(join(versionFolder(list, version), manifestFile));
    if (text === null) throw new ConsentryError('not_found', `${list} has no version ${version}`);
    const sealed = JSON.parse(text.toString('utf8')) as { manifest: Manifest; mac: string };
    const mac = Buffer.from(sealed.mac, 'hex');
    const wanted = seal(JSON.stringify(sealed.manifest));
    const isOurs = mac.length === wanted.length && timingSafeEqual(mac, wanted);
    if (!isOurs || sealed.manifest.list !== list || sealed.manifest.version !== version) {
      throw damaged(list, version, manifestFile);
    }
    return sealed.manifest;
  }

  async function readPart(manifest: Manifest, name: string, wanted: ListPart): Promise<Buffer> {
    const { list, version } = manifest;
    const bytes = await read(join(versionFolder(list, version), name));
    if (bytes === null || sha256(bytes) !== wanted.sha256) throw damaged(list, version, name);
    return bytes;
  }

  return {
    async lists() {
      const names = await namesIn(folder);
      return names.filter((name) => listIdForm.test(name)).sort();
    },
    async current(list) {
      const version = (await read(join(listFolder(list), currentFile)))?.toString('utf8').trim();
      return version === undefined ? null : manifest(list, version);
    },
    async versions(list) {
      const names = await namesIn(listFolder(list));
      return names.filter((name) => versionForm.test(name)).sort();
    },
    manifest,
    async area(of, area) {
      const { list, version } = of;
      const wanted = of.areas[area];
      if (wanted === undefined) throw damaged(list, version, area);
      const bytes = await readShared(join(versionFolder(list, version), areaFile(area)));
      if (bytes === null || sha256(bytes) !== wanted.sha256) throw damaged(list, version, area);
      return new Uint32Array(bytes.buffer);
    },
    areaNow(of, area) {
      const { list, version } = of;
      const wanted = of.areas[area];
      const path = join(versionFolder(list, version), areaFile(area));
      const bytes = wanted === undefined ? null : readNow(path);
      if (bytes === null || sha256(bytes) !== wanted?.sha256) throw damaged(list, version, area);
      return sharedBits(bytes);
    },
    async world(of) {
      if (of.world === null) return worldSet([]);
      const bytes = await readPart(of, worldFile, of.world);
      return new Float64Array(new Uint8Array(bytes).buffer);
    },
    async write(facts, set) {
      const { list, version } = facts;
      const final = versionFolder(list, version);
      const beside = `${final}${part}`;
      await rm(beside, { recursive: true, force: true });
      await mkdir(beside, { recursive: true });
      const areas: Record<string, ListPart> = {};
      const few: number[] = [];
      for (const [area, bits] of [...set.areas].sort(([a], [b]) => a - b)) {
        const count = countOf(bits);
        if (count === 0) continue;
        if (count < sparseBelow) {
          for (const number of numbersOf(area, bits)) few.push(Number(number));
          areas[String(area)] = { sha256: null, count };
          continue;
        }
        const bytes = Buffer.from(bits.buffer, bits.byteOffset, bits.byteLength);
        await writeDown(join(beside, areaFile(String(area))), bytes);
        areas[String(area)] = { sha256: sha256(bytes), count };
      }
      const numbers = worldSet(both(set.world, few));
      const worldBytes = Buffer.from(numbers.buffer, 0, numbers.byteLength);
      if (numbers.length > 0) await writeDown(join(beside, worldFile), worldBytes);
      const world =
        numbers.length === 0 ? null : { sha256: sha256(worldBytes), count: numbers.length };
      const counts = Object.values(areas).map(({ count }) => count);
      const total = counts.reduce((sum, count) => sum + count, set.world.size);
      const made: Manifest = { ...facts, areas, world, total };
      const text = JSON.stringify({
        manifest: made,
        mac: seal(JSON.stringify(made)).toString('hex'),
      });
      await writeDown(join(beside, manifestFile), Buffer.from(`${text}\n`));
      await rm(final, { recursive: true, force: true });
      await rename(beside, final);
      await syncFolder(listFolder(list));
      return made;
    },
    async activate(list, version) {
      await manifest(list, version);
      const file = join(listFolder(list), currentFile);
      await writeDown(`${file}.new`, Buffer.from(`${version}\n`));
      await rename(`${file}.new`, file);
      await syncFolder(listFolder(list));
    },
    async retire(list) {
      await rm(join(listFolder(list), currentFile), { force: true });
      await syncFolder(listFolder(list)).catch(() => {}); // of a list that never had a version
    },
    async remove(list, version) {
      await rm(versionFolder(list, version), { recursive: true, force: true });
    },
  };
}

function* both(some: Iterable<number>, more: Iterable<number>): Generator<number> {
  yield* some;
  yield* more;
}

/** Shared memory, so that threads can look without a copy. */
function sharedBits(bytes: Uint8Array): AreaBits {
  const shared = new Uint8Array(new SharedArrayBuffer(bytesPerArea));
  shared.set(bytes.subarray(0, bytesPerArea));
  return new Uint32Array(shared.buffer);
}

/** Straight into shared memory: no copy is left to be collected. */
async function readShared(path: string): Promise<Uint8Array | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer(bytesPerArea));
    const { bytesRead } = await file.read(bytes, 0, bytesPerArea, 0);
    return bytesRead === bytesPerArea ? bytes : null;
  } finally {
    await file.close();
  }
}

function readNow(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

const areaFile = (area: string): string => `${area}.bits`;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const damaged = (list: string, version: string, name: string): ConsentryError =>
  new ConsentryError('list_damaged', `${list} ${version}: ${name} is not what was written`);

async function read(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ConsentryError('storage_failed', 'a list cannot be read', { cause: error });
  }
}

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ConsentryError('storage_failed', 'the lists cannot be read', { cause: error });
  }
}

/** On disk when it resolves. */
async function writeDown(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ConsentryError('storage_failed', 'a list cannot be written', { cause: error });
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
