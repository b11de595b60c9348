/** Where a command reads and writes. */
import type { Readable, Writable } from 'node:stream';

export interface Terminal {
  /** A result, to standard output; the line feed is added. */
  out(text: string): void;
  /** What is wrong, or worth knowing beside the result, to standard error. */
  err(text: string): void;
  /** Overwrites the line of progress on standard error, `''` clears it; null: nobody looks. */
  readonly draw: ((text: string) => void) | null;
  stdin(): AsyncIterable<Uint8Array>;
}

interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

const clearLine = '\r\x1b[K';

/** @param streams `process`, or what stands for it */
export function terminalOf({ stdin, stdout, stderr }: Streams): Terminal {
  // `consentry recording list | head`: whoever has read enough closes the pipe, and that is fine.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void stdout.write(`${inert(text)}\n`),
    err: (text) => void stderr.write(`${inert(text)}\n`),
    draw: stderr.isTTY === true ? (text) => void stderr.write(`${clearLine}${text}`) : null,
    stdin: () => stdin,
  };
}

/** Controls but tab and line feed, directions of writing, and separators of lines. */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text that cannot move the cursor or turn letters round, whoever wrote it. The escape is also
 * JSON's, so that JSON stays the same value.
 */
export function inert(text: string): string {
  return text.replace(controls, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
