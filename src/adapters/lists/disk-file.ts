/** Files of lists that lie on this machine's disk. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ListFile } from '../../app/list-ports.ts';
import { unreadable } from './unreadable.ts';

const pieceBytes = 4 * 1024 * 1024;

/** @throws `list_unreadable` if it is not there, or may not be read */
export async function diskFile(path: string): Promise<ListFile> {
  const { size } = await statOf(path);
  return {
    bytes: size,
    read: (start, end) =>
      createReadStream(path, {
        start,
        highWaterMark: pieceBytes,
        // `end` of a stream is the last byte that is read
        ...(end !== undefined && { end: Math.max(start, end) - 1 }),
      }),
  };
}

/** When a file was written: a downloader that keeps times says so when the list was obtained. */
export async function writtenAt(path: string): Promise<number> {
  return (await statOf(path)).mtimeMs;
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable('there is no such file, or it may not be read', error);
  }
}
