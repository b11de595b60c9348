/** Further from what was typed than this is another word. */
const editsMax = 2;

/** The candidate that was probably meant; null if none is near. */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editsBetween(typed.toLowerCase(), candidate) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  if (best !== undefined && best.edits <= Math.min(editsMax, typed.length - 1)) {
    return best.candidate;
  }
  const begun = typed.length < 2 ? [] : candidates.filter((one) => one.startsWith(typed));
  return begun.length === 1 ? (begun[0] ?? null) : null;
}

/** `; allowed: a, b; did you mean a?` */
export function allowedText(typed: string, candidates: readonly string[]): string {
  const near = nearest(typed, candidates);
  const question = near === null ? '' : `; did you mean ${near}?`;
  return `; allowed: ${candidates.join(', ')}${question}`;
}

/** What `allowedText` put at the end of a sentence, taken off again: programs read it by parts. */
export function withoutAllowed(sentence: string): {
  readonly what: string;
  readonly allowed?: string;
  readonly suggestion?: string;
} {
  const [, what, allowed, suggestion] =
    /^(.*?)(?:; allowed: (.*?))?(?:; did you mean (.*)\?)?$/s.exec(sentence) ?? [];
  return {
    what: what ?? sentence,
    ...(allowed !== undefined && { allowed }),
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** Letters added, taken away, changed, or swapped with their neighbour. */
function editsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && i > 1 && j > 1) {
        edits = Math.min(edits, at(i - 2, j - 2) + 1);
      }
      row.push(edits);
    }
  }
  return at(a.length, b.length);
}
