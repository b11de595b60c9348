/** Archives and workbooks, read by readers of somebody else's. */
import { crc32 } from 'node:zlib';
import { SaxesParser } from 'saxes';
import { fromBuffer } from 'yauzl';

/** By a reader of somebody else's; sums are compared here. */
export async function unzip(bytes: Buffer): Promise<ReadonlyMap<string, string>> {
  const files = await unzipBytes(bytes);
  return new Map([...files].map(([name, content]) => [name, content.toString('utf8')]));
}

export function unzipBytes(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const files = new Map<string, Buffer>();
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, async (failed, stream) => {
          if (failed) return reject(failed);
          const pieces: Buffer[] = [];
          for await (const piece of stream) pieces.push(piece as Buffer);
          const content = Buffer.concat(pieces);
          if (crc32(content) !== entry.crc32) return reject(new Error('another sum'));
          files.set(entry.fileName, content);
          zip.readEntry();
        });
      });
      zip.on('end', () => resolve(files));
      zip.on('error', reject);
      zip.readEntry();
    });
  });
}

export interface ReadCell {
  readonly type: string;
  readonly style: string;
  text: string;
}

/** Cells of a sheet, by an XML parser; fails where it is not well formed. */
export function cellsOf(xml: string): ReadCell[][] {
  const rows: ReadCell[][] = [];
  const formulas: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'f') formulas.push(name);
    if (name === 'row') rows.push([]);
    if (name !== 'c') return;
    rows.at(-1)?.push({ type: attributes['t'] ?? '', style: attributes['s'] ?? '', text: '' });
  });
  parser.on('text', (text) => {
    const cell = rows.at(-1)?.at(-1);
    if (cell !== undefined) cell.text += text;
  });
  parser.write(xml).close();
  if (formulas.length > 0) throw new Error('there is a formula');
  return rows;
}
