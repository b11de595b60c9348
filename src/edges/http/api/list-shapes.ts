/** The shapes of lists, of their imports, and of who got at their data. */
import { z } from 'zod';
import {
  listAccessKinds,
  listFaults,
  listJobKinds,
  listJobStates,
} from '../../../app/list-ports.ts';
import { listStates } from '../../../app/view-lists.ts';
import { auditActors } from '../../../core/access/audit.ts';
import { channels, listingReasons } from '../../../core/suppression/own-change.ts';
import { rejections } from '../../../core/suppression/registry-line.ts';
import { nameShapes, uuid } from './shapes.ts';

const time = z.iso.datetime().describe('ISO 8601, UTC.');
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** One line of words. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{C}]*$/u);

export const listName = z
  .string()
  .max(60)
  .describe(
    'Its kind, and where it is kept: `national-US`, `state-US-FL`, `tps-GB`, `ctps-GB`, `dncl-CA`; `litigator`, `reassigned` and `wireless` have no place; `own` is your own list.',
  );
export const scopeShape = z
  .templateLiteral([z.enum(['campaign', 'line']), ':', z.string().min(1).max(100)])
  .or(z.literal('all'))
  .describe('`all`, or one campaign (`campaign:NAME`) or line (`line:ID`).');
export const reachShape = z.enum([...channels, 'both']);

export const list = z.object({
  list: z.string(),
  kind: z.string(),
  place: z.string().nullable(),
  state: z.enum(listStates).describe('`expected`: it has no version yet.'),
  version: z.string().nullable(),
  total: z.int().describe('Numbers; of the own list listings, of which a number may have several.'),
  obtainedAt: time.nullable().describe('When it was got from whoever keeps it: its age.'),
  importedAt: time.nullable(),
  age: z.enum(['fresh', 'old', 'too-old']).nullable().describe('`too-old`: as good as none.'),
  usableUntil: time.nullable(),
  channels: z.array(z.enum(channels)),
  source: z.string().nullable(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
  seller: z.string().nullable(),
  hasAccount: z.boolean().describe('Whether a subscription account is known for it.'),
  warnings: z.array(z.string()),
});
export const lists = z.object({ data: z.array(list) });
export const listDetail = list.extend({
  areas: z.record(z.string(), z.int()).describe('Numbers by area code.'),
  elsewhere: z.int().describe('Numbers outside North America.'),
  versions: z
    .array(
      z.object({
        version: z.string(),
        inForce: z.boolean(),
        total: z.int(),
        obtainedAt: time,
        importedAt: time,
        kind: z.string(),
        sourceSha256: hash,
        by: z.string().nullable(),
      }),
    )
    .describe('Newest first. What decisions rested on stays.'),
});
export const listBody = z.strictObject({
  list: listName,
  source: words(200).optional().describe('Where it comes from.'),
  reason: words(200).optional().describe('Why its numbers may not be contacted.'),
  channel: reachShape.default('both').describe('What it is for.'),
  seller: words(200).optional().describe('Who sells, where it is got for somebody.'),
  account: words(100).optional().describe('The subscription account number; it is kept sealed.'),
});

const said = {
  kind: z
    .enum(['full', 'change'])
    .optional()
    .describe(
      '`change`: the file says what was added and deleted since the version in force. Left out: its content tells.',
    ),
  obtained: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When it was got; left out: now, or when it was written where it is fetched from.'),
  source: words(200).optional(),
  reason: words(200).optional(),
  channel: reachShape.optional().describe('What it is for; left out: as the list is expected.'),
  until: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Its use ends then, if its age does not end it before.'),
  scope: scopeShape.default('all').describe('Of the own list: what its numbers are listed for.'),
  seller: words(200).optional(),
  campaign: words(100).optional().describe('For which campaign it was got.'),
  sha256: hash.optional().describe('What the SHA-256 of the file has to be.'),
};
export const importQuery = z.strictObject({
  ...said,
  count: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('How many numbers have to be on the list afterwards.'),
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: everything is read and judged, and nothing changes.'),
});
export const pullBody = z.strictObject({
  from: z.string().max(40).describe('A target of `DATA_DIR/sftp.json`.'),
  file: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/)
    .describe("The file's name in the folder of that target."),
  ...said,
  count: z.int().min(0).optional(),
  dryRun: z.boolean().default(false),
});

