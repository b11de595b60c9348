/** The shapes of what is kept of screenings. */
import { z } from 'zod';
import type { Replay } from '../../../app/replay-screening.ts';
import { batchFormats } from '../../../app/screen-batch.ts';
import { channels, screeningPurposes } from '../../../core/suppression/inquiry.ts';
import { reasonCodes } from '../../../core/suppression/reasons.ts';
import { nameShapes, screeningQuery, uuid } from './shapes.ts';

const time = z.iso.datetime().describe('ISO 8601, UTC.');

const decided = z.object({ decision: z.string(), reasons: z.array(z.string()) });
export const replay = z.object({
  number: z.string().describe('Masked.'),
  at: time,
  said: decided,
  replayed: decided,
  agrees: z.boolean().describe('Lists, rules and settings of then lead to the same answer.'),
  gaps: z.array(z.string()).describe('What could not be had as it was then.'),
}) satisfies z.ZodType<Replay>;

export const batch = z.object({
  id: uuid.describe('With a certificate, its receipt too.'),
  state: z
    .enum(['running', 'broken', 'finished', 'live', 'ended'])
    .describe('`broken`: its answer broke off. `ended`: it was live, and is not any more.'),
  by: z.string(),
  channel: z.enum(channels),
  purpose: z.enum(screeningPurposes),
  campaign: z.string().nullable(),
  startedAt: time,
  finishedAt: time.nullable(),
  lines: z.int().nullable().describe('That were answered; null until it is finished.'),
  liveUntil: time.nullable().describe('Null: it was not to stay live.'),
  endedAt: time.nullable(),
  certified: z.boolean(),
});
export const batchPage = z.object({ data: z.array(batch), next: z.string().nullable() });

const cursor = z.string().describe('What goes into `since` to read on behind it.');
export const batchChange = z.object({
  line: z.int().describe('Of the list as it was sent, from 1.'),
  code: z.enum(reasonCodes),
  list: z.string(),
  version: z.string().describe('Of the list; of the own list, the position of the request.'),
  at: time.describe('When it was said, or the version of a registry was looked at.'),
  cursor,
});
export const batchChanges = z.object({
  data: z.array(batchChange),
  next: cursor.describe('`since` of the next time, whether there is more now or not.'),
  more: z.boolean().describe('True: there is more to be had at once.'),
});

nameShapes({ replay, batch, batchPage, batchChange, batchChanges });

export const changesQuery = z.strictObject({
  since: z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,14})$/)
    .default('0')
    .describe('`next` of the time before; left out: from the beginning.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

export const batchQuery = screeningQuery.extend({
  format: z.enum(batchFormats).optional(),
  certificate: z.enum(['true', 'false']).optional().describe('`true`: it is certified.'),
  live: z
    .string()
    .regex(/^(?:[1-9]|[12][0-9]|3[01])d$/)
    .optional()
    .describe(
      'Days that it stays live, `1d` to `31d`: of whom may not be contacted any more the line is told ' +
        '(`listBatchChanges`, `watchBatch`, the message `batch.changed`).',
    ),
});
