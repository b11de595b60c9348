import { z } from 'zod';
import { beyond, type ErasePersonParts, erasePerson } from '../../../app/erase-person.ts';
import { type InventoryStore, showInventory } from '../../../app/inventory.ts';
import { ConsentryError } from '../../../core/error.ts';
import { categories } from '../../../core/retention/register-shape.ts';
import type { Uuid } from '../../../core/words.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface PersonRouteParts {
  readonly inventory: InventoryStore;
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
nameShapes({ inventory, certificate });

const params = z.object({ person: z.string().min(1).max(40) });

export function personRoutes({
  inventory: store,
  erasePersonParts,
}: PersonRouteParts): readonly Route[] {
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
      errors: ['not_found', 'conflict'],
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
