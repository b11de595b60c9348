/** Notices that are made of the registers. */
import { z } from 'zod';
import { noticeNames } from '../../core/notice/notice.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { askPerson as ask } from './person.ts';

const notice = z.looseObject({ text: z.string(), html: z.string() });
const settings = z.looseObject({
  address: z.string(),
  contact: z.string(),
  authority: z.string(),
  reviewedOn: z.string().nullable(),
  version: z.number(),
});
const settingsPath = '/settings/notice';

export const noticeRender = command({
  summary: 'prints a notice, made of the registers as they are now',
  about:
    'Recipients, retention, lawful bases, permissions and lines. When one of them changes the ' +
    'notice does, and is a version of its own; `call-tracking` is for beside a number on a website.',
  operands: [
    { name: 'NAME', about: 'privacy or call-tracking; without it, privacy.', optional: true },
  ],
  options: { html: { about: 'As markup for a page of your own.' } },
  examples: [
    { args: '', does: 'prints the privacy notice' },
    { args: 'call-tracking --html', does: 'prints what a website says of call tracking' },
  ],
  async run(input, parts) {
    const name = input.operands[0] ?? 'privacy';
    if (!(noticeNames as readonly string[]).includes(name)) {
      throw new UsageError(`there is no notice of that name; there are ${noticeNames.join(', ')}`);
    }
    const path = `/notices/${name}`;
    const answer = await ask(parts, 'registers:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    const { text, html } = notice.parse(answer);
    const shown = input.has('html') ? html : text;
    parts.terminal.out(input.json ? JSON.stringify(answer) : shown.trimEnd());
    return exitCodes.done;
  },
});

export const noticeReview = command({
  summary: 'writes down when somebody looked whether the notice is true',
  about: 'And what is in no register: who answers, and where people complain.',
  operands: [{ name: 'DAY', about: 'When, such as 2026-11-22.' }],
  options: {
    address: { value: 'WORDS', about: 'Postal address of who is responsible.' },
    contact: { value: 'WORDS', about: 'How to reach whoever answers for data.' },
    authority: { value: 'WORDS', about: 'Where people complain.' },
  },
  examples: [
    { args: '2026-11-22', does: 'notes the day' },
    { args: '2026-11-22 --contact privacy@example.com --json', does: 'notes both' },
  ],
  async run(input, parts) {
    const get = { method: 'GET', path: settingsPath } as const;
    const now = await ask(parts, 'registers:read', get);
    if (now === null) return exitCodes.failed;
    const { address, contact, authority, version } = settings.parse(now);
    const body = {
      address: input.value('address') ?? address,
      contact: input.value('contact') ?? contact,
      authority: input.value('authority') ?? authority,
      reviewedOn: input.operands[0] ?? null,
      version,
    };
    const put = { method: 'PUT', path: settingsPath, body } as const;
    const answer = await ask(parts, 'registers:write', put);
    if (answer === null) return exitCodes.failed;
    parts.terminal.out(input.json ? JSON.stringify(answer) : `reviewed on ${body.reviewedOn}`);
    return exitCodes.done;
  },
});
