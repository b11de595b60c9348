/** Flows by their authors: written, looked at, compared, proved, published, taken back. */
import { ConsentryError, type Mistake } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import type { FlowDefinition } from '../core/flow/definition.ts';
import { differencesOf, differenceText, type FlowDifference } from '../core/flow/diff.ts';
import { currentVersion } from '../core/flow/versions.ts';
import type { Hex } from '../core/words.ts';
import type { AuthorParts, ScriptShelf } from './author-ports.ts';
import type { FlowReport } from './check-flow.ts';
import type { PlayableReport } from './playable-report.ts';
import { publishFlow, rollbackFlow, unchangedIn } from './publish-flow.ts';

export interface FlowVersionDetail {
  readonly name: string;
  readonly version: number;
  readonly hash: Hex;
  readonly published: boolean;
  /** True: it is what new calls run. */
  readonly current: boolean;
  /** As it was written. */
  readonly source: string;
  readonly definition: FlowDefinition;
}

export interface NamedVersion {
  readonly name: string;
  readonly version: number;
}

/** @throws `not_found` */
export async function showVersion(
  { scripts }: AuthorParts,
  wanted: NamedVersion,
): Promise<FlowVersionDetail> {
  const shelf = await scripts.read();
  const flow = versionOn(shelf, wanted);
  const source = await scripts.flowText(wanted.name, wanted.version);
  if (source === null) throw new ConsentryError('not_found');
  return detailOf(shelf, flow, source);
}

/**
 * Writes a draft, or changes one.
 *
 * @throws `flow_invalid` with every mistake in the text, `conflict` if the version was published
 * and is another, or if somebody else wrote it at the same time
 */
export async function writeVersion(
  { scripts }: AuthorParts,
  { name, version }: NamedVersion,
  text: string,
): Promise<{ readonly isNew: boolean; readonly detail: FlowVersionDetail }> {
  const compiled = await scripts.compile(text);
  const mistakes =
    'mistakes' in compiled ? compiled.mistakes : misnamed(compiled.flow, name, version);
  if ('mistakes' in compiled || mistakes.length > 0) throw invalid(mistakes);
  const { flow } = compiled;
  const before = await scripts.flowText(name, version);
  const source = await scripts.lock.alone(async (published) => {
    const line = published.find((one) => one.name === name && one.version === version);
    if (line !== undefined && line.hash !== flow.hash) {
      throw new ConsentryError(
        'conflict',
        `version ${version} of ${name} was published and never changes; write the next one`,
      );
    }
    const there = await scripts.flowText(name, version);
    if (line !== undefined && there !== null) return there;
    if (there !== before) {
      throw new ConsentryError(
        'conflict',
        `somebody else wrote version ${version} of ${name} at the same time; look at it first`,
      );
    }
    await scripts.writeFlow(name, version, text);
    return text;
  });
  const detail = detailOf(await scripts.read(), flow, source);
  return { isNew: before === null, detail };
}

/** @throws `not_found`, and `unavailable` when the prover is busy */
export async function proveVersion(
  { scripts, prover }: AuthorParts,
  wanted: NamedVersion,
): Promise<PlayableReport> {
  const shelf = await scripts.read();
  return prover.prove(versionOn(shelf, wanted), shelf.promptText);
}

export interface Published {
  readonly flow: PlayableReport['flow'];
  /** The version that was current before; null if none was. */
  readonly before: number | null;
  readonly states: number;
  readonly edges: number;
}

/** @throws `flow_unproved` saying which theorem does not hold and why; as `publishFlow` does */
export function publishVersion(
  parts: AuthorParts,
  { name, version }: NamedVersion,
): Promise<Published> {
  return makeCurrent(parts, publishFlow, name, version);
}

/** @param version null: the one before; otherwise as `rollbackFlow` does */
export function rollbackVersion(
  parts: AuthorParts,
  name: string,
  version: number | null,
): Promise<Published> {
  return makeCurrent(parts, rollbackFlow, name, version);
}

export interface ComparedVersions {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly differences: readonly (FlowDifference & { readonly sentence: string })[];
}

/**
 * What callers hear differently in a version.
 *
 * @param against null: against what is current
 * @throws `not_found`
 */
export async function compareVersions(
  { scripts }: AuthorParts,
  wanted: NamedVersion,
  against: number | null,
): Promise<ComparedVersions> {
  const shelf = await scripts.read();
  const after = versionOn(shelf, wanted);
  const { name } = wanted;
  const from = against ?? currentVersion(shelf.published, name)?.version ?? null;
  if (from === null) {
    throw new ConsentryError('not_found', `no version of ${name} is current; say against which`);
  }
  const before = versionOn(shelf, { name, version: from });
  const differences = differencesOf(before, after, shelf.promptText).map((one) => ({
    ...one,
    sentence: differenceText(one),
  }));
  return { name, from, to: wanted.version, differences };
}

async function makeCurrent(
  { scripts, prover }: AuthorParts,
  act: typeof publishFlow,
  name: string,
  version: number | null,
): Promise<Published> {
  const shelf = await scripts.read();
  const { report, done, before } = await act(
    {
      flows: shelf.flows,
      published: shelf.published,
      promptText: shelf.promptText,
      lock: scripts.lock,
      prove: (flow) => prover.prove(flow, shelf.promptText),
      isUnchanged: unchangedIn(shelf, () => scripts.read()),
    },
    name,
    version,
  );
  if (!done) throw unproved(report);
  const { flow, states, edges } = report;
  return { flow, before, states, edges };
}

function detailOf(shelf: ScriptShelf, flow: CompiledFlow, source: string): FlowVersionDetail {
  const { name, version, hash, definition } = flow;
  return {
    name,
    version,
    hash,
    published: shelf.published.some((line) => line.hash === hash),
    current: currentVersion(shelf.published, name)?.hash === hash,
    source,
    definition,
  };
}

function versionOn({ flows }: ScriptShelf, { name, version }: NamedVersion): CompiledFlow {
  const found = flows.find((flow) => flow.name === name && flow.version === version);
  if (found === undefined) throw new ConsentryError('not_found');
  return found;
}

function misnamed(flow: CompiledFlow, name: string, version: number): readonly Mistake[] {
  const what = 'is another than in the address';
  return [
    ...(flow.name === name ? [] : [{ path: 'name', what, allowed: name }]),
    ...(flow.version === version ? [] : [{ path: 'version', what, allowed: String(version) }]),
  ];
}

function invalid(mistakes: readonly Mistake[]): ConsentryError {
  const texts = mistakes.map(({ path, what, line, column, allowed, suggestion }) => {
    const place = line === undefined ? '' : `${line}:${column}: `;
    const may = allowed === undefined ? '' : `; allowed: ${allowed}`;
    const meant = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    return `${place}${path === '' ? '' : `${path}: `}${what}${may}${meant}`;
  });
  return new ConsentryError('flow_invalid', texts.join(' | '), { mistakes });
}

function unproved(report: FlowReport): ConsentryError {
  const mistakes = report.theorems.flatMap(({ number, sentence, counterExamples }) =>
    counterExamples.map(({ reason }) => ({
      path: `theorem ${number}`,
      what: reason,
      allowed: sentence,
    })),
  );
  const texts = mistakes.map(({ path, what }) => `${path}: ${what}`);
  const detail = `${texts.join(' | ')}. The check shows the shortest calls that prove it.`;
  return new ConsentryError('flow_unproved', detail, { mistakes });
}
