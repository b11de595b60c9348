import { z } from 'zod';
import type { CopyParts } from '../../../app/copy-person.ts';
import {
  type DisclosureStore,
  disclosedThings,
  showDisclosures,
} from '../../../app/disclosures.ts';
import { beyond, type ErasePersonParts, erasePerson } from '../../../app/erase-person.ts';
import { type ExportPersonParts, exportPerson } from '../../../app/export-person.ts';
import { type InventoryStore, showInventory } from '../../../app/inventory.ts';
import { ConsentryError } from '../../../core/error.ts';
import { categories } from '../../../core/retention/register-shape.ts';
import type { Uuid } from '../../../core/words.ts';
import { copyPage } from './copy-page.ts';
import { type Route, route } from './route.ts';
import { sendCopy } from './send-copy.ts';
import type { MayAct } from './serve.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface PersonRouteParts {
  readonly exportParts: ExportPersonParts;
  readonly copyParts: CopyParts;
  readonly inventory: InventoryStore;
  readonly disclosures: DisclosureStore;
  readonly erasePersonParts: ErasePersonParts;
}

const whole = z.int().min(0);
const inventory = z.object({
  id: uuid,
  erased: z.boolean().describe('True: the key is destroyed; nothing sealed under it opens.'),
  categories: z.array(
    z.object({
      category: z.enum(categories),
      rows: whole,
      places: z.array(
        z.object({
          place: z.string(),
          rows: whole,
          purpose: z.string(),
          source: z.string(),
          recipients: z.array(z.string()),
          retention: z.string(),
          columns: z.array(
            z.object({
              column: z.string(),
              ending: z.enum(['key', 'cleared', 'deleted', 'kept']),
              why: z.string().nullable().describe('Why it outlives an erasure.'),
            }),
          ),
        }),
      ),
    }),
  ),
});
const certificate = z.object({
  id: uuid,
  personId: uuid,
  proved: z.boolean().describe('True: every step was read again and found done.'),
  steps: z.array(
    z.object({
      step: z.string(),
      found: z.enum(['gone', 'remains', 'unknown']),
      left: whole.nullable(),
    }),
  ),
  beyond: z.array(z.string()).describe('What outlives the erasure, and why.'),
  by: z.string(),
  finishedAt: z.iso.datetime(),
  receiptId: uuid.describe('The certificate as it stands in the ledger.'),
});
const time = z.iso.datetime();
const extract = z.object({
  id: uuid,
  number: z.string().nullable().describe('In full: the extract is for its person.'),
  profile: z.object({
    name: z.string().nullable(),
    email: z.string().nullable(),
    notes: z.string().nullable(),
  }),
  linked: z
    .array(z.object({ id: uuid, number: z.string() }))
    .describe('Other numbers of theirs, in full; ask for each of them too.'),
  erased: z.boolean(),
  exportedAt: time,
  held: inventory.shape.categories,
  calls: z.array(
    z.object({
      id: uuid,
      role: z.string(),
      direction: z.string(),
      startedAt: time,
      endedAt: time.nullable(),
      thirdParties: z.boolean().describe('True: others were on it, whose data is not in here.'),
    }),
  ),
  recordings: z.array(
    z.object({
      id: uuid,
      callId: uuid,
      state: z.string(),
      startedAt: time,
      durationMs: whole.nullable(),
      sha256: z.string().nullable().describe('Of the sealed payload, as its entry says.'),
      audio: z.string(),
    }),
  ),
  facts: z.array(
    z.object({
      receiptId: uuid,
      kind: z.string(),
      purpose: z.string().nullable(),
      at: time,
      says: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
  choices: z.looseObject({}).describe('As `GET /persons/{person}/choices` has them.'),
  listings: z.array(
    z.object({
      channel: z.string(),
      scope: z.string(),
      listed: z.boolean(),
      reason: z.string(),
      since: time,
      until: time.nullable(),
    }),
  ),
});
const disclosures = z.object({
  id: uuid,
  recipients: z.array(
    z.object({
      recipient: z.string().describe('`carrier`, or the id of the user or key who took it.'),
      count: whole,
      disclosures: z.array(
        z.object({ what: z.enum(disclosedThings), at: time, callId: uuid.nullable() }),
      ),
    }),
  ),
});
nameShapes({ disclosures, inventory, certificate, extract });

const params = z.object({ person: z.string().min(1).max(40) });
const copyForms = ['json', 'page', 'zip'] as const;

export function personRoutes(
  {
    inventory: store,
    disclosures: told,
    erasePersonParts,
    exportParts,
    copyParts,
  }: PersonRouteParts,
  mayAct: MayAct,
): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/persons/{person}',
      name: 'getPerson',
      scope: 'persons:read',
      audit: 'read',
      summary: 'What is held of a person, by category',
      about: 'With purpose, source, recipients and what becomes of it when the person is erased.',
      params,
      answers: [{ status: 200, about: 'Rows by category and place.', shape: inventory }],
      errors: ['not_found'],
      handle: async ({ subject }) => ({
        status: 200,
        json: await showInventory(store, only(subject.persons)),
      }),
    }),
    route({
      method: 'get',
      path: '/persons/{person}/disclosures',
      name: 'listDisclosures',
      scope: 'persons:read',
      audit: 'read',
      summary: 'To whom data of a person went, when, and what',
      about:
        'The carrier, with every call and text, and whoever downloaded or exported something. No speech vendor is in here: nothing is sent to one.',
      params,
      answers: [{ status: 200, about: 'By recipient, oldest first.', shape: disclosures }],
      errors: ['not_found'],
      handle: async ({ subject }) => ({
        status: 200,
        json: await showDisclosures(told, only(subject.persons)),
      }),
    }),
    route({
      method: 'get',
      path: '/persons/{person}/export',
      name: 'exportPerson',
      scope: 'persons:export',
      audit: 'export',
      summary: 'Everything that is held of a person, for that person',
      about:
        'Calls, facts with what they say, choices, listings and recordings. `says` is what the leaf of the receipt commits to. Others who were on a call are only flagged. As a page it is one file without scripts that opens without a network; as an archive it has that page, the JSON, the sound of their recordings and a receipt of each fact. An archive that was cut off does not open.',
      params,
      query: z.strictObject({
        as: z.enum(copyForms).default('json').describe('`page`: to read; `zip`: all of it.'),
      }),
      answers: [
        { status: 200, about: 'The extract.', shape: extract },
        { status: 200, about: 'The same to read.', type: 'text/html' },
        { status: 200, about: 'All of it, with sound and receipts.', type: 'application/zip' },
      ],
      errors: ['not_found', 'restricted'],
      handle: async (asked) => {
        const { as } = asked.query;
        // An archive takes the sound of their recordings along.
        if (as === 'zip') await mayAct(asked.key, 'download');
        const found = await exportPerson(exportParts, only(asked.subject.persons));
        if (as === 'json') return { status: 200, json: found };
        if (as === 'zip') return sendCopy(copyParts, found, asked);
        const { response } = asked;
        response.setHeader('content-disposition', `attachment; filename="copy-${found.id}.html"`);
        response.setHeader('cache-control', 'no-store');
        const bytes = Buffer.from(copyPage(found, null));
        return { status: 200, type: 'text/html; charset=utf-8', bytes };
      },
    }),
    route({
      method: 'delete',
      path: '/persons/{person}',
      name: 'erasePerson',
      scope: 'persons:erase',
      audit: 'change',
      summary: 'Erase a person, and answer with the certificate',
      about:
        'Recordings first, then everything else, the key last. Every step is read again before it is written down. Their number stays on the own list, sealed. This cannot be undone; asking again finishes what was left over, or answers the same certificate.',
      params,
      answers: [{ status: 200, about: 'The certificate.', shape: certificate }],
      errors: ['not_found', 'conflict', 'held'],
      handle: async ({ key, subject }) => {
        const done = await erasePerson(erasePersonParts, only(subject.persons), key.id);
        const { token: _, finishedAt, ...shown } = done;
        return {
          status: 200,
          json: { ...shown, beyond, finishedAt: new Date(finishedAt).toISOString() },
        };
      },
    }),
  ];
}

function only([person]: readonly Uuid[]): Uuid {
  if (person === undefined) throw new ConsentryError('not_found');
  return person;
}
