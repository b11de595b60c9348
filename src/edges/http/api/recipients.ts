/** Who gets data from here, as versions with what each of them changed. */
import { z } from 'zod';
import {
  type RecipientParts,
  type RecipientVersion,
  recipientHistory,
  setRecipients,
} from '../../../app/recipients.ts';
import {
  dataKinds,
  hostsMax,
  recipientsMax,
  wordsMax,
} from '../../../core/recipients/recipient.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

export interface RecipientRouteParts {
  readonly recipientParts: RecipientParts;
}

const words = z.string().min(1).max(wordsMax);
const recipient = z.strictObject({
  id: z.string().max(40).describe('a-z, 0-9 and -; the same for ever.'),
  company: words,
  hosts: z
    .array(z.string().max(255))
    .max(hostsMax)
    .describe('Such as `api.example.com`, or `*.example.com`; none: reached through another one.'),
  purpose: words,
  data: z
    .array(z.enum(dataKinds))
    .max(dataKinds.length)
    .describe('What they get; `ids` are of calls and entries and name nobody.'),
  region: words.describe('Where it lies.'),
  retention: words.describe('How long they keep it.'),
  since: z.iso.date().nullable().describe('Null: from the beginning.'),
});
const recipients = z.array(recipient).max(recipientsMax);
const wanted = z.strictObject({
  recipients,
  version: z.int().min(0).describe('The version that was looked at.'),
});
const register = z.object({
  recipients,
  version: z.int().min(0).describe('0: as it is shipped.'),
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
});
const value = z.union([z.string(), z.array(z.string()), recipient]).nullable();
const history = z.object({
  data: z.array(
    register.extend({
      differences: z.array(
        z.object({
          id: z.string(),
          field: z.string().describe('`all`: the entry came, or went.'),
          before: value,
          after: value,
        }),
      ),
    }),
  ),
  next: z.null(),
});
nameShapes({ recipientRegister: register, recipientHistory: history });

export function recipientRoutes({ recipientParts: parts }: RecipientRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/recipients',
      name: 'getRecipients',
      scope: 'registers:read',
      audit: 'none',
      summary: 'Who gets data from here',
      about: 'Receipts and notices name those of them who may get something of callers.',
      answers: [{ status: 200, about: 'The register in force.', shape: register }],
      handle: async () => ({
        status: 200,
        json: view(await parts.settings.current('recipients')),
      }),
    }),
    route({
      method: 'put',
      path: '/recipients',
      name: 'setRecipients',
      scope: 'registers:write',
      audit: 'change',
      summary: 'Write down who gets data from here',
      about:
        'The whole register. No server starts, and nothing connects, where a host stands in no entry; an entry whose host is in use cannot be left out. Every change is kept as a version.',
      body: wanted,
      answers: [{ status: 200, about: 'The register in force.', shape: register }],
      errors: ['conflict'],
      handle: async ({ key, body }) => ({
        status: 200,
        json: view(await setRecipients(parts, body.recipients, body.version, key.id)),
      }),
    }),
    route({
      method: 'get',
      path: '/recipients/versions',
      name: 'listRecipientVersions',
      scope: 'registers:read',
      audit: 'none',
      summary: 'Every register of recipients there was, newest first, with what changed',
      answers: [{ status: 200, about: 'All versions.', shape: history }],
      handle: async () => {
        const all = await recipientHistory(parts);
        const data = all.map(({ differences, ...version }) => ({ ...view(version), differences }));
        return { status: 200, json: { data, next: null } };
      },
    }),
  ];
}

const view = ({ version, value: all, by, at }: RecipientVersion) => ({
  recipients: all,
  version,
  by,
  at: at === null ? null : new Date(at).toISOString(),
});
