import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { writeWorkbook } from '../../../src/adapters/xlsx/write.ts';
import { columnsOf, type ExportRow } from '../../../src/core/exports/columns.ts';
import { cellsOf, unzip } from '../../support/unzip.ts';

async function* pagesOf(...pages: (readonly ExportRow[])[]) {
  yield* pages;
}

const sheetOf = (pages: AsyncIterable<readonly ExportRow[]>) => ({
  name: 'texts',
  columns: columnsOf.texts,
  pages,
});

async function bytesOf(pages: AsyncIterable<readonly ExportRow[]>, rowsMax?: number) {
  const pieces: Buffer[] = [];
  for await (const piece of writeWorkbook([sheetOf(pages)], rowsMax)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const row = (id: string): ExportRow => ({
  id,
  at: '2026-03-02T12:00:00.000Z',
  person: null,
  number: '+4915112345678',
  meaning: '=HYPERLINK("http://x","y")',
  answered: true,
});

describe('a workbook [cap 67]', () => {
  test('opens with another reader, and says its texts, dates and truths as what they are', async () => {
    const files = await unzip(await bytesOf(pagesOf([row('one')])));
    expect([...files.keys()].sort()).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
    ]);
    const [head, cells] = cellsOf(files.get('xl/worksheets/sheet1.xml') ?? '');
    expect(head?.map(({ text }) => text)).toEqual(columnsOf.texts.map(({ name }) => name));
    expect(cells).toEqual([
      { type: 'inlineStr', style: '', text: 'one' },
      { type: '', style: '1', text: '46083.5' },
      { type: '', style: '', text: '' },
      { type: 'inlineStr', style: '', text: '+4915112345678' },
      { type: 'inlineStr', style: '', text: '=HYPERLINK("http://x","y")' },
      { type: 'b', style: '', text: '1' },
    ]);
    for (const xml of files.values()) new SaxesParser({ xmlns: true }).write(xml).close();
  });

  test('goes on on another sheet where one is full, and loses no row', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => row(String(i)));
    const files = await unzip(await bytesOf(pagesOf(rows.slice(0, 7), [], rows.slice(7)), 5));
    const ids = [1, 2, 3].flatMap((i) =>
      cellsOf(files.get(`xl/worksheets/sheet${i}.xml`) ?? '')
        .slice(1)
        .map(([cell]) => cell?.text),
    );
    expect(ids).toEqual(rows.map(({ id }) => id));
    expect(files.get('xl/workbook.xml')).toContain('name="texts 3"');
  });

  test('of nothing has a head', async () => {
    const files = await unzip(await bytesOf(pagesOf()));
    expect(cellsOf(files.get('xl/worksheets/sheet1.xml') ?? '')).toHaveLength(1);
  });

  test('is well formed whatever stands in a cell, and never calculates', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const files = await unzip(await bytesOf(pagesOf([{ ...row('x'), meaning: text }])));
        const cell = cellsOf(files.get('xl/worksheets/sheet1.xml') ?? '')[1]?.[4];
        expect(cell?.type).toBe('inlineStr');
      }),
      { numRuns: 50 },
    );
  });

  test('of which the rows break off breaks off', async () => {
    async function* broken(): AsyncGenerator<readonly ExportRow[]> {
      yield [row('one')];
      throw new Error('the database is gone');
    }
    await expect(bytesOf(broken())).rejects.toThrow('the database is gone');
  });

  test('of a hundred thousand rows holds no more of them than of a thousand', async () => {
    async function* many(count: number) {
      const page = Array.from({ length: 500 }, (_, i) => row(`row-${i}`));
      for (let i = 0; i < count; i += page.length) yield page;
    }
    let most = 0;
    let bytes = 0;
    for await (const piece of writeWorkbook([sheetOf(many(100_000))])) {
      most = Math.max(most, piece.length);
      bytes += piece.length;
    }
    expect(bytes).toBeGreaterThan(100_000);
    expect(most).toBeLessThan(300_000);
  });
});
