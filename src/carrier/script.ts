/** What a party does at a gather. `afterMs` counts from the gather's first prompt (barge-in). */
export type Act =
  | { readonly press: string; readonly afterMs?: number }
  /** `confidence` null: the carrier leaves the parameter out. */
  | { readonly say: string; readonly confidence?: number | null; readonly afterMs?: number }
  | { readonly silent: true }
  | { readonly hangup: true; readonly afterMs?: number }
  /** The handle's `pressDigits`, `say`, `silent` and `hangup` decide, at every gather. */
  | { readonly manual: true };

/**
 * An act comes at the last gather of a document: after the whole question. With `duringPurpose`
 * it comes at the first one.
 */
export type Reaction = Act | { readonly duringPurpose: Act };

/**
 * What a party does on the bridge, in order. `atMs` counts from when they were first bridged;
 * a step waits until the party is (again) on the bridge.
 */
export type BridgeStep =
  | { readonly star: true; readonly atMs?: number }
  | { readonly press: string; readonly atMs?: number }
  /** Speak this many 20 ms frames: the only audio there is at instant pace. */
  | { readonly frames: number }
  /** Wait until so many others are on the bridge. */
  | { readonly others: number }
  /** Wait until this leg's audio is being streamed. */
  | { readonly streaming: true }
  | { readonly hangup: true; readonly atMs?: number };

export interface CallerScript {
  /** The nth question, that is the nth document with a gather in it, meets the nth reaction. */
  readonly answers?: readonly Reaction[];
  /** Every question after those; silent unless said. */
  readonly otherwise?: Reaction;
  /** Without steps the party stays until somebody else ends the bridge. */
  readonly bridge?: readonly BridgeStep[];
}

/**
 * Whether and how a called party takes the call. `rings-on` rings until somebody ends it, at
 * whatever pace, so that what happens in the meantime can be looked at.
 */
export type Pickup = 'answers' | 'never-answers' | 'rings-on' | 'busy' | 'fails' | 'machine';

/** A party that we ring: what happens, and what they do once they are there. */
export interface CalledParty extends CallerScript {
  readonly pickup?: Pickup;
  /** Ringing before they pick up; 1,000 unless said. */
  readonly ringMs?: number;
  /** True: the number is one that takes no text messages. */
  readonly refusesTexts?: boolean;
}

/** Presses 1 at every question, and stays: a willing agent. */
export const willing: CalledParty = { otherwise: { press: '1' } };

const silent: Act = { silent: true };

/** Where a gather stands among the gathers of its document. */
export interface GatherPlace {
  readonly first: boolean;
  readonly last: boolean;
}

/** One party's way through their script. */
export class Party {
  readonly script: CallerScript;
  private asked = 0;
  private bridgeStep = 0;

  constructor(script: CallerScript) {
    this.script = script;
  }

  actAt(place: GatherPlace): Act {
    if (place.first) this.asked += 1;
    const reaction = this.script.answers?.[this.asked - 1] ?? this.script.otherwise ?? silent;
    if ('duringPurpose' in reaction) return place.first ? reaction.duringPurpose : silent;
    return place.last || 'manual' in reaction ? reaction : silent;
  }

  /** The next thing to do on the bridge, once; null when there is nothing more. */
  nextBridgeStep(): BridgeStep | null {
    const step = this.script.bridge?.[this.bridgeStep] ?? null;
    if (step !== null) this.bridgeStep += 1;
    return step;
  }
}
