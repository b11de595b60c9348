/** What authors of flows and prompts work on, wherever it lies. */
import type { Mistake } from '../core/error.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import type { PromptAudioOf } from '../core/flow/prompt-audio.ts';
import type { PromptText } from '../core/flow/prompt-rules.ts';
import type { PublishedVersion } from '../core/flow/versions.ts';
import type { PlayableReport } from './playable-report.ts';
import type { VersionLock } from './publish-flow.ts';

/** All that lies there at one moment. */
export interface ScriptShelf {
  /** Every version that is valid, published or not, by name and version. */
  readonly flows: readonly CompiledFlow[];
  readonly published: readonly PublishedVersion[];
  readonly promptText: PromptText;
  readonly promptAudio: PromptAudioOf;
  /** Every prompt that is there, as `locale/id`. */
  readonly promptNames: readonly string[];
}

export interface ScriptFolder {
  /** A draft that somebody has not finished is left out; it stops nobody. */
  read(): Promise<ScriptShelf>;
  /** The flow of a text in YAML or JSON, or every mistake in it. */
  compile(
    text: string,
  ): Promise<{ readonly flow: CompiledFlow } | { readonly mistakes: readonly Mistake[] }>;
  /** A version as it was written; null if it is not there. */
  flowText(name: string, version: number): Promise<string | null>;
  /** Whole or not at all, and there to stay once it resolves. */
  writeFlow(name: string, version: number, text: string): Promise<void>;
  writePrompt(locale: string, id: string, text: string): Promise<void>;
  readonly lock: VersionLock;
}

export interface Prover {
  /**
   * Proves a flow without holding anybody up. Throws `unavailable` when too many are waiting, or
   * when it takes too long.
   */
  prove(flow: CompiledFlow, promptText: PromptText): Promise<PlayableReport>;
}

export interface AuthorParts {
  readonly scripts: ScriptFolder;
  readonly prover: Prover;
}
