import type { Hex } from '../words.ts';
import type { CompiledFlow } from './compile.ts';

/** One line of `versions.lock`: a version that was published, and so never changes again. */
export interface PublishedVersion {
  readonly name: string;
  readonly version: number;
  readonly hash: Hex;
}

const lineShape = /^([a-z][a-z0-9-]{0,63}) ([1-9][0-9]{0,6}) ([0-9a-f]{64})$/;

/**
 * Reads a lock: one `name version hash` a line, `#` before a remark. A line that is none of
 * these comes back by its number, counted from 1.
 */
export function readVersions(text: string): {
  readonly versions: readonly PublishedVersion[];
  readonly badLines: readonly number[];
} {
  const versions: PublishedVersion[] = [];
  const badLines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, version, hash] = lineShape.exec(line.trimEnd()) ?? [];
    if (name === undefined || version === undefined || hash === undefined) badLines.push(index + 1);
    else versions.push({ name, version: Number(version), hash });
  }
  return { versions, badLines };
}

/** What a lock and the files beside it say against each other, one sentence each. */
export function versionMistakes(
  published: readonly PublishedVersion[],
  flows: readonly Pick<CompiledFlow, 'name' | 'version' | 'hash'>[],
): readonly string[] {
  const mistakes: string[] = [];
  const seen = new Set<string>();
  for (const { name, version, hash } of published) {
    const title = `${name} version ${version}`;
    if (seen.has(title)) mistakes.push(`${title} is listed twice`);
    seen.add(title);
    const flow = flows.find((one) => one.name === name && one.version === version);
    if (flow === undefined) mistakes.push(`${title} was published, and its file is not there`);
    else if (flow.hash !== hash) {
      mistakes.push(`${title} was published and has changed since; make it version ${version + 1}`);
    }
  }
  return mistakes;
}
