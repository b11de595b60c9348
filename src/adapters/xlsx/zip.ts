/**
 * A ZIP archive (PKWARE APPNOTE 6.3) as a stream: sizes follow each file in a data descriptor, so
 * that nothing has to be known or held before it is written. No ZIP64: what is larger is refused.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { assert } from '../../core/error.ts';

const sizeMax = 0xffff_ffff;
const version = 20;
/** Bit 3: sizes come behind; bit 11: names are UTF-8. */
const flags = 0x0808;
const deflated = 8;
/** 1 January 1980, the first there is: when it was written stands elsewhere. */
const date = 0x0021;

interface Written {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly plain: number;
}

export interface Zip {
  add(name: string, content: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer>;
  /** The directory, which ends the archive. */
  end(): Buffer;
}

export function createZip(): Zip {
  const files: Written[] = [];
  let offset = 0;
  const counted = (piece: Buffer): Buffer => {
    offset += piece.length;
    assert(offset <= sizeMax, 'a workbook has at most 4 GiB');
    return piece;
  };
  return {
    async *add(name, content) {
      const [at, bytes] = [offset, Buffer.from(name)];
      let [crc, packed, plain] = [0, 0, 0];
      yield counted(Buffer.concat([localHead(bytes), bytes]));
      async function* summed(): AsyncGenerator<Buffer> {
        for await (const piece of content) {
          crc = crc32(piece, crc);
          plain += piece.length;
          assert(plain <= sizeMax, 'a sheet has at most 4 GiB');
          yield piece;
        }
      }
      const deflate = createDeflateRaw();
      // What goes wrong destroys the stream that is read below, which throws it.
      const done = pipeline(Readable.from(summed(), { objectMode: false }), deflate);
      done.catch(() => {});
      for await (const piece of deflate) {
        packed += (piece as Buffer).length;
        yield counted(piece as Buffer);
      }
      await done;
      yield counted(uints([0x08074b50, crc, packed, plain]));
      files.push({ name: bytes, at, crc, packed, plain });
    },
    end() {
      const entries = files.map(directoryEntry);
      const directory = Buffer.concat(entries);
      const tail = Buffer.alloc(22);
      tail.writeUInt32LE(0x06054b50, 0);
      tail.writeUInt16LE(files.length, 8);
      tail.writeUInt16LE(files.length, 10);
      tail.writeUInt32LE(directory.length, 12);
      tail.writeUInt32LE(offset, 16);
      return Buffer.concat([directory, tail]);
    },
  };
}

function localHead(name: Buffer): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(version, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(deflated, 8);
  head.writeUInt16LE(date, 12);
  head.writeUInt16LE(name.length, 26);
  return head;
}

function directoryEntry({ name, at, crc, packed, plain }: Written): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(version, 4);
  head.writeUInt16LE(version, 6);
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(deflated, 10);
  head.writeUInt16LE(date, 14);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(packed, 20);
  head.writeUInt32LE(plain, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt32LE(at, 42);
  return Buffer.concat([head, name]);
}

function uints(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32LE(value, i * 4);
  });
  return bytes;
}
