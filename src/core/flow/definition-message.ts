import type { Purpose } from '../words.ts';

/** A question as it is asked, wherever its answers lead. */
export interface AskedQuestion {
  readonly ask: Purpose;
  /** Prompt: who wants to do what, for what purpose. */
  readonly purpose: string;
  /** Prompt: both choices, and the way to withdraw. */
  readonly choices: string;
  /** Prompt spoken before the purpose is said again to somebody who answered too early. */
  readonly again?: string;
  /** Prompt: the question once more, shorter, after silence or doubt. */
  readonly retry: string;
  /** Prompt that speaks of a grant of an earlier call; absent where none is remembered. */
  readonly remembered?: string;
  /** How often the choices are spoken at most, 2 or 3; then silence and doubt are a refusal. */
  readonly attempts: number;
}

/**
 * Lets a caller leave a message, which only the key that grants begins to record; and leaves word
 * that they want to be called back, with a message or without.
 */
export interface VoicemailStep {
  /** Prompt: speak now, any key ends it. */
  readonly voicemail: string;
  /** Asked of whoever has not allowed recording in this call, once. */
  readonly question: AskedQuestion;
  /** Prompt after `*`: what was allowed is taken back. */
  readonly stopped: string;
  /** Seconds a message may last. */
  readonly limit: number;
  /** Where everybody is led: nothing but words, tasks and the end may follow. */
  readonly next: string;
}
