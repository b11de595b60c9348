/** Workbooks (ECMA-376): the cells of each row, and which row it is. */
import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import type { RegistryReader } from '../../core/suppression/registry-text.ts';
import { unreadable } from './unreadable.ts';

/** Words kept in memory: a list in a workbook has at most a million rows. */
const stringsMax = 4_000_000;

/** A workbook may write its elements with a prefix: `x:row` is a `row`. */
const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

async function parse(stream: Readable, parser: SaxesParser, spend: (bytes: number) => void) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  parser.on('error', (error) => {
    throw error;
  });
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    spend(piece.length);
    parser.write(decoder.decode(piece, { stream: true }));
  }
  parser.write(decoder.decode()).close();
}

export async function readSharedStrings(stream: Readable): Promise<readonly string[]> {
  const strings: string[] = [];
  const parser = new SaxesParser();
  let text = '';
  let inText = false;
  parser.on('opentag', ({ name: written }) => {
    const name = localOf(written);
    if (name === 'si') text = '';
    if (name === 't') inText = true;
  });
  parser.on('text', (piece) => {
    if (inText) text += piece;
  });
  parser.on('closetag', ({ name: written }) => {
    const name = localOf(written);
    if (name === 't') inText = false;
    if (name !== 'si') return;
    if (strings.length >= stringsMax) throw unreadable('the workbook has too many words');
    strings.push(text);
  });
  await parse(stream, parser, () => {});
  return strings;
}

export async function readSheet(
  stream: Readable,
  strings: readonly string[],
  reader: RegistryReader,
  budget: { left: number },
): Promise<void> {
  const parser = new SaxesParser();
  let cells: string[] = [];
  let row = 0;
  let kind = '';
  let text = '';
  let inValue = false;
  parser.on('opentag', ({ name: written, attributes }) => {
    const name = localOf(written);
    if (name === 'row') {
      cells = [];
      // Rows without anything in them may be left out.
      row = Number(attributes['r'] ?? row + 1);
    }
    if (name === 'c') {
      kind = String(attributes['t'] ?? '');
      text = '';
    }
    if (name === 'v' || name === 't') inValue = true;
  });
  parser.on('text', (piece) => {
    if (inValue) text += piece;
  });
  parser.on('closetag', ({ name: written }) => {
    const name = localOf(written);
    if (name === 'v' || name === 't') inValue = false;
    if (name === 'c') cells.push(cellText(kind, text, strings));
    if (name === 'row' && cells.some((cell) => cell !== '')) reader.record(cells, row);
  });
  await parse(stream, parser, (bytes) => {
    budget.left -= bytes;
    if (budget.left < 0) throw unreadable('it unpacks to more than any list has');
  });
}

/** A number that a workbook took for one is written out again: `1.2125550100E10`. */
function cellText(kind: string, text: string, strings: readonly string[]): string {
  const value = kind === 's' ? (strings[Number(text)] ?? '') : text;
  const plain = /^\d+(\.\d+)?E\+?\d+$/i.test(value) ? String(Number(value)) : value;
  return plain.trim();
}
