/** The shapes of requests about one's own data. */
import { z } from 'zod';
import { rightLaws, urgencies } from '../../../core/rights/deadline.ts';
import {
  identityMeans,
  refusalGroundNames,
  requestActs,
  requestSpeakers,
  requestStates,
  rightKinds,
} from '../../../core/rights/request.ts';
import { correctionShape } from './profiles.ts';
import { nameShapes, pageQuery, uuid } from './shapes.ts';

const time = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const document = z.strictObject({ sha256 });

const shared = {
  id: uuid,
  kind: z.enum(rightKinds),
  person: uuid,
  number: z.string().nullable().describe('Masked; null when erased.'),
  law: z.enum(rightLaws).describe('`ccpa`: the law of the United States, with its states.'),
  speaker: z.enum(requestSpeakers),
  state: z.enum(requestStates),
  receivedAt: time,
  confirmedAt: time.nullable().describe('When they were told that it has come.'),
  confirmBy: time.nullable().describe('By when they have to be; null: no law says so.'),
  dueAt: time.describe('From then on an answer is late.'),
  answerBy: z.string().describe('Last day for the answer, on the calendar of its law.'),
  urgency: z.enum(urgencies).nullable().describe('Null once it is closed.'),
  identity: z.enum(identityMeans).nullable().describe('How it was known who they are.'),
  ground: z.enum(refusalGroundNames).nullable().describe('Why it was refused.'),
  closedAt: time.nullable(),
  by: z.string(),
};
export const rightsRequest = z.object(shared);
export const rightsDetail = z.object({
  ...shared,
  note: z.string().nullable().describe('What was asked for, in their words.'),
  authority: sha256.nullable(),
  guardian: uuid.nullable(),
  deadline: z.object({
    rule: z.string(),
    table: z.string().describe('Version of the table.'),
    source: z.string().describe('No legal advice.'),
    extendedBy: z.string().nullable().describe('Last day if it is extended in time.'),
  }),
  possible: z.array(z.enum(requestActs)).describe('What may be done with it now.'),
  history: z.array(
    z.object({
      act: z.enum(['receive', 'try', ...requestActs]),
      state: z.enum(requestStates),
      at: time,
      by: z.string(),
      identity: z.enum(identityMeans).nullable(),
      document: sha256.nullable(),
      ground: z.enum(refusalGroundNames).nullable(),
      receiptId: uuid,
    }),
  ),
});
export const rightsPage = z.object({ data: z.array(rightsRequest), next: z.string().nullable() });
nameShapes({ rightsRequest, rightsDetail, rightsPage });

const number = z.string().max(40).describe('In international form, such as +14155550100.');
export const wantedRight = z.strictObject({
  number,
  kind: z.enum(rightKinds),
  law: z.enum(rightLaws).optional().describe('Left out: what the number says.'),
  speaker: z.enum(requestSpeakers).default('self'),
  authority: document
    .optional()
    .describe('What lets an agent or guardian speak for the person, by its hash.'),
  guardian: number.optional(),
  note: z.string().min(1).max(2_000).optional().describe('What is asked for; kept sealed.'),
  receivedAt: z.iso.datetime({ offset: true }).optional().describe('Left out: now.'),
});
export const rightsQuery = z.strictObject({
  open: z.stringbool().default(false).describe('True: only those that wait for an answer.'),
  kind: z.enum(rightKinds).optional(),
  person: z.string().min(1).max(40).optional().describe('A number, or the id of a person.'),
  due: z.enum(['soon', 'late']).optional().describe('Due within three days, or late.'),
  ...pageQuery,
});
export const wantedCode = z.strictObject({ by: z.enum(['text', 'call']).default('text') });
export const wantedProof = z.strictObject({
  code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  document: document.optional().describe('What shows who they are, by its hash.'),
});
export const wantedRefusal = z.strictObject({ ground: z.enum(refusalGroundNames) });
export const wantedAnswer = z.strictObject({
  document: document.optional().describe('The answer that was given, by its hash.'),
  correction: z
    .strictObject(correctionShape)
    .refine((fields) => Object.keys(fields).length > 0, 'corrects nothing')
    .exactOptional()
    .describe('Of a request to correct: what is right. What is left out stays, null goes.'),
});
