/** Notices as they are today, each kept from the day on which it said something else than before. */

import { ConsentryError } from '../core/error.ts';
import { parseDay } from '../core/jurisdiction/day.ts';
import { dayOf } from '../core/ledger/entry.ts';
import {
  type Notice,
  type NoticeName,
  type NoticeSettings,
  noticeHash,
} from '../core/notice/notice.ts';
import { privacyNotice } from '../core/notice/privacy-notice.ts';
import {
  type ProcessingFacts,
  type ProcessingSetUp,
  processingFacts,
} from '../core/notice/processing-facts.ts';
import { trackingNotice } from '../core/notice/tracking-notice.ts';
import type { Hex, Instant } from '../core/words.ts';
import { type FormParts, preferencesForm } from './forms.ts';
import type { SettingStore, SettingVersion } from './settings.ts';

export interface NoticeVersion {
  readonly name: NoticeName;
  readonly version: number;
  readonly hash: Hex;
  readonly notice: Notice;
  readonly at: Instant;
}

export interface NoticeStore {
  latest(name: NoticeName): Promise<NoticeVersion | null>;
  /** The newest that said that. */
  byHash(hash: Hex): Promise<NoticeVersion | null>;
  /** False, and nothing is written: there is that version already. */
  add(version: NoticeVersion): Promise<boolean>;
}

export interface NoticeParts extends FormParts {
  readonly notices: NoticeStore;
  readonly settings: Pick<SettingStore, 'current' | 'put'>;
  readonly controller: () => Promise<string>;
  readonly setUp: () => Promise<ProcessingSetUp>;
  /** Numbers of ours, E.164, with their flows. */
  readonly lines: () => Promise<readonly { readonly number: string; readonly flow: string }[]>;
}

const makers = {
  privacy: privacyNotice,
  'call-tracking': trackingNotice,
  processing: processingFacts,
} as const;
/** Each time somebody else wrote a version in between. */
const triesMax = 5;

/** As it would be today; it is not kept. */
export async function composeNotice(parts: NoticeParts, name: NoticeName) {
  const notice = makers[name](await gather(parts));
  return { notice, hash: noticeHash(name, notice) };
}

export async function renderNotice(parts: NoticeParts, name: NoticeName): Promise<NoticeVersion> {
  const { notice, hash } = await composeNotice(parts, name);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const last = await parts.notices.latest(name);
    if (last?.hash === hash) return last;
    const version = (last?.version ?? 0) + 1;
    const made = { name, version, hash, notice, at: parts.clock.now() };
    if (await parts.notices.add(made)) return made;
  }
  throw new ConsentryError('unavailable', 'the registers change at the moment; try again');
}

async function gather(parts: NoticeParts): Promise<ProcessingFacts> {
  const { settings, lines } = parts;
  const controller = await parts.controller();
  const { value: signIn } = await settings.current('sign-in');
  const desks = (await lines()).filter(({ flow }) => flow === 'rights');
  return {
    controller,
    settings: (await settings.current('notice')).value,
    form: (await preferencesForm(parts, controller)).form,
    bases: (await settings.current('bases')).value,
    recipients: (await settings.current('recipients')).value,
    retention: (await settings.current('retention')).value,
    isTracking: (await settings.current('call-tracking')).value.length > 0,
    deskNumbers: desks.map(({ number }) => number),
    signIn: {
      passwordProfile: signIn.password.profile,
      maxAgeDays: signIn.password.maxAgeDays,
      secondFactor: signIn.secondFactor,
    },
    training: (await settings.current('training')).value,
    set: await parts.setUp(),
  };
}

/**
 * @param after the version that was looked at
 * @throws `invalid_request`, `conflict`
 */
export async function setNotice(
  { settings, clock }: Pick<NoticeParts, 'settings' | 'clock'>,
  wanted: NoticeSettings,
  after: number,
  by: string,
): Promise<SettingVersion<'notice'>> {
  const now = clock.now();
  const { reviewedOn } = wanted;
  if (reviewedOn !== null && (parseDay(reviewedOn) === null || reviewedOn > dayOf(now))) {
    const mistakes = [
      { path: 'body.reviewedOn', what: 'is no day that has been', allowed: 'such as 2026-11-22' },
    ];
    throw new ConsentryError('invalid_request', 'body.reviewedOn: is no day that has been', {
      mistakes,
    });
  }
  const put = await settings.put('notice', wanted, after, by, now);
  if (put !== null) return put;
  throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
}
