/** What the verbs that move a call stand on. Joined once, in `main.ts`. */
import type { Document } from '../core/call/document.ts';
import type { CompiledFlow } from '../core/flow/compile.ts';
import type { PromptAudio } from '../core/flow/prompt-audio.ts';
import type { CallSid, Uuid } from '../core/words.ts';
import type { CallCache } from './call-cache.ts';
import type { CallStore, GateChannel, People, StoredCall, Tenant } from './call-ports.ts';
import type { FlowPin } from './call-state.ts';
import type { ChoiceStore } from './choice-ports.ts';
import type { Urls } from './compose-document.ts';
import type { JurisdictionBook } from './jurisdiction-book.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, Gates, Log, Random } from './ports.ts';

/** A line as the call path needs it. */
export interface CallLine {
  /** Null for the settings that lines nobody configured have. */
  readonly id: Uuid | null;
  /** E.164 of the line itself; null when not known. */
  readonly number: string | null;
  readonly flow: string;
  readonly locale: string;
  readonly controller: string;
  /** Where the agent is rung; null: nobody is. */
  readonly agent: string | null;
}

export interface LineBook {
  /** The line of a called number, else the default line, else the built-in settings. */
  find(number: string | null): Promise<CallLine>;
  /** Null if the line is not there any more. */
  byId(id: Uuid): Promise<CallLine | null>;
  /** What is in memory now, for when nothing else answers. */
  cached(number: string | null): CallLine | null;
}

export interface FlowBook {
  /** The newest published version; null if there is none by that name. */
  current(name: string): CompiledFlow | null;
  /** Throws `flow_invalid` if the pinned version is not there any more. */
  pinned(pin: FlowPin): CompiledFlow;
}

export interface PromptBook {
  /** The words as spoken, filled in. Throws `prompt_missing`. */
  words(locale: string, promptId: string, controller: string): string;
  /** The recording that is played for them; null: a voice speaks. */
  audio(locale: string, promptId: string): PromptAudio | null;
}

export interface CallParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly tenant: Tenant;
  readonly store: CallStore;
  readonly people: People;
  readonly choices: Pick<ChoiceStore, 'of'>;
  readonly cache: CallCache;
  readonly flows: FlowBook;
  readonly prompts: PromptBook;
  readonly lines: LineBook;
  readonly gates: Gates;
  readonly gateChannel: Pick<GateChannel, 'announce'>;
  readonly makeEntry: EntryMaker;
  readonly jurisdictions: JurisdictionBook;
  readonly urls: () => Urls;
  readonly render: (document: Document) => string;
  /** Carries out a task now; failures are its own business, so it never rejects. */
  readonly runTask: (taskId: Uuid) => void | Promise<void>;
  /** Whether it may be looked for where the call came from; absent: it never is. */
  readonly isTracked?: (call: Pick<StoredCall, 'direction' | 'lineId'>) => boolean;
  /** SHA-256 of a media token. */
  readonly hashToken: (token: string) => Buffer;
  /** Called when an answered step is repeated with other content, or comes from nowhere. */
  readonly onOddity: (what: 'replay_mismatch' | 'step_unknown', callSid: CallSid) => void;
}
