import { z } from 'zod';
import type { Clock } from '../../../app/ports.ts';
import type { SettingStore } from '../../../app/settings.ts';
import { bases, basisFaults } from '../../../core/consent/basis.ts';
import { ConsentryError } from '../../../core/error.ts';
import { purposes } from '../../../core/words.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

export interface BasisRouteParts {
  readonly settings: SettingStore;
  readonly clock: Clock;
}

const words = z.string().max(4_000);
const claim = z.strictObject({
  purpose: z.enum(purposes),
  basis: z.enum(bases),
  justification: words.describe('Why it is needed and holds.'),
  reviewer: z.string().min(1).max(100).describe('Who looked at it.'),
  place: z
    .string()
    .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/)
    .describe('A country such as DE, or a state such as US-CA.'),
  reviewBy: z.iso.date(),
  balancing: words.nullable().default(null).describe('Of legitimate interests: how they weigh.'),
  objection: words.nullable().default(null).describe('Of legitimate interests: how one objects.'),
});
const wantedBases = z.strictObject({
  bases: z.array(claim).max(200),
  version: z.int().min(0).describe('The version that was looked at.'),
});
const claimedBases = z.object({
  bases: z.array(claim),
  version: z.int().min(0).describe('0: nothing was ever claimed.'),
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});
nameShapes({ claimedBases });

export function basisRoutes(parts: BasisRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/settings/lawful-bases',
      name: 'getLawfulBases',
      scope: 'choices:read',
      audit: 'none',
      summary: 'Lawful bases other than consent that are claimed',
      answers: [{ status: 200, about: 'What is claimed now.', shape: claimedBases }],
      handle: async () => ({ status: 200, json: view(await parts.settings.current('bases')) }),
    }),
    route({
      method: 'put',
      path: '/settings/lawful-bases',
      name: 'setLawfulBases',
      scope: 'choices:write',
      audit: 'change',
      summary: 'Claim lawful bases other than consent, with their reasons',
      about:
        'None of them opens a gate: a call is recorded after a yes, whatever is claimed. Every change is kept as a version, with who made it.',
      body: wantedBases,
      answers: [{ status: 200, about: 'What is claimed now.', shape: claimedBases }],
      errors: ['conflict'],
      handle: async ({ key, body }) => {
        const faults = basisFaults(body.bases);
        if (faults.length > 0) {
          throw invalidRequest(
            faults.map(({ path, what }) => ({ path: `body.bases.${path}`, what })),
          );
        }
        const at = parts.clock.now();
        const set = await parts.settings.put('bases', body.bases, body.version, key.id, at);
        if (set === null) {
          throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
        }
        return { status: 200, json: view(set) };
      },
    }),
  ];
}

type Version = Awaited<ReturnType<SettingStore['current']>>;

function view({ version, value, by, at }: Version): z.infer<typeof claimedBases> {
  const claimed = value as z.infer<typeof claim>[];
  const time = at === null ? null : new Date(at).toISOString();
  return { bases: [...claimed], version, by, at: time };
}
