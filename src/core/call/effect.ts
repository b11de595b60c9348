import type { DeskTaskKind } from '../flow/definition.ts';
import type { Whisper } from '../flow/definition-bridge.ts';
import type { Answer, Purpose, Stretch } from '../words.ts';

/** Why a gate was shut by the machine. */
export type ShutReason = 'withdrawal' | 'hangup' | 'others' | 'pause' | 'machine' | 'failure';

/** One part of a question: a prompt that is listened over. */
export interface AskedStretch {
  readonly stretch: Stretch;
  readonly promptId: string;
  /** Whole seconds of silence waited for after the prompt ended. */
  readonly timeoutS: number;
}

/**
 * What a leg's machine wants done, as data, in order. The first group is spoken to the carrier
 * as one TwiML document and ends with exactly one of `ask`, `choose`, `wait`, `next`, `bridge` or
 * `hangup`; the second is carried out at the edge, after the commit (gates that shut: before it).
 */
export type Effect =
  /** Speak, without listening. */
  | { readonly type: 'say'; readonly promptId: string }
  /** Listen: one gather per stretch; only the last one posts an empty result. */
  | {
      readonly type: 'ask';
      readonly purpose: Purpose;
      readonly stretches: readonly AskedStretch[];
      readonly speech: boolean;
    }
  /** Listen for one key: the prompts, one after the other, in one gather. */
  | {
      readonly type: 'choose';
      /** `locale` null: the one of the leg. */
      readonly prompts: readonly { readonly promptId: string; readonly locale: string | null }[];
      readonly timeoutS: number;
      /** True: a tone follows, after which somebody speaks. */
      readonly tone?: boolean;
    }
  /** Wait for somebody who is rung: the prompt, then music or silence; a key leads out. */
  | {
      readonly type: 'wait';
      readonly promptId: string;
      readonly everyS: number;
      /** Prompt whose recording is played meanwhile. */
      readonly music: string | null;
    }
  /** Ask the carrier for the next document. */
  | { readonly type: 'next' }
  /** Join the conference; `*` comes back to us. */
  | { readonly type: 'bridge' }
  | { readonly type: 'hangup' }
  /** Begin to stream this leg's inbound audio to us. */
  | { readonly type: 'start-stream' }
  | { readonly type: 'stop-stream' }
  | { readonly type: 'open-gate'; readonly purpose: Purpose }
  | { readonly type: 'shut-gate'; readonly purpose: Purpose; readonly reason: ShutReason }
  /** Ring the line's agent, once per call. */
  | { readonly type: 'call-agent' }
  /** Ring somebody, unless somebody is being rung or is there. `to`: `agent`, or where. */
  | {
      readonly type: 'ring';
      readonly to: string;
      readonly timeoutS: number;
      readonly whisper: Whisper | null;
    }
  /** Whoever was rung is not waited for any more. */
  | { readonly type: 'unring' }
  /** The carrier is to ask for this leg's next document now, whatever it is playing. */
  | { readonly type: 'fetch' }
  /** Send the party a text message. */
  | { readonly type: 'text'; readonly promptId: string }
  /** Keep what somebody answered to a question of a survey. */
  | { readonly type: 'answer'; readonly step: string; readonly key: string }
  /** Leave word for the people who handle requests. */
  | { readonly type: 'task'; readonly kind: DeskTaskKind }
  /** Erase what was recorded of this party until now. */
  | { readonly type: 'erase' };

export type EffectType = Effect['type'];

/** A change of one status: exactly one entry in the ledger, and nothing else makes one. */
export interface StatusChange {
  readonly kind: 'request' | 'grant' | 'reminder' | 'refusal' | 'withdrawal' | 'expiry';
  readonly purpose: Purpose;
  /** The question that was on the air, if one was: its prompts are hashed into the entry. */
  readonly promptIds: readonly string[];
  /** What the person's act was taken for; null where there was no act (request, expiry). */
  readonly answer: Answer | null;
  /** True for a refusal by somebody who wants to talk first: it says nothing of later calls. */
  readonly forNow?: boolean;
}
