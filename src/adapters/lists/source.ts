/**
 * Files that lists come in: text, gzip, zip (its files one after the other), XML and XLSX, told by
 * what they begin with, never by their names. Read in pieces: memory does not grow with the file.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { openPromise, type ZipFile } from 'yauzl';
import { ConsentryError } from '../../core/error.ts';
import type { RegistryReader } from '../../core/suppression/registry-text.ts';
import { readXml } from './registry-xml.ts';
import { readSharedStrings, readSheet } from './sheet.ts';
import { unreadable } from './unreadable.ts';

const pieceBytes = 4 * 1024 * 1024;
/** What unpacks to a thousand times its size is no list. */
const unpackedMax = 1_000;

export interface SourceRead {
  /** Of the file as it is, packed or not. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Feeds a file to a reader.
 *
 * @param progress called with how much of the file has been read, 0 to 1
 * @throws `list_unreadable` with what is wrong with the file
 */
export async function readSource(
  path: string,
  reader: RegistryReader,
  progress: (share: number) => void,
): Promise<SourceRead> {
  const { size } = await statOf(path);
  const kind = await sniff(path);
  const budget = { left: Math.max(size, 1_000_000) * unpackedMax };
  if (kind === 'zip') {
    await readZip(path, reader, progress, budget);
    return { sha256: await hashOf(path), bytes: size };
  }
  const hash = createHash('sha256');
  const file = createReadStream(path, { highWaterMark: pieceBytes });
  let seen = 0;
  file.on('data', (piece) => {
    hash.update(piece);
    seen += piece.length;
    progress(size === 0 ? 1 : seen / size);
  });
  await feed(kind === 'gzip' ? unpacked(file) : file, reader, budget);
  return { sha256: hash.digest('hex'), bytes: size };
}

/** When a file was written: a downloader that keeps times says so when the list was obtained. */
export async function writtenAt(path: string): Promise<number> {
  return (await statOf(path)).mtimeMs;
}

type Kind = 'zip' | 'gzip' | 'other';

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable('there is no such file, or it may not be read', error);
  }
}

async function sniff(path: string): Promise<Kind> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.readUInt32BE(0) === 0x504b0304) return 'zip';
    return buffer.readUInt16BE(0) === 0x1f8b ? 'gzip' : 'other';
  } finally {
    await file.close();
  }
}

function unpacked(file: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  file.once('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

/** Text or XML, told by the first byte that is no space. */
async function feed(
  pieces: AsyncIterable<Uint8Array>,
  reader: RegistryReader,
  budget: { left: number },
): Promise<void> {
  let xml: ReturnType<typeof readXml> | null = null;
  let isFirst = true;
  try {
    for await (const piece of pieces) {
      budget.left -= piece.length;
      if (budget.left < 0) throw unreadable('it unpacks to more than any list has');
      if (isFirst && /^(?:\u{feff}|\s)*</u.test(Buffer.from(piece).toString('utf8', 0, 200))) {
        xml = readXml(reader);
      }
      isFirst = false;
      if (xml === null) reader.take(piece);
      else xml.take(piece);
    }
    if (xml === null) reader.end();
    else xml.end();
  } catch (error) {
    if (error instanceof ConsentryError) throw error;
    throw unreadable((error as Error).message, error);
  }
}

async function readZip(
  path: string,
  reader: RegistryReader,
  progress: (share: number) => void,
  budget: { left: number },
): Promise<void> {
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(path, { autoClose: false });
    const names: string[] = [];
    for await (const { fileName } of zip.eachEntry()) names.push(fileName);
    const isSheet = names.includes('xl/workbook.xml');
    zip.close();
    zip = await openPromise(path, { autoClose: false });
    let strings: readonly string[] = [];
    let done = 0;
    if (isSheet) strings = await stringsOf(path);
    for await (const entry of zip.eachEntry()) {
      done += entry.compressedSize;
      const name = entry.fileName;
      const isWanted = isSheet ? /^xl\/worksheets\/sheet\d+\.xml$/.test(name) : !name.endsWith('/');
      if (!isWanted) continue;
      const stream = await zip.openReadStreamPromise(entry);
      if (isSheet) await readSheet(stream, strings, reader, budget);
      else await feed(stream, reader, budget);
      progress(Math.min(1, done / Math.max(1, (await stat(path)).size)));
    }
    progress(1);
  } catch (error) {
    if (error instanceof ConsentryError) throw error;
    throw unreadable((error as Error).message, error);
  } finally {
    zip?.close();
  }
}

/** The words of a workbook may stand behind its sheets. */
async function stringsOf(path: string): Promise<readonly string[]> {
  const zip = await openPromise(path, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== 'xl/sharedStrings.xml') continue;
      return await readSharedStrings(await zip.openReadStreamPromise(entry));
    }
    return [];
  } finally {
    zip.close();
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) {
    hash.update(piece as Buffer);
  }
  return hash.digest('hex');
}
