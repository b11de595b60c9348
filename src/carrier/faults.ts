/** How a carrier may misbehave on one call. Nothing is wrong unless asked for. */
export interface Faults {
  readonly repeat?: Repeat;
  /** Waited for, in real time, before each webhook of the call is sent. */
  readonly delayMs?: number;
  /** Each pair of status callbacks arrives in the wrong order. */
  readonly swapCallbacks?: boolean;
  readonly signature?: 'missing' | 'wrong';
  /** Speech results come without `Confidence`. */
  readonly omitConfidence?: boolean;
  /** Sent as `AnsweredBy` with every voice webhook, asked for or not. */
  readonly answeredBy?: string;
  /** Put into every voice webhook: parameters nobody has heard of, or odd values of known ones. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly media?: MediaFaults;
}

/** Every voice webhook comes more than once; whether the replies were the same is an event. */
export interface Repeat {
  readonly times: number;
  /** `later`: after the call has ended. */
  readonly when: 'at-once' | 'later';
  readonly token: 'same' | 'other';
  /** Other values in the repeats, for example other `Digits`. */
  readonly change?: Readonly<Record<string, string>>;
}

/** Frame numbers count from 1 within a stream, like `chunk`. */
export interface MediaFaults {
  /** The socket dies without a close after this many frames. */
  readonly dropAfterFrames?: number;
  /** The start message names another leg. */
  readonly wrongCallSid?: boolean;
  /** A second socket with the same parameters is opened beside the first. */
  readonly twoSockets?: boolean;
  /** When the stream has ended, its parameters are used for another socket. */
  readonly reuseToken?: boolean;
  /** Media comes before the start message. */
  readonly mediaBeforeStart?: boolean;
  /** Every nth frame is sent twice. */
  readonly duplicateEvery?: number;
  /** Every nth frame changes places with the one after it. */
  readonly swapEvery?: number;
  /** Every nth frame is not sent, though it is counted. */
  readonly skipEvery?: number;
  /** Before this frame comes one media message of 100 KB. */
  readonly oversizedAtFrame?: number;
  /** The handshake is signed with a slash at the end of the URL, wrongly, or not at all. */
  readonly handshake?: 'slash' | 'wrong' | 'missing';
}
