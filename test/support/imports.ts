/** Every import in the project, as data, for the tests that judge them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface Import {
  /** File that imports, from the root. */
  readonly from: string;
  /** File from the root, or name of a package (`node:` and all). */
  readonly to: string;
  readonly typeOnly: boolean;
}

const statement =
  /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function resolved(from: string, to: string): string {
  return to.startsWith('.') ? normalize(join(dirname(from), to)) : to;
}

export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [...text.matchAll(statement)].map(([, type, to]) => ({
    from: file,
    to: resolved(file, to ?? ''),
    typeOnly: type !== undefined,
  }));
  const late = [...text.matchAll(dynamic)].map(([, to]) => ({
    from: file,
    to: resolved(file, to ?? ''),
    typeOnly: false,
  }));
  return [...found, ...late];
}
