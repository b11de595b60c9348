/** Fields of a body that say what whoever asks has in its own books (`core/suppression/stated`). */
import { z } from 'zod';
import { reassignments } from '../../../core/suppression/inquiry.ts';
import { whenForm, whenOf } from '../../../core/suppression/stated.ts';

const when = z
  .string()
  .max(40)
  .refine((text) => whenOf(text) !== null, `allowed: ${whenForm}`);

export const statedFields = {
  lastPurchase: when.optional().describe('When they last bought something: a day, or an instant.'),
  lastInquiry: when.optional().describe('When they last asked about something.'),
  reassigned: z
    .enum(reassignments)
    .optional()
    .describe('What the Reassigned Numbers Database answered since you got their consent.'),
};
