/** The shapes of what is kept of screenings. */
import { z } from 'zod';
import type { Replay } from '../../../app/replay-screening.ts';
import { nameShapes } from './shapes.ts';

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

nameShapes({ replay });
