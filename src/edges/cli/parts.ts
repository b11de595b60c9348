/** What the commands need of the world. Each factory opens only what its verbs use. */
import type { KeyParts } from '../../app/api-keys.ts';
import type { AuditParts } from '../../app/audit.ts';
import type { Subjects } from '../../app/audit-ports.ts';
import type { BreachParts } from '../../app/breach.ts';
import type { CallLine } from '../../app/call-parts.ts';
import type { OfferParts } from '../../app/contract.ts';
import type { DeskTaskParts } from '../../app/desk-tasks.ts';
import type { DoctorParts } from '../../app/doctor.ts';
import type { Ended } from '../../app/end-contract.ts';
import type { EraseParts } from '../../app/erase-recording.ts';
import type { ExportParts } from '../../app/export-recording.ts';
import type { ScreeningReads } from '../../app/find-screening.ts';
import type { ListReads } from '../../app/follow-lists.ts';
import type { CheckpointKeeper, LedgerStore, OpenOpening } from '../../app/ledger-ports.ts';
import type { LineParts } from '../../app/lines.ts';
import type { ReadParts } from '../../app/list-calls.ts';
import type { ListParts } from '../../app/list-parts.ts';
import type { ListFile } from '../../app/list-ports.ts';
import type { VersionLock } from '../../app/publish-flow.ts';
import type { Receipts } from '../../app/receipt.ts';
import type { RecipientParts } from '../../app/recipients.ts';
import type { RenewParts } from '../../app/renew-recording-keys.ts';
import type { ReplayParts } from '../../app/replay-screening.ts';
import type { RotationParts } from '../../app/rotate-keys.ts';
import type { BatchParts } from '../../app/run-batch.ts';
import type { ScreenParts } from '../../app/screen.ts';
import type { SignInParts } from '../../app/sign-in.ts';
import type { UserParts } from '../../app/users.ts';
import type { VerifyParts } from '../../app/verify-recording.ts';
import type { Scope } from '../../core/access/scope.ts';
import type { CompiledFlow } from '../../core/flow/compile.ts';
import type { PromptAudioOf } from '../../core/flow/prompt-audio.ts';
import type { PromptText } from '../../core/flow/prompt-rules.ts';
import type { PublishedVersion } from '../../core/flow/versions.ts';
import type { Instant, Uuid } from '../../core/words.ts';
import type { TextAnswer, TextRequest } from './call-wire.ts';
import type { Terminal } from './terminal.ts';

export interface CommandParts {
  readonly terminal: Terminal;
  /** Verbs that others run; they stand in the table so that help is complete. */
  readonly external: Readonly<Record<'serve' | 'call', ExternalVerb>>;
  /** Database, keys and vault, beside a running server or alone. Closed after the command. */
  openStores(): Promise<CommandStores>;
  /** Own list and registries, to screen with. Null if there is no database here. */
  openScreening(): Promise<CommandScreening | null>;
  /** The flows and prompts that lie beside the program. Throws `flow_invalid`, `prompt_missing`. */
  openFlows(only?: 'published'): Promise<FlowShelf>;
  /** Asks the API of the server that runs, with a key of that scope that is gone afterwards. */
  askServer(scope: Scope, ask: ServerAsk): Promise<Response>;
  /** Sends a text message by the practice carrier of the server that runs. */
  sendText(request: TextRequest): Promise<TextAnswer>;
  /** Destroys the keys and everything else; it goes on with what was begun. */
  endContract(acceptRest: boolean): Promise<Ended>;
  /** A fresh age identity (`AGE-SECRET-KEY-1…`) and its public half (`age1…`). */
  newIdentity(): Promise<{ readonly identity: string; readonly recipient: string }>;
}

export interface ServerAsk {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1`. */
  readonly path: string;
  readonly body?: object;
  /** Scopes that are needed beside. */
  readonly also?: readonly Scope[];
}

export interface CommandScreening {
  readonly tenantId: Uuid;
  readonly parts: ScreenParts;
  readonly batchParts: BatchParts;
  close(): Promise<void>;
}

export interface ExternalVerb {
  /** One line, lower case, for the list of verbs. */
  readonly summary: string;
  /** The whole text of `consentry <verb> --help`. */
  readonly help: string;
  /** @param argv what follows the verb; resolves to the exit code */
  run(argv: readonly string[]): Promise<number>;
}

export interface FlowShelf {
  /** Every version, published or not, by name and version. */
  readonly flows: readonly CompiledFlow[];
  isPublished(flow: CompiledFlow): boolean;
  readonly promptText: PromptText;
  readonly promptAudio: PromptAudioOf;
  /** Every prompt that is there, as `locale/id`. */
  readonly promptNames: readonly string[];
  /** The lines of `versions.lock`; the last one of a name says which version is current. */
  readonly published: readonly PublishedVersion[];
  readonly lock: VersionLock;
}

export interface CommandStores {
  readonly tenantId: Uuid;
  readonly lines: LineParts;
  readonly keys: KeyParts;
  readonly rotation: RotationParts;
  readonly renewal: RenewParts;
  readonly users: UserParts & SignInParts;
  /** What decisions of the past rested on. */
  readonly replay: ReplayParts & { readonly screenings: ScreeningReads };
  readonly audit: AuditParts & { readonly subjects: Subjects };
  readonly lists: ListParts & {
    readonly shelf: ListReads & ListParts['shelf'];
    /** Throws `list_unreadable`. */
    diskFile(path: string): Promise<ListFile>;
    /** When a file was written. Throws `list_unreadable`. */
    writtenAt(path: string): Promise<Instant>;
  };
  readonly doctor: DoctorParts;
  readonly recipients: RecipientParts;
  readonly breach: BreachParts;
  readonly contract: OfferParts;
  readonly tasks: DeskTaskParts & Pick<KeyParts, 'clock'>;
  readonly reads: ReadParts['reads'];
  readonly recordings: ExportParts & VerifyParts & EraseParts;
  /** Writes the `download` entry; nothing of the recording is written out unless it resolved. */
  noteDownload(recordingId: Uuid): Promise<void>;
  readonly receipts: Receipts;
  readonly ledger: LedgerAccess;
  /** The document that lets a line's callers through unrecorded, for the carrier's fallback URL. */
  fallbackDocument(line: CallLine): string;
  /** Of commands that are written down: notes that this one was refused after it was let in. */
  refused?(error: unknown): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerAccess {
  readonly store: LedgerStore;
  /** Verifier keys that may have signed checkpoints; the first is the one of now. */
  readonly keys: readonly [string, ...string[]];
  readonly keeper: CheckpointKeeper;
  readonly open: OpenOpening;
}

/** Opens the stores for one command and closes them whatever happens. */
export async function withStores<Result>(
  parts: CommandParts,
  use: (stores: CommandStores) => Promise<Result>,
): Promise<Result> {
  const stores = await parts.openStores();
  try {
    return await use(stores);
  } catch (error) {
    await stores.refused?.(error);
    throw error;
  } finally {
    await stores.close();
  }
}
