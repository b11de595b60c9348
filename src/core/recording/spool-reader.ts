import type { Uuid } from '../words.ts';
import { parseRecords, type SpoolRecord, segmentPlainBytesMax } from './records.ts';
import { lengthBytes, openSegment, type SpoolKey, spoolKey, tagBytes } from './spool.ts';

/**
 * How a spool ends.
 *
 * clean    its last segment carries the last flag and the end mark
 * cut      every whole segment verified and the file stops: the process died, or the disk filled
 * damaged  the bytes at `atByte` are not what the writer wrote
 */
export type SpoolEnd =
  | { readonly end: 'clean' }
  | { readonly end: 'cut'; readonly atByte: number }
  | { readonly end: 'damaged'; readonly atByte: number };

/**
 * Yields the records of every verified segment in order, and returns how the spool ended. Nothing
 * that was not verified is ever yielded. A generator, so that a long spool can be read in turns
 * with other work.
 */
export function* readSpool(
  bytes: Buffer,
  recordingId: Uuid,
  fileKey: Uint8Array,
): Generator<readonly SpoolRecord[], SpoolEnd> {
  const key = spoolKey(recordingId, fileKey);
  const headerBytes = Math.min(bytes.length, key.header.length);
  if (!bytes.subarray(0, headerBytes).equals(key.header.subarray(0, headerBytes))) {
    return { end: 'damaged', atByte: 0 };
  }
  if (headerBytes < key.header.length) return { end: 'cut', atByte: 0 };

  let at = headerBytes;
  for (let counter = 0; at < bytes.length; counter += 1) {
    const size = segmentSize(bytes, at);
    if (size === 'cut' || size === 'damaged') return { end: size, atByte: at };
    const atEnd = at + size === bytes.length;
    const segment = openAt(key, counter, bytes.subarray(at, at + size), atEnd);
    if (segment === null) return { end: 'damaged', atByte: at };
    yield segment.records;
    if (segment.last) return { end: 'clean' };
    at += size;
  }
  return { end: 'cut', atByte: at };
}

/** Bytes of the segment at `at`, or why there is no whole one. */
function segmentSize(bytes: Buffer, at: number): number | 'cut' | 'damaged' {
  const left = bytes.length - at;
  if (left < lengthBytes) return 'cut';
  const length = bytes.readUInt32BE(at);
  // A power cut can leave a file longer than what reached the disk; the rest reads as zeros.
  if (length === 0 && bytes.subarray(at).every((byte) => byte === 0)) return 'cut';
  if (length === 0 || length > segmentPlainBytesMax) return 'damaged';
  const size = lengthBytes + length + tagBytes;
  return left < size ? 'cut' : size;
}

/** Only the segment at the end of the file can be the last one: bytes after it are damage. */
function openAt(
  key: SpoolKey,
  counter: number,
  segment: Buffer,
  atEnd: boolean,
): { records: readonly SpoolRecord[]; last: boolean } | null {
  const plain = openSegment(key, counter, false, segment);
  if (plain !== null) return checked(plain, false);
  const lastPlain = atEnd ? openSegment(key, counter, true, segment) : null;
  return lastPlain === null ? null : checked(lastPlain, true);
}

/** The end mark stands at the end of the last segment and nowhere else. */
function checked(plain: Buffer, last: boolean) {
  const records = parseRecords(plain);
  if (records === null) return null;
  const endAt = records.findIndex((record) => record.type === 'end');
  if (endAt !== (last ? records.length - 1 : -1)) return null;
  return { records, last };
}
