import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsentryError } from '../../core/error.ts';
import type { CompiledFlow } from '../../core/flow/compile.ts';
import {
  currentVersion,
  type PublishedVersion,
  readVersions,
  versionMistakes,
} from '../../core/flow/versions.ts';
import type { Hex } from '../../core/words.ts';
import { type Compile, compileYaml } from './yaml.ts';

/** The flows of a folder. */
export interface Flows {
  /** The published version that new calls run; null if there is none by that name. */
  current(name: string): CompiledFlow | null;
  /** Throws `flow_invalid` if that version is not published here, or with other content. */
  pinned(pin: { name: string; version: number; hash: Hex }): CompiledFlow;
  /** Every version, published or not, by name and version. */
  all(): readonly CompiledFlow[];
  isPublished(flow: CompiledFlow): boolean;
  /** The lines of the lock, in its order. */
  readonly published: readonly PublishedVersion[];
}

/**
 * Loads `<folder>/<name>/<version>.yaml` and `<folder>/versions.lock`. A version is published when
 * the lock lists it; others are drafts, which are checked and never run. Throws `flow_invalid`
 * with every mistake of every file, and when a published version was changed or taken away.
 *
 * @param only `published`: leaves drafts out, so that one that is being written stops nothing
 */
export async function loadFlows(
  folder: string,
  only?: 'published',
  compile: Compile = compileYaml,
): Promise<Flows> {
  const mistakes: string[] = [];
  const flows: CompiledFlow[] = [];
  const lockFile = lockFileIn(folder);
  const { versions, badLines } = readVersions(await readFile(lockFile, 'utf8'));
  const isListed = (one: VersionFile) =>
    versions.some(({ name, version }) => name === one.name && version === one.version);
  const files = await versionFiles(folder, only === undefined ? null : isListed);
  for (const { file, name, version } of files) {
    try {
      const flow = compile(file, await readFile(file, 'utf8'));
      if (flow.name !== name || flow.version !== version) {
        mistakes.push(`${file}: says it is ${flow.name} version ${flow.version}`);
      }
      flows.push(flow);
    } catch (error) {
      if (!(error instanceof ConsentryError)) throw error;
      mistakes.push(error.publicText);
    }
  }
  for (const line of badLines) {
    mistakes.push(`${lockFile}:${line}:1: must be a name, a version and a hash`);
  }
  // A file that does not compile is named already; the lock is compared with what does.
  if (mistakes.length === 0) {
    mistakes.push(...versionMistakes(versions, flows).map((text) => `${lockFile}: ${text}`));
  }
  if (mistakes.length > 0) throw new ConsentryError('flow_invalid', mistakes.join('\n'));
  return flowsOf(flows, versions);
}

/** What is published, and which version of each flow is current. */
export function lockFileIn(folder: string): string {
  return join(folder, 'versions.lock');
}

function flowsOf(flows: readonly CompiledFlow[], versions: readonly PublishedVersion[]): Flows {
  const published = new Set(versions.map(({ hash }) => hash));
  const sorted = [...flows].sort((a, b) =>
    a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1,
  );
  const byHash = new Map(sorted.map((flow) => [flow.hash, flow]));
  return {
    all: () => sorted,
    isPublished: ({ hash }) => published.has(hash),
    published: versions,
    current: (name) => byHash.get(currentVersion(versions, name)?.hash ?? '') ?? null,
    pinned: ({ name, version, hash }) => {
      const flow = published.has(hash) ? byHash.get(hash) : undefined;
      if (flow === undefined) {
        throw new ConsentryError(
          'flow_invalid',
          `${name} version ${version} is not there any more`,
        );
      }
      return flow;
    },
  };
}

interface VersionFile {
  readonly file: string;
  readonly name: string;
  readonly version: number;
}

/** @param isWanted null: all, and a file that is none of ours is a mistake */
async function versionFiles(
  folder: string,
  isWanted: ((file: VersionFile) => boolean) | null,
): Promise<readonly VersionFile[]> {
  const files: VersionFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const file of (await readdir(join(folder, entry.name))).sort()) {
      const version = /^([1-9][0-9]{0,6})\.yaml$/.exec(file)?.[1];
      const path = join(folder, entry.name, file);
      if (version !== undefined) {
        files.push({ file: path, name: entry.name, version: Number(version) });
      } else if (isWanted === null) {
        throw new ConsentryError(
          'flow_invalid',
          `${path}: must be named after its version, 1.yaml`,
        );
      }
    }
  }
  return isWanted === null ? files : files.filter(isWanted);
}
