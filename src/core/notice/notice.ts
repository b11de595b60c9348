/**
 * What a business tells people about their data, made of its registers, so that it says what is
 * done: a register that changes is another notice. GDPR 13 and 14; Cal. Civ. Code 1798.130(a)(5).
 * `processing` tells whoever has data processed by it, as GDPR 28(3) and 30(2) ask.
 */
import { createHash } from 'node:crypto';
import type { Day } from '../jurisdiction/day.ts';
import { canonical } from '../ledger/canonical.ts';
import type { Hex } from '../words.ts';

export interface NoticeSection {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Of the list that stands after them. */
  readonly points: readonly string[];
}

export interface Notice {
  readonly title: string;
  /** BCP 47. */
  readonly locale: string;
  readonly sections: readonly NoticeSection[];
  /** When somebody last looked whether it is true; null: nobody did. */
  readonly reviewedOn: Day | null;
}

/** What is no register's: written down by the business itself. */
export interface NoticeSettings {
  /** Postal address of who is responsible. */
  readonly address: string;
  /** How to reach whoever answers for data, such as an e-mail address. */
  readonly contact: string;
  /** Where people complain. */
  readonly authority: string;
  readonly reviewedOn: Day | null;
}

export const noSettings: NoticeSettings = {
  address: '',
  contact: '',
  authority: '',
  reviewedOn: null,
};

export const noticeNames = ['privacy', 'call-tracking', 'processing'] as const;
export type NoticeName = (typeof noticeNames)[number];

export function noticeHash(name: NoticeName, notice: Notice): Hex {
  return createHash('sha256')
    .update(canonical({ ...notice, name }))
    .digest('hex');
}

/** As plain text, for a terminal or a file. */
export function noticeText({ title, sections, reviewedOn }: Notice): string {
  const parts = sections.map(({ title: head, paragraphs, points }) =>
    [
      `## ${head}`,
      '',
      ...paragraphs.flatMap((one) => [one, '']),
      ...points.map((one) => `- ${one}`),
    ]
      .join('\n')
      .trimEnd(),
  );
  const reviewed = reviewedOn === null ? 'Not reviewed yet.' : `Last reviewed on ${reviewedOn}.`;
  return `${[`# ${title}`, ...parts, reviewed].join('\n\n')}\n`;
}
