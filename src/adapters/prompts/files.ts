import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsentryError } from '../../core/error.ts';
import { fillPrompt, promptVariables, unknownVariables } from '../../core/flow/prompt.ts';
import {
  type AudioFound,
  isPlayable,
  type PromptAudio,
  readPromptAudio,
} from '../../core/flow/prompt-audio.ts';
import type { Hex } from '../../core/words.ts';

/** The prompts of a folder, in memory. */
export interface Prompts {
  /** The text as written, variables open; null if there is none. */
  text(locale: string, id: string): string | null;
  /** The words as spoken, filled in. Throws `prompt_missing`. */
  words(locale: string, promptId: string, controller: string): string;
  /** The recording of exactly those words, or why it is not played; null if there is none. */
  audioFound(locale: string, id: string): AudioFound | null;
  /** The recording that is played for them. */
  audio(locale: string, id: string): PromptAudio | null;
  /** A recording by its hash. */
  audioBytes(sha256: Hex): Buffer | null;
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
  /** Every recording, by `locale/id`. */
  readonly recordings: ReadonlyMap<string, PromptRecording>;
}

export interface PromptRecording {
  readonly found: AudioFound;
  readonly bytes: Buffer;
}

/**
 * Loads `<folder>/<locale>/<id>.txt`, and `<id>.wav` beside it. A recording that cannot be played
 * is no mistake here: the words are spoken. Throws `prompt_missing` naming every file that is empty,
 * is not UTF-8, or has a variable that does not exist.
 *
 * @param only the ids to load; others may be wrong, and are left out
 */
export async function loadPrompts(folder: string, only?: ReadonlySet<string>): Promise<Prompts> {
  const texts = new Map<string, string>();
  const mistakes: string[] = [];
  const files = new Map<string, Buffer>();
  for (const locale of await readdir(folder, { withFileTypes: true })) {
    if (!locale.isDirectory()) continue;
    for (const name of (await readdir(join(folder, locale.name))).sort()) {
      if (name.endsWith('.wav') && only?.has(name.slice(0, -'.wav'.length)) !== false) {
        const path = join(folder, locale.name, name);
        files.set(`${locale.name}/${name.slice(0, -'.wav'.length)}`, await readFile(path));
      }
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

  const recordings = new Map(
    [...files].map(([name, bytes]) => {
      const found = readPromptAudio(bytes, texts.get(name) ?? null);
      return [name, { found, bytes }] as const;
    }),
  );
  return promptsOf(texts, recordings);
}

function promptsOf(
  texts: ReadonlyMap<string, string>,
  recordings: ReadonlyMap<string, PromptRecording>,
): Prompts {
  // A regional locale falls back to its language: `en-GB` is spoken from `en`.
  const nameOf = (locale: string, id: string): string =>
    texts.has(`${locale}/${id}`) ? `${locale}/${id}` : `${locale.split('-')[0]}/${id}`;
  const text = (locale: string, id: string): string | null => texts.get(nameOf(locale, id)) ?? null;
  const audioFound = (locale: string, id: string): AudioFound | null =>
    recordings.get(nameOf(locale, id))?.found ?? null;
  const byHash = new Map(
    [...recordings.values()].flatMap(({ found, bytes }) =>
      isPlayable(found) ? [[found.sha256, bytes] as const] : [],
    ),
  );
  return {
    texts,
    recordings,
    text,
    audioFound,
    audio: (locale, id) => {
      const found = audioFound(locale, id);
      return isPlayable(found) ? found : null;
    },
    audioBytes: (sha256) => byHash.get(sha256) ?? null,
    words: (locale, promptId, controller) => {
      const open = text(locale, promptId);
      if (open === null) throw new ConsentryError('prompt_missing', `${locale}/${promptId}`);
      return fillPrompt(open, { controller });
    },
    keeping: (earlier, ids) => {
      const kept = new Map(earlier.texts);
      const heard = new Map(earlier.recordings);
      const changed: string[] = [];
      for (const [name, now] of texts) {
        const before = ids.has(idOf(name)) ? earlier.text(localeOf(name), idOf(name)) : null;
        // A text for a region that spoke the language's so far is a change, too.
        if (before === null) {
          kept.set(name, now);
          const recording = recordings.get(name);
          if (recording === undefined) heard.delete(name);
          else heard.set(name, recording);
        } else if (
          before !== now ||
          hashIn(recordings, name) !== hashIn(earlier.recordings, name)
        ) {
          changed.push(name);
        }
      }
      for (const name of earlier.texts.keys()) {
        if (ids.has(idOf(name)) && !texts.has(name)) changed.push(name);
      }
      return { prompts: promptsOf(kept, heard), changed };
    },
  };
}

/** The hash of what is played for a prompt; null where a voice speaks. */
function hashIn(recordings: ReadonlyMap<string, PromptRecording>, name: string): Hex | null {
  const found = recordings.get(name)?.found ?? null;
  return isPlayable(found) ? found.sha256 : null;
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
