/** Notices that are made of the registers, and the few words that are in none of them. */
import { z } from 'zod';
import {
  type NoticeParts,
  type NoticeVersion,
  renderNotice,
  setNotice,
} from '../../../app/notices.ts';
import type { SettingVersion } from '../../../app/settings.ts';
import { noticeNames, noticeText } from '../../../core/notice/notice.ts';
import { noticeHtml } from '../notice-html.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

export interface NoticeRouteParts {
  readonly noticeParts: NoticeParts;
  readonly publicUrl: string;
}

const words = z.string().max(500).default('');
const settings = {
  address: words.describe('Postal address of who is responsible.'),
  contact: words.describe('How to reach whoever answers for data.'),
  authority: words.describe('Where people complain.'),
  reviewedOn: z.iso
    .date()
    .nullable()
    .default(null)
    .describe('When somebody looked whether it is true.'),
};
const wanted = z.strictObject({
  ...settings,
  version: z.int().min(0).describe('The version that was looked at.'),
});
const noticeSettings = z.object({
  ...settings,
  version: z.int().min(0).describe('0: nothing was ever written.'),
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});
const notice = z.object({
  name: z.enum(noticeNames),
  version: z.int(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime().describe('Since when it says this.'),
  reviewedOn: z.iso.date().nullable(),
  text: z.string(),
  html: z.string().describe('For a page of your own; without script or style.'),
  address: z.string(),
});
nameShapes({ notice, noticeSettings });

export function noticeRoutes({
  noticeParts: parts,
  publicUrl,
}: NoticeRouteParts): readonly Route[] {
  const view = ({ name, version, hash, at, notice: made }: NoticeVersion) => ({
    name,
    version,
    hash,
    at: new Date(at).toISOString(),
    reviewedOn: made.reviewedOn,
    text: noticeText(made),
    html: noticeHtml(made, publicUrl).text,
    address: `${publicUrl}/privacy/notice/${hash}`,
  });
  return [
    route({
      method: 'get',
      path: '/notices/{notice}',
      name: 'getNotice',
      scope: 'registers:read',
      audit: 'none',
      summary: 'A notice, made of the registers as they are now',
      about:
        '`privacy`, or `call-tracking`: what a website says beside a number that tracks calls.',
      params: z.object({ notice: z.enum(noticeNames) }),
      answers: [{ status: 200, about: 'The notice.', shape: notice }],
      errors: ['not_found'],
      handle: async ({ params }) => ({
        status: 200,
        json: view(await renderNotice(parts, params.notice)),
      }),
    }),
    route({
      method: 'get',
      path: '/settings/notice',
      name: 'getNoticeSettings',
      scope: 'registers:read',
      audit: 'none',
      summary: 'What a notice says that is in no register',
      answers: [{ status: 200, about: 'What is written now.', shape: noticeSettings }],
      handle: async () => ({
        status: 200,
        json: settingView(await parts.settings.current('notice')),
      }),
    }),
    route({
      method: 'put',
      path: '/settings/notice',
      name: 'setNoticeSettings',
      scope: 'registers:write',
      audit: 'change',
      summary: 'Write down what a notice says that is in no register, and when it was reviewed',
      body: wanted,
      answers: [{ status: 200, about: 'What is written now.', shape: noticeSettings }],
      errors: ['conflict'],
      handle: async ({ key, body: { version, ...value } }) => ({
        status: 200,
        json: settingView(await setNotice(parts, value, version, key.id)),
      }),
    }),
  ];
}

const settingView = ({ version, value, by, at }: SettingVersion<'notice'>) => ({
  ...value,
  version,
  by,
  at: at === null ? null : new Date(at).toISOString(),
});
