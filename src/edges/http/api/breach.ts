/** What a breach reached, and where keys are. */
import { z } from 'zod';
import {
  type BreachParts,
  type BreachScope,
  breachScope,
  noteCustody,
} from '../../../app/breach.ts';
import type { Clock, Random } from '../../../app/ports.ts';
import { type CustodyLine, custodyEvents } from '../../../core/breach/custody.ts';
import { takings } from '../../../core/breach/exposure.ts';
import { sealings } from '../../../core/breach/sealing.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

export interface BreachRouteParts extends BreachParts {
  readonly clock: Clock;
  readonly random: Random;
}

const whole = z.int().min(0);
const time = z.iso.datetime();
const zoned = z.iso.datetime({ offset: true });
const words = z.string().trim().max(200);
const line = z.object({
  key: z.string().describe('Such as `file:4f1c…`, `tenant` or `recordings/2026`.'),
  event: z.enum(custodyEvents),
  place: z.string(),
  holder: z.string(),
  at: time,
  by: z.string().nullable().describe('Null: read off the key itself.'),
});
const counted = z.object({ kept: whole, gone: whole.describe('Gone since.') });
const scope = z.object({
  at: time,
  asOf: time.describe('When it was counted.'),
  persons: counted.describe('Whose number could be opened.'),
  recordings: z
    .array(counted.extend({ key: z.string() }))
    .describe('By the key that opens them, one for each year.'),
  callsRedactedSince: whole,
  exports: whole.describe('Files that were written and not expired.'),
  fields: z
    .array(
      z.object({
        place: z.string(),
        column: z.string(),
        category: z.string(),
        sealing: z.enum(sealings).describe('`pseudonym`: names nobody without a key.'),
        rows: whole.describe('Of what is still there.'),
      }),
    )
    .describe('Every personal column of the register.'),
  exposures: z
    .array(
      z.object({
        taken: z.array(z.enum(takings)),
        persons: whole.describe('Named.'),
        recordings: whole.describe('That could be heard.'),
        values: whole.describe('That could be read.'),
        pseudonyms: whole,
      }),
    )
    .describe('What could be read by whoever got hold of that.'),
  copies: z.array(line).describe('Of keys, that were there at that time.'),
  exposed: z.array(line).describe('Whenever somebody saw a key who should not have.'),
});
const custody = z.object({ data: z.array(line), next: z.null() });
const wanted = z.strictObject({
  key: words.min(1).optional().describe('The key-encryption key of now if left out.'),
  event: z.enum(custodyEvents),
  place: words.default(''),
  holder: words.default(''),
  at: zoned.optional().describe('When it happened; now if left out.'),
});
nameShapes({ breachScope: scope, keyCustody: custody, custodyLine: line });

export function breachRoutes(parts: BreachRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/breach/scope',
      name: 'getBreachScope',
      scope: 'audit:read',
      audit: 'read',
      summary: 'What could be read at a time, by whom, and under which keys',
      about: 'Counts of persons, recordings and values: nothing of anybody is shown.',
      query: z.strictObject({ at: zoned.optional().describe('Now if left out.') }),
      answers: [{ status: 200, about: 'The scope.', shape: scope }],
      handle: async ({ query: { at } }) => ({
        status: 200,
        json: viewScope(
          await breachScope(parts, at === undefined ? parts.clock.now() : Date.parse(at)),
        ),
      }),
    }),
    route({
      method: 'get',
      path: '/custody',
      name: 'listCustody',
      scope: 'audit:read',
      audit: 'search',
      summary: 'Where keys are, and what became of them',
      answers: [{ status: 200, about: 'Every line, oldest first.', shape: custody }],
      handle: async () => {
        const data = (await parts.breach.custody()).map(viewCustody);
        return { status: 200, json: { data, next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/custody',
      name: 'noteCustody',
      scope: 'registers:write',
      audit: 'change',
      summary: 'Write down what became of a key',
      about:
        'That it was copied, handed over, returned, exposed or destroyed. Lines are never changed.',
      body: wanted,
      once: true,
      answers: [{ status: 201, about: 'The line.', shape: line }],
      handle: async ({ key: who, body: { key = null, at, ...said } }) => {
        const when = at === undefined ? null : Date.parse(at);
        const noted = await noteCustody(parts, { ...said, key, at: when }, who.id);
        return { status: 201, json: viewCustody(noted) };
      },
    }),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();

export const viewCustody = ({ key, event, place, holder, at, by }: CustodyLine) => ({
  ...{ key, event, place, holder, by },
  at: iso(at),
});

const viewScope = ({ at, asOf, copies, exposed, ...rest }: BreachScope) => ({
  ...rest,
  at: iso(at),
  asOf: iso(asOf),
  copies: copies.map(viewCustody),
  exposed: exposed.map(viewCustody),
});
