import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsentryError } from '../../core/error.ts';
import { fillPrompt, promptVariables, unknownVariables } from '../../core/flow/prompt.ts';

/** The prompts of a folder, in memory. */
export interface Prompts {
  /** The text as written, variables open; null if there is none. */
  text(locale: string, id: string): string | null;
  /** The words as spoken, filled in. Throws `prompt_missing`. */
  words(locale: string, promptId: string, controller: string): string;
  /**
   * What `earlier` has, and these beside and above it; but each of `ids` as `earlier` has it: calls
   * that have heard it prove its hash. Also says which of those read differently here.
   */
  keeping(
    earlier: Prompts,
    ids: ReadonlySet<string>,
  ): { readonly prompts: Prompts; readonly changed: readonly string[] };
  /** Every text as written, by `locale/id`. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Loads `<folder>/<locale>/<id>.txt`. Throws `prompt_missing` naming every file that is empty,
 * is not UTF-8, or has a variable that does not exist.
 *
 * @param only the ids to load; others may be wrong, and are left out
 */
export async function loadPrompts(folder: string, only?: ReadonlySet<string>): Promise<Prompts> {
  const texts = new Map<string, string>();
  const mistakes: string[] = [];
  for (const locale of await readdir(folder, { withFileTypes: true })) {
    if (!locale.isDirectory()) continue;
    for (const name of (await readdir(join(folder, locale.name))).sort()) {
      if (!name.endsWith('.txt')) continue;
      if (only?.has(name.slice(0, -'.txt'.length)) === false) continue;
      const file = join(folder, locale.name, name);
      const text = asText(await readFile(file));
      const fault = text === null ? 'is not UTF-8' : faultOf(text);
      if (fault !== null) mistakes.push(`${file}: ${fault}`);
      else texts.set(`${locale.name}/${name.slice(0, -'.txt'.length)}`, text ?? '');
    }
  }
  if (mistakes.length > 0) throw new ConsentryError('prompt_missing', mistakes.join('\n'));

  return promptsOf(texts);
}

function promptsOf(texts: ReadonlyMap<string, string>): Prompts {
  // A regional locale falls back to its language: `en-GB` is spoken from `en`.
  const text = (locale: string, id: string): string | null =>
    texts.get(`${locale}/${id}`) ?? texts.get(`${locale.split('-')[0]}/${id}`) ?? null;
  return {
    texts,
    text,
    words: (locale, promptId, controller) => {
      const open = text(locale, promptId);
      if (open === null) throw new ConsentryError('prompt_missing', `${locale}/${promptId}`);
      return fillPrompt(open, { controller });
    },
    keeping: (earlier, ids) => {
      const kept = new Map(earlier.texts);
      const changed: string[] = [];
      for (const [name, now] of texts) {
        const before = ids.has(idOf(name)) ? earlier.text(localeOf(name), idOf(name)) : null;
        // A text for a region that spoke the language's so far is a change, too.
        if (before === null) kept.set(name, now);
        else if (before !== now) changed.push(name);
      }
      for (const name of earlier.texts.keys()) {
        if (ids.has(idOf(name)) && !texts.has(name)) changed.push(name);
      }
      return { prompts: promptsOf(kept), changed };
    },
  };
}

const localeOf = (name: string): string => name.slice(0, name.indexOf('/'));
const idOf = (name: string): string => name.slice(name.indexOf('/') + 1);

function asText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return null;
  }
}

function faultOf(text: string): string | null {
  if (text === '') return 'is empty';
  const [stranger] = unknownVariables(text);
  if (stranger === undefined) return null;
  const known = promptVariables.map((name) => `{${name}}`).join(', ');
  return `${stranger} is not a variable; there is ${known}`;
}
