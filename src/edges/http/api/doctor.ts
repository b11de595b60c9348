/** Whether everything is well: the same as the command `doctor` says. */
import { z } from 'zod';
import { consultDoctor, type DoctorParts } from '../../../app/doctor.ts';
import { findingStates } from '../../../core/doctor/finding.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

const finding = z.object({
  id: z.string().describe('Stable name of the check.'),
  capability: z.int().nullable().describe('From 1 to 78; null: of the installation.'),
  title: z.string(),
  state: z.enum(findingStates),
  says: z.string().describe('What was seen.'),
  mend: z.string().nullable().describe('How to mend it; null when it is well.'),
});

const examination = z.object({
  findings: z.array(finding),
  counts: z.object({ pass: z.int(), warn: z.int(), fail: z.int() }),
});
nameShapes({ Finding: finding, Examination: examination });

export interface DoctorRouteParts {
  readonly doctorParts: DoctorParts;
}

export const doctorRoutes = ({ doctorParts }: DoctorRouteParts): readonly Route[] => [
  route({
    method: 'get',
    path: '/doctor',
    name: 'getDoctor',
    scope: 'audit:read',
    audit: 'none',
    summary: 'Whether everything is well',
    about:
      'The installation, and each of the 78 capabilities, looked at as they are now: pass, warn or fail, and how to mend it. Nothing of anybody is in it.',
    answers: [{ status: 200, about: 'What was found.', shape: examination }],
    handle: async () => ({ status: 200, json: await consultDoctor(doctorParts) }),
  }),
];
