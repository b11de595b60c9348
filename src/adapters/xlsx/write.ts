/**
 * A workbook as a stream: a page of rows is in memory, however many there are. What fits no more on
 * one sheet goes on on the next.
 */
import { columnsOf, type ExportKind, type ExportRow } from '../../core/exports/columns.ts';
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
  kind: ExportKind,
  pages: AsyncIterable<readonly ExportRow[]>,
  rowsMax = sheetRowsMax,
): AsyncGenerator<Buffer> {
  const columns = columnsOf[kind];
  const zip = createZip();
  const names: string[] = [];
  const source = pages[Symbol.asyncIterator]();
  let waiting: readonly ExportRow[] = [];
  let isOver = false;
  async function* sheet(): AsyncGenerator<Buffer> {
    yield Buffer.from(sheetHead(columns));
    let left = rowsMax - 1;
    while (left > 0) {
      if (waiting.length === 0) {
        const next = await source.next();
        isOver = next.done === true;
        if (next.done === true) break;
        waiting = next.value;
      }
      const rows = waiting.slice(0, left);
      waiting = waiting.slice(left);
      left -= rows.length;
      if (rows.length > 0) yield Buffer.from(rows.map((row) => sheetRow(columns, row)).join(''));
    }
    yield Buffer.from(sheetTail);
  }
  try {
    do {
      const file = sheetFile(names.length);
      names.push(names.length === 0 ? kind : `${kind} ${names.length + 1}`);
      yield* zip.add(file, sheet());
    } while (!isOver);
  } finally {
    await source.return?.();
  }
  for (const [file, text] of Object.entries(workbookParts(names))) {
    yield* zip.add(file, [Buffer.from(text)]);
  }
  yield zip.end();
}
