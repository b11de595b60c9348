/**
 * The nouns of the project, before any logic.
 *
 * call      one conversation, from first ring to last hang-up
 * leg       one party's connection to the carrier (a CallSid); a call has one or more
 * party     a person on a leg: caller, agent, transferee, joiner
 * bridge    the conference that joins the legs
 * line      a number of ours that is called or called from; it has a flow and a locale
 * flow      a published, versioned script of steps; the envelope is the part no author can remove
 * prompt    words in one locale, versioned by hash
 * purpose   one use of the call that needs its own permission
 * answer    what a person meant by a key or by words: grant, deny, unclear or silence
 * status    where a person's permission for one purpose stands: the fold of their entries
 * gate      per leg and purpose: shut, or open until an instant; decided in memory, per frame
 * frame     20 ms of audio: 160 bytes of mu-law
 * segment   200 ms of sealed audio in the live spool
 * gap       a hole in a recording, signed, with its reason
 * screening the decision whether a number may be contacted now, with every reason
 * entry     one fact; the ledger is the Merkle tree of all facts; a receipt is one fact with its proof
 */

/** RFC 9562 UUID, lower case. */
export type Uuid = string;
/** Twilio's name of one leg: `CA` and 32 lower-case hexadecimal digits. */
export type CallSid = string;
/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;
/** Lower-case hexadecimal text. */
export type Hex = string;

/** What a person meant. Only `grant` may ever open a gate. */
export const answers = ['grant', 'deny', 'unclear', 'silence'] as const;
export type Answer = (typeof answers)[number];

export const statuses = [
  'unknown',
  'requested',
  'granted',
  'refused',
  'withdrawn',
  'expired',
] as const;
export type Status = (typeof statuses)[number];

/**
 * What is known of a purpose before a leg's first word: it was granted earlier and still counts,
 * it was refused less than a year ago, or its person may not grant it at all (a child).
 */
export const earlierAnswers = ['granted', 'refused', 'barred'] as const;
export type EarlierAnswer = (typeof earlierAnswers)[number];

export const roles = ['caller', 'agent', 'transferee', 'joiner'] as const;
export type Role = (typeof roles)[number];

/**
 * A use of the call that needs a permission of its own. The list is closed: a purpose that is
 * not here cannot be asked for, and what cannot be asked for cannot be granted.
 */
export const purposes = [
  'recording',
  'transcription',
  'analysis',
  'training',
  'marketing-calls',
  'marketing-texts',
  'call-tracking',
  'sale',
  'answer-recognition',
  'survey', // what a caller answers to questions about the call
] as const;
export type Purpose = (typeof purposes)[number];

/**
 * Part of a question. A carrier does not say how much of a prompt was heard, so the purpose is
 * spoken in a stretch of its own: in it a refusal counts and a grant is asked again. A reminder of
 * what was granted in an earlier call is a stretch by itself.
 */
export const stretches = ['purpose', 'choices', 'reminder'] as const;
export type Stretch = (typeof stretches)[number];

/** Why a gate is shut or a recording has a hole. */
export const gapReasons = [
  'lease', // the gate's lease ran out: the permission could not be confirmed in time
  'pause', // a person paused the recording
  'others', // somebody without a grant was on the bridge
  'socket', // the media socket died and came back
  'lost', // the carrier's sequence numbers or timestamps skipped
  'crash', // the process died with up to one segment unsealed
  'storage', // the spool could not be written
] as const;
export type GapReason = (typeof gapReasons)[number];

/** A hole of `ms` milliseconds, `atMs` milliseconds after the recording's start. */
export interface Gap {
  readonly atMs: number;
  readonly ms: number;
  readonly reason: GapReason;
}
