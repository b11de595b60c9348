/** Policies that people who work here have to have read, and who did. */
import { z } from 'zod';
import type { AccountStore } from '../../../app/account-ports.ts';
import type { SettingStore, SettingVersion } from '../../../app/settings.ts';
import {
  type RosterLine,
  roster,
  type TrainingParts,
  trainingOf,
  writeReading,
} from '../../../app/training.ts';
import {
  policiesMax,
  standings,
  trainedActs,
  validDaysMax,
} from '../../../core/access/training.ts';
import { ConsentryError } from '../../../core/error.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface TrainingRouteParts extends Omit<TrainingParts, 'settings' | 'accounts'> {
  readonly settings: SettingStore;
  readonly accounts: AccountStore;
}

const time = z.iso.datetime();
const name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
const policy = z.strictObject({
  id: name.describe('Short, the same for ever.'),
  title: z.string().min(1).max(200),
  version: z.int().min(1).max(1_000_000).describe('A new one has to be read again.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .default(null)
    .describe('Of the text that is read.'),
  validDays: z.int().min(1).max(validDaysMax).describe('How long a reading holds.'),
  requiredFor: z
    .array(z.enum(trainedActs))
    .max(trainedActs.length)
    .describe('Refused (403) to people who have not read it.'),
});
const wanted = z.strictObject({
  policies: z.array(policy).max(policiesMax),
  version: z.int().min(0).describe('The version that was looked at.'),
});
const policies = z.object({
  policies: z.array(policy),
  version: z.int().min(0).describe('0: nothing was ever set.'),
  by: z.string().nullable(),
  at: time.nullable(),
});
const standing = z.object({
  policy: z.string(),
  title: z.string(),
  version: z.int().describe('The one in force.'),
  standing: z.enum(standings).describe('`outdated`: an earlier version was read.'),
  read: z
    .object({ version: z.int(), at: time, expiresAt: time })
    .nullable()
    .describe('What they read last.'),
});
const own = z.object({ data: z.array(standing), next: z.null() });
const line = z.object({
  user: uuid,
  name: z.string(),
  email: z.string(),
  policies: z.array(standing),
});
const rosterShape = z.object({ data: z.array(line), next: z.null() });
const ownReading = z.strictObject({ policy: name, version: z.int().min(1) });
const reading = ownReading.extend({
  user: uuid,
  at: z.iso.datetime({ offset: true }).optional().describe('When they read it; now if left out.'),
});
nameShapes({ trainingPolicies: policies, trainingRoster: rosterShape, ownTraining: own });

export function trainingRoutes(parts: TrainingRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/training',
      name: 'getTrainingRoster',
      scope: 'registers:read',
      audit: 'search',
      summary: 'Who read which policy, and until when it holds',
      answers: [{ status: 200, about: 'Everybody whose account is in force.', shape: rosterShape }],
      handle: async () => {
        const data = (await roster(parts)).map(({ user, policies: lines }) => ({
          user: user.id,
          name: user.name,
          email: user.email,
          policies: lines.map(viewLine),
        }));
        return { status: 200, json: { data, next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/training/readings',
      name: 'addTrainingReading',
      scope: 'registers:write',
      audit: 'change',
      summary: 'Vouch for it that somebody read a policy',
      body: reading,
      once: true,
      answers: [{ status: 201, about: 'What they have read.', shape: own }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, body: { user, policy: id, version, at } }) => {
        const asked = { userId: user, policy: id, version, by: key.id };
        const when = at === undefined ? null : Date.parse(at);
        const lines = await writeReading(parts, { ...asked, at: when });
        return { status: 201, json: { data: lines.map(viewLine), next: null } };
      },
    }),
    route({
      method: 'get',
      path: '/me/training',
      name: 'getOwnTraining',
      scope: 'self',
      audit: 'none',
      summary: 'Which policies one has read, and has to',
      answers: [{ status: 200, about: 'Every policy.', shape: own }],
      handle: async ({ key }) => {
        const lines = await trainingOf(parts, key.id);
        return { status: 200, json: { data: lines.map(viewLine), next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/me/training',
      name: 'addOwnTrainingReading',
      scope: 'self',
      audit: 'change',
      summary: 'Say that one has read a policy',
      body: ownReading,
      answers: [{ status: 201, about: 'What one has read.', shape: own }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, body: { policy: id, version } }) => {
        const asked = { userId: key.id, policy: id, version, at: null, by: key.id };
        const lines = await writeReading(parts, asked);
        return { status: 201, json: { data: lines.map(viewLine), next: null } };
      },
    }),
    route({
      method: 'get',
      path: '/settings/training',
      name: 'getTrainingPolicies',
      scope: 'registers:read',
      audit: 'none',
      summary: 'Which policies have to be read, and for what',
      answers: [{ status: 200, about: 'The policies in force.', shape: policies }],
      handle: async () => ({ status: 200, json: view(await parts.settings.current('training')) }),
    }),
    route({
      method: 'put',
      path: '/settings/training',
      name: 'setTrainingPolicies',
      scope: 'registers:write',
      audit: 'change',
      summary: 'Set which policies have to be read, and for what',
      about:
        'People who have not read one, whose reading is too old or of an earlier version, are refused what it is required for, from then on. API keys are programs and are not asked; support is refused.',
      body: wanted,
      answers: [{ status: 200, about: 'The policies in force.', shape: policies }],
      errors: ['conflict'],
      handle: async ({ key, body: { policies: all, version } }) => {
        const ids = all.map(({ id }) => id);
        const twice = ids.findIndex((id, i) => ids.indexOf(id) !== i);
        if (twice !== -1) {
          const path = `body.policies.${twice}.id`;
          throw invalidRequest([{ path, what: 'is there twice', allowed: 'a name of its own' }]);
        }
        const at = parts.clock.now();
        const set = await parts.settings.put('training', all, version, key.id, at);
        if (set === null) {
          throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
        }
        return { status: 200, json: view(set) };
      },
    }),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();

function viewLine({ policy: one, standing: where, version, readAt, expiresAt }: RosterLine) {
  const { id, title } = one;
  const read =
    version === null || readAt === null || expiresAt === null
      ? null
      : { version, at: iso(readAt), expiresAt: iso(expiresAt) };
  return { policy: id, title, version: one.version, standing: where, read };
}

const view = ({ version, value, by, at }: SettingVersion<'training'>) => ({
  policies: value,
  version,
  by,
  at: at === null ? null : iso(at),
});