export const listImport = z.object({
  id: uuid,
  list: z.string(),
  kind: z.enum(listJobKinds),
  state: z
    .enum(listJobStates)
    .describe('`held`: nothing was changed; two different people have to vouch for it.'),
  dryRun: z.boolean(),
  by: z.object({ id: z.string(), as: z.enum(auditActors) }),
  madeAt: time,
  endedAt: time.nullable(),
  done: z.int().describe('Bytes of the file; of the own list numbers, once it is judged.'),
  expected: z.int().nullable(),
  sha256: hash.nullable().describe('Of the file.'),
  version: z.string().nullable(),
  previous: z.string().nullable().describe('What was in force when it was judged.'),
  total: z.int().nullable().describe('Numbers on the list with it.'),
  brought: z.int().nullable().describe('Of the own list: listings it brought, or took back.'),
  isRepeat: z.boolean().describe('True: the same file made what is in force.'),
  lines: z.int().nullable(),
  added: z.int().nullable(),
  removed: z.int().nullable(),
  unchanged: z.int().nullable(),
  rejected: z.record(z.string(), z.int()).describe('Lines that were not taken, by why.'),
  rejects: z
    .array(
      z.object({
        line: z.int().describe('Of its file.'),
        why: z.enum(rejections),
        file: z.int().optional().describe('Which file of an archive that has several.'),
      }),
    )
    .describe('The first hundred of them.'),
  doubts: z
    .array(z.object({ is: z.string(), text: z.string() }))
    .describe('What stands against it.'),
  vouches: z.array(z.object({ by: z.string(), at: time })),
  vouchesNeeded: z.int().describe('How many different people still have to vouch for it.'),
  fault: z.enum(listFaults).nullable(),
  faultDetail: z.string().nullable(),
});
export const listImportPage = z.object({ data: z.array(listImport), next: z.string().nullable() });

export const ownEntryPage = z.object({
  data: z.array(
    z.object({
      number: z.string().describe('Masked; a prefix in full.'),
      channel: z.enum(channels),
      scope: scopeShape,
      reason: z.enum(listingReasons),
      provisional: z.boolean(),
      source: z.string().describe('By what way it came, such as `text` or `import:ID`.'),
      by: z.string(),
      since: time,
      until: time.nullable(),
      receiptId: uuid.nullable(),
    }),
  ),
  next: z.string().nullable(),
});

export const listAccess = z.object({
  id: uuid,
  at: time.describe('When it was written down.'),
  by: z.object({ id: z.string(), as: z.string() }),
  list: z.string(),
  what: z.string().describe(`One of ${listAccessKinds.join(', ')}.`),
  gotAt: time.describe('When the data was got.'),
  version: z.string().nullable(),
  sourceSha256: z.string().nullable(),
  account: z.string().nullable().describe('The subscription account number.'),
  seller: z.string().nullable(),
  campaign: z.string().nullable(),
  numbers: z.int().nullable(),
  import: z.string().nullable(),
  reason: z.string().nullable(),
  receiptId: uuid,
});
export const listAccessPage = z.object({ data: z.array(listAccess), next: z.string().nullable() });
export const listAccessBody = z.strictObject({
  list: listName,
  what: z
    .enum(['obtained', 'looked-up'])
    .describe('`looked-up`: whoever keeps the list was asked number by number.'),
  at: z.iso.datetime({ offset: true }).optional().describe('When; left out: now.'),
  account: words(100).optional(),
  seller: words(200).optional(),
  campaign: words(100).optional(),
  numbers: z.int().min(0).optional(),
  reason: words(500).optional(),
});

nameShapes({
  list,
  lists,
  listDetail,
  listImport,
  listImportPage,
  ownEntryPage,
  listAccess,
  listAccessPage,
});
