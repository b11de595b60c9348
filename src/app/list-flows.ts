/** Flows as the API shows them: which there are, which version of each is current, what it asks. */
import { ConsentryError } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import type { FlowDefinition } from '../core/flow/definition.ts';
import { currentVersion } from '../core/flow/versions.ts';
import type { Purpose, Role } from '../core/words.ts';
import type { ScriptShelf } from './author-ports.ts';

export interface KnownFlows {
  /** Every version that is known, by name and version. */
  all(): readonly CompiledFlow[];
  isPublished(flow: CompiledFlow): boolean;
  /** What new calls run; null if nothing by that name is published. */
  current(name: string): CompiledFlow | null;
}

/** The flows of a folder as it is now. */
export function knownFlows({ flows, published }: ScriptShelf): KnownFlows {
  const hashes = new Set(published.map(({ hash }) => hash));
  return {
    all: () => flows,
    isPublished: ({ hash }) => hashes.has(hash),
    current: (name) => {
      const line = currentVersion(published, name);
      return flows.find(({ hash }) => hash === line?.hash) ?? null;
    },
  };
}

export interface FlowVersionView {
  readonly version: number;
  readonly hash: string;
  readonly published: boolean;
}

export interface FlowView {
  readonly name: string;
  readonly role: Role;
  readonly locales: readonly string[];
  readonly purposes: readonly Purpose[];
  /** The version that new calls run; null while nothing is published. */
  readonly current: number | null;
  readonly versions: readonly FlowVersionView[];
}

export interface FlowDetailView extends FlowView {
  /** Of the current version, or of the newest one where none is current. */
  readonly definition: FlowDefinition;
}

export function listFlows(shelf: KnownFlows): readonly FlowView[] {
  const names = [...new Set(shelf.all().map(({ name }) => name))];
  return names.map((name) => viewOf(shelf, name).view);
}

/** @throws `not_found` */
export function showFlow(shelf: KnownFlows, name: string): FlowDetailView {
  const { view, shown } = viewOf(shelf, name);
  return { ...view, definition: shown.definition };
}

function viewOf(shelf: KnownFlows, name: string): { view: FlowView; shown: CompiledFlow } {
  const versions = shelf.all().filter((flow) => flow.name === name);
  const current = shelf.current(name);
  const shown = current ?? versions.at(-1);
  if (shown === undefined) throw new ConsentryError('not_found');
  const { role, locales, purposes } = shown;
  const view = {
    name,
    role,
    locales,
    purposes,
    current: current?.version ?? null,
    versions: versions.map((flow) => ({
      version: flow.version,
      hash: flow.hash,
      published: shelf.isPublished(flow),
    })),
  };
  return { view, shown };
}
