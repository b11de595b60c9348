import { setMaxListeners } from 'node:events';
import { type AudioSource, silence } from './audio.ts';
import { Callbacks } from './callbacks.ts';
import type {
  CarrierEvent,
  Direction,
  EndedBy,
  EventListener,
  Happening,
  LegStatus,
} from './events.ts';
import type { Faults } from './faults.ts';
import { Inputs } from './inputs.ts';
import { type Interrupt, Interrupted } from './interrupt.ts';
import { createPace, type Pace, type Speed } from './pace.ts';
import type { LegFacts } from './parameters.ts';
import { type CallerScript, Party } from './script.ts';
import type { LegStream } from './streams.ts';
import { deliver, type HttpMethod, type Webhook, type WebhookSender } from './webhook.ts';
import type { World } from './world.ts';

/** Where the next document comes from. */
export type DocumentRequest =
  | {
      readonly url: string;
      readonly method: HttpMethod;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly twiml: string };

export type ProgressEvent = 'initiated' | 'ringing' | 'answered' | 'completed';

/** Where a leg's progress is reported. */
export interface StatusCallback {
  readonly url: string;
  readonly method: HttpMethod;
  readonly events: readonly ProgressEvent[];
}

export interface LegOptions {
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly parentSid?: string;
  readonly script: CallerScript;
  readonly speed: Speed;
  readonly audio?: AudioSource | undefined;
  readonly faults: Faults;
  readonly enrichment?: Readonly<Record<string, string>>;
  readonly fallback?: { readonly url: string; readonly method: HttpMethod } | undefined;
  readonly statusCallback?: StatusCallback | undefined;
  readonly listener?: EventListener | undefined;
}

const frameMs = 20;

/** One party's connection to the carrier: what is known of it, and who may interrupt it. */
export class Leg implements WebhookSender {
  readonly sid: string;
  readonly world: World;
  readonly options: LegOptions;
  readonly party: Party;
  readonly pace: Pace;
  readonly audio: AudioSource;
  readonly inputs = new Inputs();
  /** By stream sid; those that have ended are gone. */
  readonly streams = new Map<string, LegStream>();
  /** Names and sids of streams that are over: stopping one of them again is no mistake. */
  readonly formerStreams = new Set<string>();
  /** Everything that happened on this leg. */
  readonly history: CarrierEvent[] = [];
  /** A `change` for every event: whoever waits for something on this leg looks again. */
  readonly changes = new EventTarget();
  readonly callbacks: Callbacks;
  /** Voice webhooks as they were sent, kept only for repeating them later. */
  readonly sent: { readonly webhook: Webhook; readonly token: string; readonly reply: string }[] =
    [];
  readonly createdAt = new Date();
  status: LegStatus = 'queued';
  answeredBy: string | null;
  answeredAt: Date | null = null;
  endedAt: Date | null = null;
  /** What the star key does at the moment; null where it is a key like any other. */
  onStar: (() => void) | null = null;
  /** Others on the bridge with this leg. */
  others: readonly string[] = [];
  /** Of its status callbacks. */
  sequence = 0;
  statusCallback: StatusCallback | null;
  /** At instant pace: frames that the party has spoken. */
  spoken = 0;
  private answeredPaceMs = 0;
  private bridgedPaceMs: number | null = null;
  private controller = new AbortController();
  private pending: Interrupt<DocumentRequest> | null = null;

  constructor(world: World, sid: string, options: LegOptions) {
    this.world = world;
    this.sid = sid;
    this.options = options;
    this.party = new Party(options.script);
    this.pace = createPace(options.speed);
    this.audio = options.audio ?? silence();
    setMaxListeners(0, this.changes);
    this.answeredBy = options.faults.answeredBy ?? null;
    this.statusCallback = options.statusCallback ?? null;
    this.callbacks = new Callbacks(options.faults.swapCallbacks === true, (webhook) =>
      deliver(this, webhook),
    );
  }

  get authToken() {
    return this.world.authToken;
  }

  get limits() {
    return this.world.limits;
  }

  get faults(): Faults {
    return this.options.faults;
  }

  /** Aborted by whatever takes the leg out of what it is doing. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get over(): boolean {
    return this.endedAt !== null;
  }

  emit(happening: Happening): void {
    const event = { at: Date.now(), callSid: this.sid, ...happening };
    this.history.push(event);
    this.world.tell(event);
    this.options.listener?.(event);
    this.changes.dispatchEvent(new Event('change'));
  }

  protocolError(code: number, message: string): void {
    this.emit({ type: 'protocol-error', code, message });
  }

  facts(): LegFacts {
    return {
      sid: this.sid,
      accountSid: this.world.accountSid,
      from: this.options.from,
      to: this.options.to,
      direction: this.options.direction,
      status: this.status,
      parentSid: this.options.parentSid ?? null,
      answeredBy: this.answeredBy,
      enrichment: this.options.enrichment ?? {},
    };
  }

  /** A hang-up cannot be interrupted by anything that comes after it. */
  interrupt(interrupt: Interrupt<DocumentRequest>): void {
    if (this.over || this.pending?.kind === 'hangup') return;
    this.pending = interrupt;
    this.controller.abort(new Interrupted());
  }

  /** What the leg was interrupted for; after a redirect it can be interrupted anew. */
  takeInterrupt(): Interrupt<DocumentRequest> {
    const taken = this.pending;
    if (taken === null) throw new Error('the leg was not interrupted');
    if (taken.kind === 'redirect') {
      this.pending = null;
      this.controller = new AbortController();
    }
    return taken;
  }

  get hangingUp(): boolean {
    return this.hungUpBy !== null;
  }

  /** Null while nobody has hung up. */
  get hungUpBy(): EndedBy | null {
    return this.pending?.kind === 'hangup' ? this.pending.by : null;
  }

  answer(): void {
    if (this.status === 'in-progress') return;
    this.status = 'in-progress';
    this.answeredAt = new Date();
    this.answeredPaceMs = this.pace.now();
    this.emit({ type: 'answered', answeredBy: this.answeredBy });
  }

  /** Whole seconds of call time since it was answered, begun ones counted; 0 if it was not. */
  durationS(): number {
    if (this.answeredAt === null) return 0;
    return Math.ceil((this.pace.now() - this.answeredPaceMs) / 1000);
  }

  /** ms of call time since the party first came to a bridge. */
  sinceBridgedMs(): number {
    this.bridgedPaceMs ??= this.pace.now();
    return this.pace.now() - this.bridgedPaceMs;
  }

  /** Index, in the party's audio, of the frame that is spoken now. */
  framePosition(): number {
    if (this.pace.speed === 'instant') return this.spoken;
    return Math.floor((this.pace.now() - this.answeredPaceMs) / frameMs);
  }
}
