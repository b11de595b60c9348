/** Prompts by their authors: which there are, what they say, and new words. */
import { ConsentryError } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import { promptHash } from '../core/flow/prompt.ts';
import type { PromptFault } from '../core/flow/prompt-fault.ts';
import { lintLocale } from '../core/flow/prompt-library.ts';
import type { Hex } from '../core/words.ts';
import type { AuthorParts, ScriptShelf } from './author-ports.ts';

export interface PromptSummary {
  readonly id: string;
  /** Languages and regions that have words of their own for it. */
  readonly locales: readonly string[];
  /** True: a published flow speaks it, so its words stay as they are. */
  readonly published: boolean;
}

export interface PromptDetail {
  readonly locale: string;
  readonly id: string;
  readonly text: string;
  /** SHA-256 of the words as written; entries hold that of the words as spoken. */
  readonly sha256: Hex;
  readonly words: number;
  /** How long it takes to speak; null in a language whose pace is not known. */
  readonly seconds: number | null;
  readonly published: boolean;
  /** What `prompts check` says against it. */
  readonly faults: readonly PromptFault[];
}

export interface NamedPrompt {
  readonly locale: string;
  readonly id: string;
}

/** All prompts, in order of their names. */
export async function listPrompts({ scripts }: AuthorParts): Promise<readonly PromptSummary[]> {
  const shelf = await scripts.read();
  const byId = new Map<string, string[]>();
  for (const name of shelf.promptNames) {
    const at = name.indexOf('/');
    const id = name.slice(at + 1);
    byId.set(id, [...(byId.get(id) ?? []), name.slice(0, at)]);
  }
  const spoken = spokenIds(shelf);
  return [...byId]
    .map(([id, locales]) => ({ id, locales: locales.sort(), published: spoken.has(id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** @throws `not_found`, also where a region speaks its language's words */
export async function showPrompt(
  { scripts }: AuthorParts,
  { locale, id }: NamedPrompt,
): Promise<PromptDetail> {
  const shelf = await scripts.read();
  const text = shelf.promptText(locale, id);
  if (text === null || !shelf.promptNames.includes(`${locale}/${id}`)) {
    throw new ConsentryError('not_found');
  }
  return detailOf(shelf, locale, id, text);
}

/**
 * Gives a prompt its words in one language, the first or, as long as no published flow speaks it,
 * others.
 *
 * @throws `prompt_invalid` with everything that is against the words, `conflict` where callers
 * hear other words already: what they heard is proved by its hash
 */
export async function writePrompt(
  { scripts }: AuthorParts,
  { locale, id }: NamedPrompt,
  given: string,
): Promise<{ readonly isNew: boolean; readonly detail: PromptDetail }> {
  const text = given.trim().normalize('NFC');
  return scripts.lock.alone(async () => {
    const shelf = await scripts.read();
    const before = shelf.promptText(locale, id);
    const isNew = !shelf.promptNames.includes(`${locale}/${id}`);
    if (before !== null && before !== text && spokenIds(shelf).has(id)) {
      throw new ConsentryError(
        'conflict',
        `a published flow speaks ${id}, and what callers heard is proved by its words; ` +
          'give new words a new name',
      );
    }
    const detail = detailOf(shelf, locale, id, text);
    if (detail.faults.length > 0) throw invalid(detail.faults);
    if (isNew || before !== text) await scripts.writePrompt(locale, id, text);
    return { isNew, detail };
  });
}

/** The prompts that callers of published flows hear, of whatever version. */
function spokenIds({ flows, published }: ScriptShelf): ReadonlySet<string> {
  const hashes = new Set(published.map(({ hash }) => hash));
  const spoken = flows.filter(({ hash }) => hashes.has(hash));
  return new Set(spoken.flatMap(({ promptIds }) => promptIds));
}

function detailOf(shelf: ScriptShelf, locale: string, id: string, text: string): PromptDetail {
  const textOf = (where: string, which: string): string | null =>
    where === locale && which === id ? text : shelf.promptText(where, which);
  const flows = newest(shelf.flows)
    .filter(({ promptIds }) => promptIds.includes(id))
    .map(({ definition }) => definition);
  const { lengths, faults } = lintLocale(locale, [id], flows, textOf, shelf.promptAudio);
  const [length] = lengths;
  return {
    locale,
    id,
    text,
    sha256: promptHash(text),
    words: length?.words ?? 0,
    seconds: length?.seconds ?? null,
    published: spokenIds(shelf).has(id),
    faults: faults.filter((fault) => fault.id === id),
  };
}

/** Older versions are spoken only by calls that began with them. */
function newest(flows: readonly CompiledFlow[]): readonly CompiledFlow[] {
  return [...new Map(flows.map((flow) => [flow.name, flow])).values()];
}

function invalid(faults: readonly PromptFault[]): ConsentryError {
  const mistakes = faults.map(({ reason }) => ({ path: 'body.text', what: reason }));
  const detail = mistakes.map(({ path, what }) => `${path}: ${what}`).join(' | ');
  return new ConsentryError('prompt_invalid', detail, { mistakes });
}
