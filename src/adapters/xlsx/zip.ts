/**
 * A ZIP archive (PKWARE APPNOTE 6.3) as a stream: sizes follow each file in a data descriptor, so
 * that nothing has to be known or held before it is written. One file in it has at most 4 GiB; the
 * archive may be larger, and its directory is then one of ZIP64 (4.3.14 to 4.5.3).
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { Archive } from '../../app/export-ports.ts';
import { assert } from '../../core/error.ts';

const sizeMax = 0xffff_ffff;
const countMax = 0xffff;
const version = 20;
const version64 = 45;
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

/** @param start where the archive begins, as if that much was written before: for its limits */
export function createZip(start = 0): Archive {
  const files: Written[] = [];
  let offset = start;
  const counted = (piece: Buffer): Buffer => {
    offset += piece.length;
    return piece;
  };
  return {
    async *add(name, content) {
      const [at, bytes] = [offset, Buffer.from(name)];
      let [crc, packed, plain] = [0, 0, 0];
      yield counted(Buffer.concat([localHead(bytes), bytes]));
      async function* summed(): AsyncGenerator<Uint8Array> {
        for await (const piece of content) {
          crc = crc32(piece, crc);
          plain += piece.length;
          assert(plain <= sizeMax, 'a file in an archive has at most 4 GiB');
          yield piece;
        }
      }
      const deflate = createDeflateRaw();
      // What goes wrong destroys the stream that is read below, which throws it.
      const done = pipeline(Readable.from(summed(), { objectMode: false }), deflate);
      done.catch(() => {});
      for await (const piece of deflate) {
        packed += (piece as Buffer).length;
        assert(packed <= sizeMax, 'a file in an archive has at most 4 GiB');
        yield counted(piece as Buffer);
      }
      await done;
      yield counted(uints([0x08074b50, crc, packed, plain]));
      files.push({ name: bytes, at, crc, packed, plain });
    },
    end() {
      const directory = Buffer.concat(files.map(directoryEntry));
      return Buffer.concat([directory, tailOf(files.length, directory.length, offset)]);
    },
  };
}

/** What ends the archive. Where a number does not fit, it is 64 bits long in a record before. */
function tailOf(count: number, bytes: number, at: number): Buffer {
  const tail = Buffer.alloc(22);
  tail.writeUInt32LE(0x06054b50, 0);
  tail.writeUInt16LE(Math.min(count, countMax), 8);
  tail.writeUInt16LE(Math.min(count, countMax), 10);
  tail.writeUInt32LE(Math.min(bytes, sizeMax), 12);
  tail.writeUInt32LE(Math.min(at, sizeMax), 16);
  if (count < countMax && bytes < sizeMax && at < sizeMax) return tail;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4); // what follows of it
  record.writeUInt16LE(version64, 12);
  record.writeUInt16LE(version64, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at + bytes), 8);
  locator.writeUInt32LE(1, 16); // disks
  return Buffer.concat([record, locator, tail]);
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
  const isFar = at >= sizeMax;
  const extra = Buffer.alloc(isFar ? 12 : 0);
  if (isFar) {
    extra.writeUInt16LE(0x0001, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(BigInt(at), 4);
  }
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(isFar ? version64 : version, 4);
  head.writeUInt16LE(isFar ? version64 : version, 6);
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(deflated, 10);
  head.writeUInt16LE(date, 14);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(packed, 20);
  head.writeUInt32LE(plain, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(Math.min(at, sizeMax), 42);
  return Buffer.concat([head, name, extra]);
}

function uints(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32LE(value, i * 4);
  });
  return bytes;
}
