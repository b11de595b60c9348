/** What the routes that send audio answer, and what is asked of who takes some away. */
import { z } from 'zod';
import type { Described } from './route.ts';

export const wav: readonly Described[] = [
  { status: 200, about: 'The whole WAV file.', type: 'audio/wav' },
  { status: 206, about: 'The range that was asked for.', type: 'audio/wav' },
];
export const audioErrors = [
  'not_found',
  'conflict',
  'restricted',
  'recording_gone',
  'range_unsatisfiable',
  'recording_unavailable',
] as const;

/** Something that can be checked later. */
export const reasonText = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^[^\p{C}]*$/u)
  .describe('Why; kept in the audit.');
