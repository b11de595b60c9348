/** Flows and prompts in their folders, for those who write them while the program runs. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ScriptFolder, ScriptShelf } from '../../app/author-ports.ts';
import { ConsentryError, type Mistake } from '../../core/error.ts';
import { type CompiledFlow, compileFlow } from '../../core/flow/compile.ts';
import type { PromptAudioOf } from '../../core/flow/prompt-audio.ts';
import type { PromptText } from '../../core/flow/prompt-rules.ts';
import { withoutAllowed } from '../../core/nearest.ts';
import { loadFlows, lockFileIn } from './files.ts';
import { fileBeside, type LaneLimits, openLane } from './lane.ts';
import { versionLock } from './lock-file.ts';
import type { ReadAnswer } from './read-worker.ts';
import type { Compile, TextFault } from './yaml.ts';

export interface WorkshopParts {
  readonly flowsDir: string;
  readonly promptsDir: string;
  /** Shared with whoever else reads the folder, so that each text is compiled once. */
  readonly compile: Compile;
  readonly loadPrompts: () => Promise<{
    readonly text: PromptText;
    readonly audioFound: PromptAudioOf;
    readonly texts: ReadonlyMap<string, string>;
  }>;
}

export interface Workshop extends ScriptFolder {
  close(): Promise<void>;
}

/** What takes longer, or more, is no flow: a text of 64 KiB can be made to. */
const readLimits: LaneLimits = { msMax: 10_000, waitingMax: 4, megabytesMax: 256, retryAfterS: 2 };

/** Of a text with more than this nobody reads the rest. */
const mistakesMax = 100;

export function openWorkshop(parts: WorkshopParts): Workshop {
  const { flowsDir, promptsDir, compile, loadPrompts } = parts;
  const reader = openLane<string, ReadAnswer>(
    fileBeside(import.meta.url, 'read-worker'),
    'reading the flow',
    readLimits,
  );
  const fileOf = (name: string, version: number): string => join(flowsDir, name, `${version}.yaml`);
  return {
    lock: versionLock(lockFileIn(flowsDir)),
    async read(): Promise<ScriptShelf> {
      const published = await loadFlows(flowsDir, 'published', compile);
      const drafts = await draftsIn(flowsDir, compile, published.all());
      const prompts = await loadPrompts();
      const flows = [...published.all(), ...drafts].sort((a, b) =>
        a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1,
      );
      return {
        flows,
        published: published.published,
        promptText: prompts.text,
        promptAudio: prompts.audioFound,
        promptNames: [...prompts.texts.keys()],
      };
    },
    async compile(text) {
      const read = await reader.run(text);
      return 'faults' in read
        ? { mistakes: read.faults.slice(0, mistakesMax).map(mistakeOf) }
        : { flow: compileFlow(read.definition) };
    },
    flowText: (name, version) => readIfThere(fileOf(name, version)),
    writeFlow: (name, version, text) => writeWhole(flowsDir, fileOf(name, version), text),
    writePrompt: (locale, id, text) =>
      writeWhole(promptsDir, join(promptsDir, locale, `${id}.txt`), `${text}\n`),
    close: () => reader.close(),
  };
}

/** Versions that nobody published, as far as they are valid and say of themselves where they lie. */
async function draftsIn(
  folder: string,
  compile: Compile,
  known: readonly CompiledFlow[],
): Promise<readonly CompiledFlow[]> {
  const drafts: CompiledFlow[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const file of await readdir(join(folder, entry.name))) {
      const version = Number(/^([1-9][0-9]{0,6})\.yaml$/.exec(file)?.[1]);
      const isKnown = known.some((flow) => flow.name === entry.name && flow.version === version);
      if (Number.isNaN(version) || isKnown) continue;
      const path = join(folder, entry.name, file);
      const flow = compiled(compile, path, await readFile(path, 'utf8'));
      if (flow?.name === entry.name && flow.version === version) drafts.push(flow);
    }
  }
  return drafts;
}

function compiled(compile: Compile, path: string, text: string): CompiledFlow | null {
  try {
    return compile(path, text);
  } catch (error) {
    if (error instanceof ConsentryError || error instanceof RangeError) return null;
    throw error;
  }
}

function mistakeOf({ line, column, path, message }: TextFault): Mistake {
  return { path, line, column, ...withoutAllowed(message) };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Written beside the folders, where nothing is read, and renamed: readers see the old file or the
 * new one. Flushed, because a line of the lock may name it a moment later.
 */
async function writeWhole(root: string, path: string, text: string): Promise<void> {
  const beside = join(root, `.new-${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ConsentryError('storage_failed', `${path} cannot be written (${code})`, { cause });
  }
}
