/** What calls say and do: the flows and prompts beside the program, read again when published. */
import { type Flows, loadFlows, lockFileIn } from '../adapters/flows/files.ts';
import { liveFlows } from '../adapters/flows/live.ts';
import { lockState, type WatchTimes, watchLock } from '../adapters/flows/watch.ts';
import { openWorkshop, type Workshop } from '../adapters/flows/workshop.ts';
import { rememberingCompiler } from '../adapters/flows/yaml.ts';
import { loadPrompts, type Prompts } from '../adapters/prompts/files.ts';
import { checkMessages } from '../app/check-messages.ts';
import type { Log } from '../app/ports.ts';
import { flowsDir, promptsDir } from './paths.ts';

export interface ScriptFolders {
  readonly flows: string;
  readonly prompts: string;
}

const shippedFolders: ScriptFolders = { flows: flowsDir, prompts: promptsDir };

export interface Scripts {
  readonly flows: Flows;
  /** The folders as authors see them. */
  readonly folder: Workshop;
  readonly prompts: Pick<Prompts, 'text' | 'words' | 'audio' | 'audioBytes'>;
  /** @returns how to stop */
  watch(log: Log, times?: WatchTimes): () => Promise<void>;
}

/**
 * Prompts that a published flow speaks keep their words while the process lives: what a caller
 * heard and what is hashed into their entry must be the same. Other words are another prompt.
 */
export async function openScripts(folders: ScriptFolders = shippedFolders): Promise<Scripts> {
  const lockFile = lockFileIn(folders.flows);
  // Before the reading: what is published meanwhile is read once more, and not missed.
  const asRead = await lockState(lockFile);
  const compile = rememberingCompiler();
  const flows = liveFlows(await loadFlows(folders.flows, undefined, compile));
  let prompts = await loadPrompts(folders.prompts);
  const published = flows.all().filter((flow) => flows.isPublished(flow));
  checkMessages(published, (locale, id) => prompts.text(locale, id));
  const spoken = () =>
    new Set(
      flows
        .all()
        .filter((flow) => flows.isPublished(flow))
        .flatMap(({ promptIds }) => promptIds),
    );
  return {
    flows,
    folder: openWorkshop({
      flowsDir: folders.flows,
      promptsDir: folders.prompts,
      compile,
      loadPrompts: () => loadPrompts(folders.prompts),
    }),
    prompts: {
      text: (locale, id) => prompts.text(locale, id),
      words: (locale, id, controller) => prompts.words(locale, id, controller),
      audio: (locale, id) => prompts.audio(locale, id),
      audioBytes: (sha256) => prompts.audioBytes(sha256),
    },
    watch: (log, times) =>
      watchLock(
        lockFile,
        asRead,
        {
          async reload() {
            const nextFlows = await loadFlows(folders.flows, 'published', compile);
            const ids = nextFlows.all().flatMap(({ promptIds }) => promptIds);
            const onDisk = await loadPrompts(folders.prompts, new Set(ids));
            const { prompts: next, changed } = onDisk.keeping(prompts, spoken());
            flows.learn(nextFlows);
            prompts = next;
            if (changed.length > 0) {
              log.warn({ prompts: changed }, 'prompts in use were changed; heard after a restart');
            }
          },
          use: () => flows.use(),
        },
        log,
        times,
      ),
  };
}
