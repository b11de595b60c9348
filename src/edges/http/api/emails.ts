/** Permissions that are asked for by e-mail, and what people answer in their own words. */
import { z } from 'zod';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import { type EmailReply, type EmailRequest, replyMeanings } from '../../../app/email-ports.ts';
import {
  askByEmail,
  decideReply,
  type EmailParts,
  findEmailRequest,
  messageOf,
  replyBytesMax,
  replyText,
  sendAgain,
  takeReply,
} from '../../../app/email-requests.ts';
import type { Message } from '../../../core/messages/ask-email.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import { type Instant, purposes } from '../../../core/words.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { nameShapes, pageQuery, uuid } from './shapes.ts';

export interface EmailRouteParts {
  readonly emailParts: EmailParts;
}

const time = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const wantedEmail = z.strictObject({
  number: z.string().max(40).describe('Whom, in international form, such as +14155550100.'),
  purpose: z.enum(purposes),
});
const wantedReply = z.strictObject({
  text: z.string().min(1).max(replyBytesMax).describe('As it came. It is kept sealed.'),
});
const wantedMeaning = z.strictObject({
  meaning: z.enum(replyMeanings).describe('`nothing`: neither a yes nor a no.'),
});
const emailRequest = z.object({
  id: uuid,
  purpose: z.enum(purposes),
  at: time,
  until: time.describe('The page takes an answer before.'),
  answer: z.enum(['granted', 'refused']).nullable(),
  answeredAt: time.nullable(),
  sha256: sha256.describe('Of subject, an empty line and text: the evidence of an answer by page.'),
  words: sha256.describe('The version of the form of preferences whose words the page shows.'),
});
const emailReply = z.object({
  id: uuid,
  receivedAt: time,
  sha256: sha256.describe('Of the text: the evidence of what it is said to mean.'),
  meaning: z.enum(replyMeanings).nullable().describe('Null until a person has said it.'),
  decidedAt: time.nullable(),
  text: z.string().nullable().describe('Null once its person is erased.'),
});
const emailDetail = emailRequest.extend({
  message: z
    .object({ subject: z.string(), text: z.string() })
    .nullable()
    .describe('Null once its person is erased. The link stands in the first answer alone.'),
  replies: z.array(emailReply).describe('Oldest first.'),
});
const emailPage = z.object({ data: z.array(emailRequest), next: z.string().nullable() });
nameShapes({ emailRequest: emailDetail, emailPage });

const params = z.object({ emailRequest: uuid });

