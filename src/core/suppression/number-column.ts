/** Where the number stands in a line of a list: in its column of CSV, or in an object of JSON. */

/** RFC 4180, but for line breaks within quotes. */
export function cellsOf(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  const cells = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');
}

/**
 * Of one list, to be asked line by line. The first line may be a head with a column `number`;
 * without one the first column is it.
 *
 * @returns the number as it is written; null: the line is the head
 */
export function numberColumn(): (line: string) => string | null {
  let column: number | null = null;
  return (line) => {
    if (line.startsWith('{')) return numberOfJson(line) ?? line;
    const cells = cellsOf(line).map((cell) => cell.trim());
    if (column === null) {
      const place = cells.findIndex((cell) => cell.toLowerCase() === 'number');
      column = Math.max(0, place);
      if (place >= 0) return null;
    }
    return cells[column] ?? '';
  };
}

function numberOfJson(line: string): string | null {
  try {
    const { number } = JSON.parse(line) as { number?: unknown };
    return typeof number === 'string' ? number : null;
  } catch {
    return null;
  }
}
