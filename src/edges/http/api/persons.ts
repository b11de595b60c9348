import { z } from 'zod';
import { type InventoryStore, showInventory } from '../../../app/inventory.ts';
import { ConsentryError } from '../../../core/error.ts';
import { categories } from '../../../core/retention/register-shape.ts';
import type { Uuid } from '../../../core/words.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface PersonRouteParts {
  readonly inventory: InventoryStore;
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
nameShapes({ inventory });

const params = z.object({ person: z.string().min(1).max(40) });

export function personRoutes({ inventory: store }: PersonRouteParts): readonly Route[] {
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
  ];
}

function only([person]: readonly Uuid[]): Uuid {
  if (person === undefined) throw new ConsentryError('not_found');
  return person;
}