export function emailRoutes({ emailParts: parts }: EmailRouteParts): readonly Route[] {
  const answers = [{ status: 200, about: 'The question.', shape: emailDetail }] as const;
  const shown = async (id: string) =>
    ({ status: 200, json: await detailOf(parts, await findEmailRequest(parts, id)) }) as const;
  return [
    route({
      method: 'post',
      path: '/email-requests',
      name: 'askByEmail',
      scope: 'choices:write',
      audit: 'change',
      whom: 'number',
      once: true,
      summary: 'Ask somebody for a permission by e-mail',
      about:
        'Where a mail server is set up it is sent to the address in their contact data; elsewhere the answer has the message to send, with its link. That leads to a page with yes and no, good for one answer and 30 days. Nobody is asked within twelve months of a no.',
      body: wantedEmail,
      answers: [{ status: 201, about: 'The question.', shape: emailDetail }],
      errors: ['conflict', 'restricted', 'unavailable'],
      handle: async ({ key, body: { number, purpose } }) => {
        const e164 = parseNumber(number)?.e164;
        if (e164 === undefined) {
          const allowed = 'E.164 such as +14155550100';
          throw invalidRequest([{ path: 'body.number', what: 'is no number', allowed }]);
        }
        const made = await askByEmail(parts, { number: e164, purpose, by: key.id });
        const detail = await detailOf(parts, made);
        const isSent = parts.sendMail !== null;
        const message = isSent ? detail.message : await messageOf(parts, made);
        return { status: 201, json: { ...detail, message } };
      },
    }),
    route({
      method: 'get',
      path: '/email-requests',
      name: 'listEmailRequests',
      scope: 'choices:read',
      audit: 'search',
      summary: 'Questions by e-mail, newest first',
      query: z.object(pageQuery),
      answers: [{ status: 200, about: 'A page of questions.', shape: emailPage }],
      handle: async ({ query: { limit, cursor } }) => {
        const { rows, next } = await parts.emails.list({ limit, after: readCursor(cursor) });
        return {
          status: 200,
          json: { data: rows.map(viewOf), next: next && writeCursor(next) },
          persons: rows.flatMap(({ personId }) => personId ?? []),
        };
      },
    }),
    route({
      method: 'get',
      path: '/email-requests/{emailRequest}',
      name: 'getEmailRequest',
      scope: 'choices:read',
      audit: 'read',
      summary: 'A question by e-mail, what was sent, and what was answered',
      params,
      answers,
      errors: ['not_found'],
      handle: ({ params: { emailRequest: id } }) => shown(id),
    }),
    route({
      method: 'post',
      path: '/email-requests/{emailRequest}/send',
      name: 'sendEmailRequest',
      scope: 'choices:write',
      audit: 'change',
      once: true,
      summary: 'Send the same message again',
      params,
      answers,
      errors: ['not_found', 'conflict', 'unavailable'],
      handle: async ({ params: { emailRequest: id } }) => {
        await sendAgain(parts, id);
        return shown(id);
      },
    }),
    route({
      method: 'post',
      path: '/email-requests/{emailRequest}/replies',
      name: 'takeEmailReply',
      scope: 'choices:write',
      audit: 'change',
      once: true,
      summary: 'Keep what somebody wrote back',
      about: 'Sealed, and nothing follows from it until a person has said what it means.',
      params,
      body: wantedReply,
      answers,
      errors: ['not_found'],
      handle: async ({ params: { emailRequest: id }, body: { text } }) => {
        await takeReply(parts, id, text);
        return shown(id);
      },
    }),
    route({
      method: 'put',
      path: '/email-requests/{emailRequest}/replies/{reply}',
      name: 'decideEmailReply',
      scope: 'choices:write',
      audit: 'change',
      summary: 'Say what somebody meant who wrote back',
      about:
        'A no counts at once, and in calls that are going on; a yes only for a question that nothing else answered. Either counts from when the reply came.',
      params: params.extend({ reply: uuid }),
      body: wantedMeaning,
      answers,
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params: { emailRequest: id, reply }, body: { meaning } }) => {
        await decideReply(parts, { requestId: id, replyId: reply }, meaning, key.id);
        return shown(id);
      },
    }),
  ];
}

const iso = (at: Instant): string => new Date(at).toISOString();
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at));

function viewOf(request: EmailRequest): z.infer<typeof emailRequest> {
  const { id, purpose, at, until, answer, answeredAt, messageHash, formHash } = request;
  const times = { at: iso(at), until: iso(until), answeredAt: isoOrNull(answeredAt) };
  return { id, purpose, ...times, answer, sha256: messageHash, words: formHash };
}

/** Whoever looks at the question later must not be able to answer it. */
const withoutLink = ({ subject, text }: Message): Message => ({
  subject,
  text: text.replaceAll(/(\/privacy\/answer\/)\S+/g, '$1…'),
});

async function detailOf(
  parts: EmailParts,
  request: EmailRequest,
): Promise<z.infer<typeof emailDetail>> {
  const replies = await parts.emails.replies(request.id);
  const message = await messageOf(parts, request);
  return {
    ...viewOf(request),
    message: message === null ? null : withoutLink(message),
    replies: await Promise.all(replies.map((one) => replyView(parts, one))),
  };
}

async function replyView(
  parts: EmailParts,
  reply: EmailReply,
): Promise<z.infer<typeof emailReply>> {
  const { id, receivedAt, hash, meaning, decidedAt } = reply;
  const times = { receivedAt: iso(receivedAt), decidedAt: isoOrNull(decidedAt) };
  return { id, ...times, sha256: hash, meaning, text: await replyText(parts, reply) };
}
