/** Text from a file, or from standard input where `-` is given. */
import { createReadStream } from 'node:fs';
import { ConsentryError } from '../../core/error.ts';
import type { Terminal } from './terminal.ts';

/**
 * @throws `not_found` if the file cannot be read, `body_too_large` beyond `bytesMax`,
 * `body_malformed` if it is not UTF-8
 */
export async function readText(
  terminal: Terminal,
  path: string,
  bytesMax: number,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of bytesOf(terminal, path)) {
    bytes += piece.length;
    if (bytes > bytesMax) {
      const most = `${Math.floor(bytesMax / 1_024)} KiB`;
      throw new ConsentryError('body_too_large', `${nameOf(path)} is larger than ${most}`);
    }
    pieces.push(piece);
  }
  return decode(path, Buffer.concat(pieces));
}

/** No utterance and no line of ours is near this. */
const lineBytesMax = 65_536;

/**
 * Lines as they come, without their ends (LF or CRLF); an end at the very end begins no line.
 * @param took told of the bytes as they come
 * @throws as `readText`, for each line
 */
export async function* readLines(
  terminal: Terminal,
  path: string,
  took: (bytes: Uint8Array) => void = () => {},
): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  let isFirst = true;
  const take = (line: Buffer): string => {
    if (line.length > lineBytesMax) {
      const where = `a line of ${nameOf(path)} is longer than 64 KiB`;
      throw new ConsentryError('body_too_large', where);
    }
    const text = decode(path, line, isFirst);
    isFirst = false;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  };
  for await (const piece of bytesOf(terminal, path)) {
    took(piece);
    const bytes = Buffer.concat([rest, piece]);
    let from = 0;
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, from)) {
      yield take(bytes.subarray(from, at));
      from = at + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > lineBytesMax) take(rest);
  }
  if (rest.length > 0) yield take(rest);
}

async function* bytesOf(terminal: Terminal, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === '-' ? terminal.stdin() : createReadStream(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined) throw cause;
    throw new ConsentryError('not_found', `${nameOf(path)} cannot be read (${code})`, { cause });
  }
}

function decode(path: string, bytes: Uint8Array, isBeginning = true): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: !isBeginning }).decode(bytes);
  } catch (cause) {
    throw new ConsentryError('body_malformed', `${nameOf(path)} is not UTF-8 text`, { cause });
  }
}

const nameOf = (path: string): string => (path === '-' ? 'standard input' : path);
