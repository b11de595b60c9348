/**
 * The register of recipients in force: read, changed as versions, held against where this program
 * connects to. A change that would leave a host in use without an entry is not taken.
 */
import { ConsentryError } from '../core/error.ts';
import {
  mayReach,
  type Outgoing,
  unlisted,
  unlistedText,
  type WayOut,
} from '../core/recipients/outgoing.ts';
import {
  type Recipient,
  recipientDifferences,
  recipientFaults,
  type ToldRecipient,
  toldRecipients,
} from '../core/recipients/recipient.ts';
import { shippedRecipients } from '../core/recipients/shipped.ts';
import { followSetting, type SettingFollower } from './follow-setting.ts';
import type { Clock } from './ports.ts';
import type { SettingStore, SettingVersion } from './settings.ts';

export interface RecipientParts {
  readonly settings: SettingStore;
  /** Every host that this program connects to as it is set up now. */
  outgoing(): Promise<readonly Outgoing[]>;
  readonly clock: Clock;
}

/** The register at hand: asked for each connection that is made, and in each entry. */
export interface RecipientBook {
  readonly told: readonly ToldRecipient[];
  readonly mayReach: MayReach;
}
export type MayReach = (host: string, way: WayOut) => boolean;

const bookOf = (register: readonly Recipient[]): RecipientBook => ({
  told: toldRecipients(register),
  mayReach: (host, way) => mayReach(register, host, way),
});

export const followRecipients = (
  settings: Pick<SettingStore, 'current'>,
): SettingFollower<RecipientBook> =>
  followSetting(settings, 'recipients', bookOf(shippedRecipients), bookOf);

export type RecipientVersion = SettingVersion<'recipients'>;

/** @throws `setting_invalid`: something that is set up leads to a host without an entry */
export async function checkRecipients({ settings, outgoing }: RecipientParts): Promise<void> {
  const missing = unlisted((await settings.current('recipients')).value, await outgoing());
  if (missing.length === 0) return;
  const how = 'write down who that is with `consentry recipient set`, or take the setting away';
  throw new ConsentryError('setting_invalid', `${unlistedText(missing)}\n${how}`);
}

/**
 * @param after the version that was looked at
 * @throws `invalid_request` for what is wrong with it, `conflict` if somebody changed it since, or
 * if a host that is in use would have no entry
 */
export async function setRecipients(
  { settings, outgoing, clock }: RecipientParts,
  register: readonly Recipient[],
  after: number,
  by: string,
): Promise<RecipientVersion> {
  const mistakes = recipientFaults(register).map(({ path, ...rest }) => ({
    path: `body.recipients.${path}`,
    ...rest,
  }));
  if (mistakes.length > 0) {
    const text = mistakes.map(({ path, what, allowed }) => `${path}: ${what}; allowed: ${allowed}`);
    throw new ConsentryError('invalid_request', text.join('\n'), { mistakes });
  }
  const missing = unlisted(register, await outgoing());
  // What was missing before may be mended entry by entry.
  const before = unlisted((await settings.current('recipients')).value, await outgoing());
  const lost = missing.filter(({ host }) => !before.some((one) => one.host === host));
  if (lost.length > 0) throw new ConsentryError('conflict', unlistedText(lost));
  const set = await settings.put('recipients', register, after, by, clock.now());
  if (set === null) {
    throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
  }
  return set;
}

/** Newest first, each with what it changed. */
export async function recipientHistory({ settings }: Pick<RecipientParts, 'settings'>) {
  const all = await settings.history('recipients');
  return all.map((version, i) => ({
    ...version,
    differences:
      i + 1 === all.length ? [] : recipientDifferences(all[i + 1]?.value ?? [], version.value),
  }));
}
