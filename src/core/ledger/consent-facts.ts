/** What entries on a permission say: who was asked what, what they answered, and who may get it. */
import type { RecordedRule } from '../jurisdiction/record.ts';
import type { ToldRecipient } from '../recipients/recipient.ts';
import type { Answer, CallSid, Hex, Instant, Purpose, Role, Uuid } from '../words.ts';
import type { Json } from './canonical.ts';

/** By what way a person's act reached us. */
export const channels = ['call', 'text', 'api', 'form'] as const;
export type Channel = (typeof channels)[number];

export interface HeardPrompt {
  readonly id: string;
  /** Of its words. */
  readonly sha256: Hex;
  /** Of the recording that was played instead of a voice; absent where a voice spoke. */
  readonly audioSha256?: Hex;
}

export interface ConsentFacts {
  readonly kind: 'request' | 'grant' | 'reminder' | 'refusal' | 'withdrawal' | 'expiry';
  readonly purpose: Purpose;
  readonly entryId: Uuid;
  readonly callId: Uuid;
  readonly callSid: CallSid;
  readonly partyId: Uuid;
  readonly role: Role;
  /** E.164; null when the number was withheld. */
  readonly number: string | null;
  readonly at: Instant;
  /** What the person's act was taken for; null where there was no act. */
  readonly answer: Answer | null;
  readonly flow: { readonly name: string; readonly version: number; readonly hash: Hex };
  /** BCP 47 tag of the prompts. */
  readonly locale: string;
  /** What was spoken, by hash of its words. */
  readonly prompts: readonly HeardPrompt[];
  /** In whose name the question was asked. */
  readonly controller: string;
  /** Which rule on recording the call was under. It is written down, and loosens nothing. */
  readonly jurisdiction: RecordedRule;
  /** What the entry rests on beside the call: an earlier entry, a document by its hash. */
  readonly evidence: Json;
  readonly channel: Channel;
  /** Who may get something of the person, as the register said at the time. */
  readonly recipients: readonly ToldRecipient[];
}

const consentV1 = [
  'entryId',
  'callId',
  'callSid',
  'partyId',
  'role',
  'number',
  'at',
  'answer',
  'flow',
  'locale',
  'prompts',
  'controller',
] as const satisfies readonly (keyof ConsentFacts)[];

const consentV2 = [
  ...consentV1,
  'jurisdiction',
  'evidence',
  'channel',
] as const satisfies readonly (keyof ConsentFacts)[];

const consentV3 = [...consentV2, 'recipients'] as const satisfies readonly (keyof ConsentFacts)[];

/** Labels by version. */
export const consent = [consentV1, consentV2, consentV3];
