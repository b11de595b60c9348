/** Where a call came from, as the API shows it. */
import { z } from 'zod';

export const tracking = z
  .object({
    campaign: z.string(),
    source: z.string(),
    visitor: z
      .string()
      .nullable()
      .describe('Stands for the caller in what is counted; another one after each opt-out.'),
  })
  .nullable()
  .describe('Where the call came from; null unless its caller allowed that to be kept.');
