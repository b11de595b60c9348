/** How wide text is, without a font to measure it by, and where its lines break. */

/** Widths of a sans-serif font at size 1, on the generous side: text must fit whatever the font. */
function widthOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x1100) return isWide(code) ? 1 : 0.62;
  if ("ijlI.,:;'|!() ".includes(char)) return 0.34;
  if ('mwMW@%'.includes(char)) return 0.95;
  return char >= 'A' && char <= 'Z' ? 0.72 : 0.58;
}

/** Scripts whose letters fill a square. */
function isWide(code: number): boolean {
  return (
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xff00 && code <= 0xff60) ||
    code >= 0x1f000
  );
}

export function textWidth(text: string, size: number): number {
  return [...text].reduce((sum, char) => sum + widthOf(char), 0) * size;
}

/** Lines of at most that width; a word that is longer is broken, as is text without spaces. */
export function wrapped(text: string, size: number, widthMax: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const fits = (more: string) => textWidth(more, size) <= widthMax;
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const char of word) {
      if (line !== '' && !fits(line + char)) {
        lines.push(line);
        line = '';
      }
      line += char;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Languages that are written from right to left. */
export function isRightToLeft(locale: string): boolean {
  return ['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'].includes(
    locale.split('-')[0] ?? '',
  );
}
