import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvHead, csvRow, inertText } from '../../../src/core/exports/csv.ts';

const columns = [
  { name: 'a', type: 'text' },
  { name: 'b', type: 'whole' },
] as const;

/** RFC 4180 as it is written, to read back what was written. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',' || (char === '\r' && text[i + 1] === '\n')) {
      rows.at(-1)!.push(cell);
      cell = '';
      if (char === '\r') {
        i += 1;
        rows.push([]);
      }
    } else cell += char;
  }
  return rows.slice(0, -1);
}

describe('CSV', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+4915112345678', "'+4915112345678"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['plain', 'plain'],
    ['a=b', 'a=b'],
    ['', ''],
  ])('%j stands as %j, which no spreadsheet calculates [cap 67]', (text, inert) => {
    expect(inertText(text)).toBe(inert);
    expect(parse(csvRow(columns, { a: text, b: 1 }))).toEqual([[inert, '1']]);
  });

  test('whatever is in a cell is read back whole, and never starts a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.integer())), (pairs) => {
        const text = pairs.map(([a, b]) => csvRow(columns, { a, b })).join('');
        const read = parse(csvHead(columns) + text);
        expect(read).toEqual([['a', 'b'], ...pairs.map(([a, b]) => [inertText(a), String(b)])]);
        for (const [a = ''] of read) expect(a).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });

  test('what is not known is empty', () => {
    expect(csvRow(columns, { a: null })).toBe(',\r\n');
  });
});
