/** An answer as it is put together: bytes of many small pieces in one buffer, handed on when asked. */
import { Buffer } from 'node:buffer';

const pieceBytes = 131_072;

export interface ByteSink {
  bytes(piece: Uint8Array): void;
  text(piece: string): void;
  /** ASCII digits of a whole number that is not negative. */
  digits(value: number): void;
  /** The end of a text of ASCII. */
  ending(text: string, chars: number): void;
  /** What was put in since the last time; null if nothing was. */
  take(): Buffer | null;
}

export function createByteSink(): ByteSink {
  let buffer = Buffer.allocUnsafe(pieceBytes);
  let length = 0;

  function room(bytes: number): void {
    if (length + bytes <= buffer.length) return;
    const wider = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
    buffer.copy(wider, 0, 0, length);
    buffer = wider;
  }
  return {
    bytes(piece) {
      room(piece.length);
      buffer.set(piece, length);
      length += piece.length;
    },
    text(piece) {
      room(piece.length * 3);
      length += buffer.write(piece, length, 'utf8');
    },
    digits(value) {
      room(20);
      let width = 1;
      for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) width += 1;
      let rest = value;
      for (let at = length + width - 1; at >= length; at -= 1) {
        const next = Math.floor(rest / 10);
        buffer[at] = 48 + (rest - next * 10);
        rest = next;
      }
      length += width;
    },
    ending(text, chars) {
      room(chars);
      for (let at = text.length - chars; at < text.length; at += 1) {
        buffer[length] = text.charCodeAt(at);
        length += 1;
      }
    },
    take() {
      if (length === 0) return null;
      const piece = buffer.subarray(0, length);
      // what was handed on may still be on its way out; the next answer is about as long
      buffer = Buffer.allocUnsafe(Math.max(pieceBytes, length + pieceBytes));
      length = 0;
      return piece;
    },
  };
}
