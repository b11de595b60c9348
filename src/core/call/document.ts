/**
 * One answer to the carrier, with every prompt, name and address filled in: what TwiML is
 * rendered from. The last verb is always one that keeps the call under control: a gather that
 * posts its empty result, a redirect, a bridge, or a hang-up.
 */
export interface Spoken {
  readonly text: string;
  readonly locale: string;
  /** Address of a recording of the text, which is played instead. */
  readonly audio?: string;
}

export type Verb =
  | ({ readonly verb: 'say' } & Spoken)
  | {
      readonly verb: 'gather';
      readonly action: string;
      readonly text: string;
      readonly locale: string;
      readonly audio?: string;
      /** What is spoken after the text, each in a language of its own. */
      readonly more?: readonly Spoken[];
      readonly timeoutS: number;
      readonly speech: boolean;
      /** True on the last gather: silence must be an event. */
      readonly postEmpty: boolean;
    }
  | {
      readonly verb: 'start-stream';
      readonly name: string;
      readonly url: string;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly verb: 'stop-stream'; readonly name: string }
  | {
      readonly verb: 'bridge';
      readonly conference: string;
      readonly action: string;
      readonly statusCallback: string;
      /** True for the agent: without them the conversation is over. */
      readonly endOnExit: boolean;
      /** True for all but agents: `*` leaves the bridge and comes back to `action`. */
      readonly starReturns: boolean;
    }
  /** Straight through to a number, unrecorded: the way out when nothing of ours works. */
  | { readonly verb: 'dial'; readonly number: string; readonly callerId: string | null }
  | { readonly verb: 'pause'; readonly seconds: number }
  | { readonly verb: 'redirect'; readonly url: string }
  | { readonly verb: 'hangup' };

export type Document = readonly Verb[];
