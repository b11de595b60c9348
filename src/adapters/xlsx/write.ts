/**
 * A workbook as a stream: a page of rows is in memory, however many there are. What fits no more on
 * one sheet goes on on the next.
 */
import type { WorkbookSheet } from '../../app/export-ports.ts';
import type { ExportRow } from '../../core/exports/columns.ts';
import {
  sheetFile,
  sheetHead,
  sheetRow,
  sheetRowsMax,
  sheetTail,
  workbookParts,
} from '../../core/exports/sheet.ts';
import { createZip } from './zip.ts';

/** @param rowsMax of a sheet, with its head */
export async function* writeWorkbook(
  sheets: readonly WorkbookSheet[],
  rowsMax = sheetRowsMax,
): AsyncGenerator<Buffer> {
  const zip = createZip();
  const names: string[] = [];
  for (const { name, columns, pages } of sheets) {
    const rows = rowsIn(pages[Symbol.asyncIterator]());
    async function* sheet(): AsyncGenerator<Buffer> {
      yield Buffer.from(sheetHead(columns));
      for (let left = rowsMax - 1; left > 0; ) {
        const some = await rows.take(left);
        if (some === null) break;
        left -= some.length;
        yield Buffer.from(some.map((row) => sheetRow(columns, row)).join(''));
      }
      yield Buffer.from(sheetTail);
    }
    try {
      for (let n = 1; n === 1 || !rows.areOver(); n += 1) {
        const file = sheetFile(names.length);
        names.push(n === 1 ? name : `${name} ${n}`);
        yield* zip.add(file, sheet());
      }
    } finally {
      await rows.close();
    }
  }
  for (const [file, text] of Object.entries(workbookParts(names))) {
    yield* zip.add(file, [Buffer.from(text)]);
  }
  yield zip.end();
}

/** Rows of pages, as many as fit; a page that does not fit whole is kept for the next sheet. */
function rowsIn(source: AsyncIterator<readonly ExportRow[]>) {
  let waiting: readonly ExportRow[] = [];
  let isOver = false;
  return {
    areOver: (): boolean => isOver && waiting.length === 0,
    /** Null: there are no more. */
    async take(most: number): Promise<readonly ExportRow[] | null> {
      while (waiting.length === 0 && !isOver) {
        const next = await source.next();
        isOver = next.done === true;
        if (next.done !== true) waiting = next.value;
      }
      if (waiting.length === 0) return null;
      const some = waiting.slice(0, most);
      waiting = waiting.slice(most);
      return some;
    },
    close: async (): Promise<void> => {
      await source.return?.();
    },
  };
}
