/** The shapes of what is kept of screenings. */
import { z } from 'zod';
import type { Replay } from '../../../app/replay-screening.ts';
import { batchFormats } from '../../../app/screen-batch.ts';
import { channels, screeningPurposes } from '../../../core/suppression/inquiry.ts';
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

nameShapes({ replay, batch, batchPage });

export const batchQuery = screeningQuery.extend({
  format: z.enum(batchFormats).optional(),
  certificate: z.enum(['true', 'false']).optional().describe('`true`: it is certified.'),
  live: z
    .string()
    .regex(/^(?:[1-9]|[12][0-9]|3[01])d$/)
    .optional()
    .describe(
      'Days that the numbers which may be contacted are kept for, sealed: `1d` to `31d`. Who must ' +
        'not be contacted since is not told of them yet: screen the list anew before each use.',
    ),
});
