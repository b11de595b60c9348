/** Publishing a version of a flow, and going back to an earlier one. */
import { ConsentryError } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { promptIdsOf } from '../core/flow/definition.ts';
import type { PromptText } from '../core/flow/prompt-rules.ts';
import { currentVersion, type PublishedVersion, versionBefore } from '../core/flow/versions.ts';
import { allowedText } from '../core/nearest.ts';
import { checkFlow, type FlowReport } from './check-flow.ts';

/** The list of what is published. */
export interface VersionLock {
  /**
   * Adds the line that `choose` makes of the lines there are, and gives it back. Writers come one
   * after the other. What `choose` throws is thrown on, and the lock stays as it is.
   */
  append(
    choose: (
      published: readonly PublishedVersion[],
    ) => PublishedVersion | Promise<PublishedVersion>,
  ): Promise<PublishedVersion>;
  /** Does something while nobody else writes, flows and prompts included. It should take milliseconds. */
  alone<Result>(act: (published: readonly PublishedVersion[]) => Promise<Result>): Promise<Result>;
}

export interface PublishParts {
  /** Every version there is, published or not, by name and version. */
  readonly flows: readonly CompiledFlow[];
  readonly published: readonly PublishedVersion[];
  readonly promptText: PromptText;
  readonly lock: VersionLock;
  /** Absent: it is proved here and now, which takes seconds. */
  readonly prove?: (flow: CompiledFlow) => Promise<FlowReport>;
  /** Whether what was proved, words included, is still what lies there: `unchangedIn`. */
  readonly isUnchanged: (flow: CompiledFlow) => Promise<boolean>;
}

/** @param read what lies there now */
export const unchangedIn =
  (
    { promptText }: Pick<PublishParts, 'promptText'>,
    read: () => Promise<Pick<PublishParts, 'flows' | 'promptText'>>,
  ): PublishParts['isUnchanged'] =>
  async (flow) => {
    const now = await read();
    return (
      now.flows.some(({ hash }) => hash === flow.hash) &&
      saysTheSame(flow, promptText, now.promptText)
    );
  };

function saysTheSame({ definition }: CompiledFlow, one: PromptText, other: PromptText): boolean {
  return definition.locales.every((locale) =>
    promptIdsOf(definition).every((id) => one(locale, id) === other(locale, id)),
  );
}

export interface Publication {
  /** The proof. Where it does not hold nothing was published. */
  readonly report: FlowReport;
  readonly done: boolean;
  /** What was current before; null if nothing was. */
  readonly before: number | null;
}

/**
 * Makes a version the current one, if it is proved. Without a version it is the newest one, as
 * long as that is a draft: what somebody went back from does not return by itself. Throws
 * `not_found` if it is not there, `conflict` if it is current already.
 */
export async function publishFlow(
  parts: PublishParts,
  name: string,
  version: number | null,
): Promise<Publication> {
  const versions = versionsOf(parts.flows, name);
  const flow = versionIn(versions, name, version ?? versions.at(-1)?.version ?? 0);
  refuseCurrent(parts.published, flow);
  if (version === null && parts.published.some(({ hash }) => hash === flow.hash)) {
    throw new ConsentryError(
      'conflict',
      `there is no draft: the newest, version ${flow.version} of ${name}, was published before and ` +
        'is not current; name the version to return to it',
    );
  }
  return makeCurrent(parts, flow);
}

/**
 * Makes a version that was published before the current one again, if it is still proved: its
 * prompts may have changed. Without a version it is the one that was current when the present one
 * was published. Throws `not_found` if there is none, `conflict` if it is current already.
 */
export async function rollbackFlow(
  parts: PublishParts,
  name: string,
  version: number | null,
): Promise<Publication> {
  const { published } = parts;
  const versions = versionsOf(parts.flows, name).filter(({ hash }) =>
    published.some((line) => line.hash === hash),
  );
  if (versions.length === 0) {
    throw new ConsentryError('not_found', `no version of ${name} was ever published`);
  }
  const before = versionBefore(published, name);
  if (version === null && before === null) {
    const current = currentVersion(published, name)?.version;
    throw new ConsentryError(
      'not_found',
      `nothing was current before ${name} version ${current}; published are ${listed(versions)}`,
    );
  }
  const flow = versionIn(versions, name, version ?? before?.version ?? 0);
  refuseCurrent(published, flow);
  return makeCurrent(parts, flow);
}

async function makeCurrent(parts: PublishParts, flow: CompiledFlow): Promise<Publication> {
  const { name, version, hash } = flow;
  const prove = parts.prove ?? (async () => checkFlow(flow, parts.promptText));
  const report = await prove(flow);
  const current = currentVersion(parts.published, name);
  if (!report.holds) return { report, done: false, before: current?.version ?? null };
  let before: number | null = null;
  await parts.lock.append(async (published) => {
    // Somebody else may have published in the seconds that the proof took.
    refuseCurrent(published, flow);
    const now = currentVersion(published, name);
    if (now?.hash !== current?.hash) {
      throw new ConsentryError(
        'conflict',
        `version ${now?.version} of ${name} was made the current one meanwhile; look again`,
      );
    }
    const other = published.find((line) => line.name === name && line.version === version);
    if (other !== undefined && other.hash !== hash) {
      throw new ConsentryError(
        'conflict',
        `${name} version ${version} was published with other content; make it the next version`,
      );
    }
    if (!(await parts.isUnchanged(flow))) {
      throw new ConsentryError(
        'conflict',
        `${name} version ${version} or its words were changed while it was proved; try again`,
      );
    }
    before = now?.version ?? null;
    return { name, version, hash };
  });
  return { report, done: true, before };
}

function versionsOf(flows: readonly CompiledFlow[], name: string): readonly CompiledFlow[] {
  const versions = flows.filter((flow) => flow.name === name);
  if (versions.length > 0) return versions;
  const names = [...new Set(flows.map((flow) => flow.name))];
  throw new ConsentryError('not_found', `there is no flow “${name}”${allowedText(name, names)}`);
}

function versionIn(versions: readonly CompiledFlow[], name: string, version: number): CompiledFlow {
  const flow = versions.find((one) => one.version === version);
  if (flow !== undefined) return flow;
  throw new ConsentryError(
    'not_found',
    `there is no version ${version} of ${name} to choose; allowed: ${listed(versions)}`,
  );
}

function refuseCurrent(published: readonly PublishedVersion[], flow: CompiledFlow): void {
  if (currentVersion(published, flow.name)?.hash !== flow.hash) return;
  throw new ConsentryError('conflict', `${flow.name} version ${flow.version} is current already`);
}

function listed(versions: readonly CompiledFlow[]): string {
  return versions.map(({ version }) => version).join(', ');
}
