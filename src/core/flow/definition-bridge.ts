/** The steps that ring somebody: a destination of their own, or whoever is free first. */

/** Whom a step rings when it names nobody: the agent of the line. */
export const lineAgent = 'agent';

/**
 * What the person who is rung hears before their own question, by whether the caller's recording
 * is granted when they pick up: a caller may withdraw while it rings.
 */
export interface Whisper {
  /** Prompt. */
  readonly granted: string;
  /** Prompt. */
  readonly refused: string;
}

/** Ends the script on the bridge, with a named destination instead of the line's agent. */
export interface DialStep {
  /** `agent`, a number (E.164) or a SIP address. */
  readonly dial: string;
  /** Seconds it rings at most. */
  readonly timeout: number;
  readonly whisper?: Whisper;
  /** Where the caller goes on if nobody comes: a step, `bridge` or `end`. */
  readonly unanswered: string;
  /** Where the caller goes on once the other side has hung up; absent: the call is over. */
  readonly afterwards?: string;
}

/** Lets a caller wait, off the bridge and unrecorded, while somebody is rung again and again. */
export interface QueueStep {
  /** Prompt: that they wait, and which key leads out. */
  readonly queue: string;
  /** Whom it rings: `agent`, a number or a SIP address. */
  readonly to: string;
  /** Seconds of waiting between two announcements. */
  readonly every: number;
  /** Prompt whose recording is played meanwhile; silence without one. Its words are not spoken. */
  readonly music?: string;
  /** The ways out, by key: a step, `bridge` or `end`, or `repeat` to hear the prompt again. */
  readonly choices: Readonly<Record<string, string>>;
  /** Where the caller goes on when nobody came: a step, `bridge` or `end`. */
  readonly otherwise: string;
  /** How often the prompt is spoken at most, and somebody rung. */
  readonly attempts: number;
  /** Seconds it rings at most. */
  readonly timeout: number;
  readonly whisper?: Whisper;
  readonly afterwards?: string;
}

export function ringsSomebody(step: object): step is DialStep | QueueStep {
  return 'dial' in step || 'queue' in step;
}

/** Whom a step rings. */
export function destinationOf(step: DialStep | QueueStep): string {
  return 'dial' in step ? step.dial : step.to;
}

export function whispersOf({ whisper }: DialStep | QueueStep): readonly string[] {
  if (whisper === undefined) return [];
  return whisper.granted === whisper.refused
    ? [whisper.granted]
    : [whisper.granted, whisper.refused];
}

/** What somebody who waits hears. */
export function waitPromptsOf(step: DialStep | QueueStep): readonly string[] {
  if (!('queue' in step)) return [];
  return step.music === undefined ? [step.queue] : [step.queue, step.music];
}
