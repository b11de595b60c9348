/** Finding flows by name and version, for the verbs that look at them. */
import { ConsentryError } from '../../core/error.ts';
import type { CompiledFlow } from '../../core/flow/compile.ts';
import { currentVersion } from '../../core/flow/versions.ts';
import { allowedText } from '../../core/nearest.ts';
import { UsageError } from './command.ts';
import type { FlowShelf } from './parts.ts';

/** Every version of a flow, the oldest first. Throws `not_found`. */
export function flowsNamed({ flows }: FlowShelf, name: string): readonly CompiledFlow[] {
  const versions = flows.filter((flow) => flow.name === name);
  if (versions.length > 0) return versions;
  const names = [...new Set(flows.map((flow) => flow.name))];
  throw new ConsentryError('not_found', `there is no flow “${name}”${allowedText(name, names)}`);
}

/** One version; without a number the current one, or the newest where none is published. */
export function flowNamed(shelf: FlowShelf, name: string, version: number | null): CompiledFlow {
  const versions = flowsNamed(shelf, name);
  const wanted = version ?? currentVersion(shelf.published, name)?.version ?? null;
  const flow = wanted === null ? versions.at(-1) : versions.find((one) => one.version === wanted);
  if (flow !== undefined) return flow;
  const there = versions.map((one) => one.version).join(', ');
  throw new ConsentryError('not_found', `${name} has no version ${wanted}; allowed: ${there}`);
}

/** A version as it is typed: 1, 2, 3 and so on. Null if it was left out. */
export function versionOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  if (/^[1-9][0-9]{0,6}$/.test(text)) return Number(text);
  throw new UsageError(`a version cannot be “${text}”; allowed: a number such as 2`);
}
