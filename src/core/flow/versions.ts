import type { Hex } from '../words.ts';
import type { CompiledFlow } from './compile.ts';

/**
 * One line of `versions.lock`: a version that was published, and so never changes again. Lines
 * are only added: of the lines of one name the last one says which version is current, so going
 * back to an earlier version adds its line once more, and the file is also the history.
 */
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
  const seen = new Map<string, Hex>();
  for (const { name, version, hash } of published) {
    const title = `${name} version ${version}`;
    const known = seen.get(title);
    if (known === hash) continue;
    if (known !== undefined) mistakes.push(`${title} is listed twice, with two hashes`);
    seen.set(title, hash);
    const flow = flows.find((one) => one.name === name && one.version === version);
    if (flow === undefined) mistakes.push(`${title} was published, and its file is not there`);
    else if (flow.hash !== hash) {
      mistakes.push(`${title} was published and has changed since; make it version ${version + 1}`);
    }
  }
  return mistakes;
}

/** The version that calls run: the one of the last line of its name. */
export function currentVersion(
  published: readonly PublishedVersion[],
  name: string,
): PublishedVersion | null {
  return published.findLast((line) => line.name === name) ?? null;
}

/**
 * The version that was current when the present one was published: where going back leads. It is
 * never a version that was left by going back, so going back twice leads further back, not forth.
 */
export function versionBefore(
  published: readonly PublishedVersion[],
  name: string,
): PublishedVersion | null {
  const own = published.filter((line) => line.name === name);
  const current = own.at(-1);
  const first = own.findIndex(({ version }) => version === current?.version);
  return own[first - 1] ?? null;
}

/** A lock with one line more; everything that stands there is kept as it is. */
export function withVersion(text: string, { name, version, hash }: PublishedVersion): string {
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${whole}${name} ${version} ${hash}\n`;
}

/** The versions of an earlier lock that a later one does not list any more. */
export function lostVersions(
  earlier: readonly PublishedVersion[],
  later: readonly PublishedVersion[],
): readonly PublishedVersion[] {
  const hashes = new Set(later.map(({ hash }) => hash));
  return earlier.filter(({ hash }) => !hashes.has(hash));
}
