/**
 * Files that lists come in: text, gzip, zip (its files one after the other), XML and XLSX, told by
 * what they begin with, never by their names. Read in pieces: memory does not grow with the file.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { ListFile, ReadSource } from '../../app/list-ports.ts';
import { ConsentryError } from '../../core/error.ts';
import type { RegistryReader } from '../../core/suppression/registry-text.ts';
import { readXml } from './registry-xml.ts';
import { readSharedStrings, readSheet } from './sheet.ts';
import { unreadable } from './unreadable.ts';

const unpackedPieceBytes = 4 * 1024 * 1024;
/** What unpacks to a thousand times its size is no list. */
const unpackedMax = 1_000;

type Progress = (share: number) => Promise<void>;

export const readSource: ReadSource = async (file, reader, progress) => {
  const kind = await sniff(file);
  const budget = { left: Math.max(file.bytes, 1_000_000) * unpackedMax };
  if (kind === 'zip') {
    await readZip(file, reader, progress, budget);
    return { sha256: await hashOf(file), bytes: file.bytes };
  }
  const hash = createHash('sha256');
  let seen = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of file.read(0)) {
      hash.update(piece);
      seen += piece.length;
      yield piece;
    }
  }
  const step = () => progress(file.bytes === 0 ? 1 : seen / file.bytes);
  reader.begin(null);
  await feed(kind === 'gzip' ? unpacked(hashed()) : hashed(), reader, budget, step);
  // What unpacking did not look at is of the file too.
  for await (const piece of file.read(seen)) hash.update(piece);
  return { sha256: hash.digest('hex'), bytes: file.bytes };
};

type Kind = 'zip' | 'gzip' | 'other';

async function sniff(file: ListFile): Promise<Kind> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.read(0, 4)) pieces.push(piece);
  const start = Buffer.concat([...pieces, Buffer.alloc(4)]);
  if (start.readUInt32BE(0) === 0x504b0304) return 'zip';
  return start.readUInt16BE(0) === 0x1f8b ? 'gzip' : 'other';
}

function unpacked(pieces: AsyncIterable<Uint8Array>): Readable {
  const packed = Readable.from(pieces, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: unpackedPieceBytes });
  packed.once('error', (error) => gunzip.destroy(error));
  gunzip.once('close', () => packed.destroy());
  return packed.pipe(gunzip);
}

/** Text or XML, told by the first byte that is no space. */
async function feed(
  pieces: AsyncIterable<Uint8Array>,
  reader: RegistryReader,
  budget: { left: number },
  step: () => Promise<void>,
): Promise<void> {
  let xml: ReturnType<typeof readXml> | null = null;
  let isFirst = true;
  for await (const piece of fromOutside(pieces)) {
    budget.left -= piece.length;
    if (budget.left < 0) throw unreadable('it unpacks to more than any list has');
    if (isFirst && /^(?:\u{feff}|\s)*</u.test(Buffer.from(piece).toString('utf8', 0, 200))) {
      xml = readXml(reader);
    }
    isFirst = false;
    told(() => (xml === null ? reader.take(piece) : xml.take(piece)));
    await step();
  }
  told(() => (xml === null ? reader.end() : xml.end()));
}

/**
 * Whatever breaks in a file, or in taking it apart, is a fault of the file; what is thrown by who is
 * told of the progress is not, and passes as it is.
 */
const outside = <Result>(work: Promise<Result>): Promise<Result> =>
  work.catch((error: unknown) => {
    throw faultOf(error);
  });

function told(read: () => void): void {
  try {
    read();
  } catch (error) {
    throw faultOf(error);
  }
}

async function* fromOutside<Piece>(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  try {
    yield* pieces;
  } catch (error) {
    throw faultOf(error);
  }
}

const faultOf = (error: unknown): ConsentryError =>
  error instanceof ConsentryError ? error : unreadable((error as Error).message, error);

async function readZip(
  file: ListFile,
  reader: RegistryReader,
  progress: Progress,
  budget: { left: number },
): Promise<void> {
  const names: string[] = [];
  await eachEntry(file, async (_, { fileName }) => void names.push(fileName));
  const isSheet = names.includes('xl/workbook.xml');
  let strings: readonly string[] = [];
  if (isSheet) strings = await stringsOf(file);
  const isWanted = (name: string): boolean =>
    isSheet ? /^xl\/worksheets\/sheet\d+\.xml$/i.test(name) : !name.endsWith('/');
  const hasSeveral = names.filter(isWanted).length > 1;
  let [done, count] = [0, 0];
  await eachEntry(file, async (zip, entry) => {
    done += entry.compressedSize;
    if (!isWanted(entry.fileName)) return;
    count += 1;
    reader.begin(hasSeveral ? count : null);
    const stream = await outside(zip.openReadStreamPromise(entry));
    const step = () => progress(Math.min(1, done / Math.max(1, file.bytes)));
    if (isSheet) await outside(readSheet(stream, strings, reader, budget));
    else await feed(stream, reader, budget, step);
    await step();
  });
  await progress(1);
}

/** The words of a workbook may stand behind its sheets. */
async function stringsOf(file: ListFile): Promise<readonly string[]> {
  let strings: readonly string[] = [];
  await eachEntry(file, async (zip, entry) => {
    if (entry.fileName.toLowerCase() !== 'xl/sharedstrings.xml') return;
    strings = await outside(zip.openReadStreamPromise(entry).then(readSharedStrings));
  });
  return strings;
}

async function eachEntry(
  file: ListFile,
  use: (zip: ZipFile, entry: Entry) => Promise<void>,
): Promise<void> {
  const reader = new FileReader(file);
  const zip = await outside(
    fromRandomAccessReaderPromise(reader, file.bytes, { autoClose: false }),
  );
  try {
    for await (const entry of fromOutside(zip.eachEntry())) await use(zip, entry);
  } finally {
    zip.close();
  }
}

class FileReader extends RandomAccessReader {
  readonly #file: ListFile;
  constructor(file: ListFile) {
    super();
    this.#file = file;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#file.read(start, end), { objectMode: false });
  }
}

async function hashOf(file: ListFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of file.read(0)) hash.update(piece);
  return hash.digest('hex');
}
