/** Settings of a tenant: each change is a version that stays, with who made it and when. */
import type { TrainingPolicy } from '../core/access/training.ts';
import type { ClaimedBasis } from '../core/consent/basis.ts';
import type { TrackedLine } from '../core/consent/tracking.ts';
import { type NoticeSettings, noSettings } from '../core/notice/notice.ts';
import type { Recipient } from '../core/recipients/recipient.ts';
import { shippedRecipients } from '../core/recipients/shipped.ts';
import type { RetentionRule } from '../core/retention/plan.ts';
import type { Instant } from '../core/words.ts';
import type { Clock } from './ports.ts';
import { defaultScreening, type ScreeningSettings } from './screening-policy.ts';
import { defaultPolicy, type SignInPolicy } from './sign-in.ts';

/** What can be set, and what holds while nothing was. */
export interface Settings {
  readonly 'sign-in': SignInPolicy;
  readonly screening: ScreeningSettings;
  /** Lawful bases other than consent that are claimed. */
  readonly bases: readonly ClaimedBasis[];
  /** How long records are kept. */
  readonly retention: readonly RetentionRule[];
  /** Who gets data from here. */
  readonly recipients: readonly Recipient[];
  /** What a notice says that is in no register. */
  readonly notice: NoticeSettings;
  /** What people who work here have to have read. */
  readonly training: readonly TrainingPolicy[];
  /** Lines whose number is shown in one advertisement. */
  readonly 'call-tracking': readonly TrackedLine[];
}
export type SettingName = keyof Settings;

export const defaultSettings: Settings = {
  'sign-in': defaultPolicy,
  screening: defaultScreening,
  bases: [],
  retention: [],
  recipients: shippedRecipients,
  notice: noSettings,
  training: [],
  'call-tracking': [],
};

export interface SettingVersion<Name extends SettingName = SettingName> {
  /** 1 is the first change; 0 is the default. */
  readonly version: number;
  readonly value: Settings[Name];
  /** A user's or key's id, or `operator`; null: the default. */
  readonly by: string | null;
  readonly at: Instant | null;
}

export interface SettingStore {
  current<Name extends SettingName>(name: Name): Promise<SettingVersion<Name>>;
  /** Newest first, the default last. */
  history<Name extends SettingName>(name: Name): Promise<readonly SettingVersion<Name>[]>;
  /**
   * @param after the version that was looked at: if another one came since, nothing is written
   * @returns null then
   */
  put<Name extends SettingName>(
    name: Name,
    value: Settings[Name],
    after: number,
    by: string,
    at: Instant,
  ): Promise<SettingVersion<Name> | null>;
}

/** Every process goes by a change after this long at most. */
const rememberedMs = 5_000;

/** The rules of signing in, looked up once in a while. */
export function rememberPolicy(
  settings: Pick<SettingStore, 'current'>,
  clock: Clock,
): () => Promise<SignInPolicy> {
  let known: { readonly policy: SignInPolicy; readonly until: number } | null = null;
  return async () => {
    if (known !== null && clock.monotonic() < known.until) return known.policy;
    const until = clock.monotonic() + rememberedMs;
    const { value } = await settings.current('sign-in');
    known = { policy: value, until };
    return value;
  };
}
