import { z } from 'zod';
import {
  type ChoiceParts,
  importChoice,
  showChoices,
  withdrawChoices,
} from '../../../app/choices.ts';
import { ageBands, choiceChannels, importChannels } from '../../../core/consent/choice.ts';
import { ConsentryError } from '../../../core/error.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import { purposes, type Uuid } from '../../../core/words.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface ChoiceRouteParts {
  readonly choiceParts: ChoiceParts;
}

const time = z.iso.datetime().describe('ISO 8601, UTC.');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const number = z.string().max(40).describe('In international form, such as +14155550100.');

const importedChoice = z.strictObject({
  number,
  purpose: z.enum(purposes),
  kind: z.enum(['granted', 'refused', 'withdrawn']),
  channel: z
    .enum(importChannels)
    .describe('`implied` is kept as history and never counts as permission.'),
  at: time.describe('When the person chose; not in the future.'),
  validUntil: time.nullable().default(null).describe('Null: until something else is said.'),
  document: z
    .strictObject({ sha256 })
    .nullable()
    .default(null)
    .describe('What the person read and answered, by its hash; a grant needs one.'),
  box: z
    .strictObject({ before: z.boolean(), after: z.boolean() })
    .nullable()
    .default(null)
    .describe('Of a form or of terms: ticked before the person saw it, and after.'),
  ageBand: z.enum(ageBands).nullable().default(null),
  guardian: number.nullable().default(null).describe('Number of the parent who allowed it.'),
});
const withdrawalBody = z.strictObject({
  purpose: z.enum([...purposes, 'all']).default('all'),
});
const choices = z.object({
  ageBand: z.enum(ageBands).nullable(),
  purposes: z.array(
    z.object({
      purpose: z.enum(purposes),
      status: z.enum(['granted', 'refused', 'needs-renewal', 'none']),
      since: time.nullable(),
      validUntil: time.nullable(),
      notBefore: time.nullable().describe('Nobody asks before; the person may change it any time.'),
      receiptId: uuid.nullable(),
      lines: z.array(uuid).describe('Lines on which it stands granted.'),
    }),
  ),
  history: z.array(
    z.object({
      receiptId: uuid,
      purpose: z.enum(purposes),
      kind: z.string(),
      channel: z.enum(choiceChannels),
      at: time,
      validUntil: time.nullable(),
      line: uuid.nullable().describe('Null: on every line.'),
      document: sha256.nullable(),
      guardian: z.boolean(),
    }),
  ),
});
nameShapes({ choices });

const params = z.object({ person: z.string().min(1).max(40) });

export function choiceRoutes({ choiceParts: parts }: ChoiceRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/persons/{person}/choices',
      name: 'listChoices',
      scope: 'choices:read',
      audit: 'read',
      summary: 'What a person allowed and refused, beyond single calls',
      params,
      answers: [
        { status: 200, about: 'Where each purpose stands, and how it came.', shape: choices },
      ],
      errors: ['not_found'],
      handle: async ({ subject }) => ({
        status: 200,
        json: await showChoices(parts, only(subject.persons)),
      }),
    }),
    route({
      method: 'post',
      path: '/choices',
      name: 'importChoice',
      scope: 'choices:write',
      limited: 'never',
      audit: 'change',
      whom: 'number',
      summary: 'Take over what somebody chose elsewhere',
      about:
        'On a form, in terms, by e-mail or on paper, with the hash of the document. A box that was ticked beforehand is refused. A refusal or a withdrawal stops what runs before anything else is done.',
      body: importedChoice,
      once: true,
      answers: [{ status: 201, about: 'Where each purpose stands now.', shape: choices }],
      handle: async ({ key, body }) => {
        const { document, at, validUntil, guardian, ...rest } = body;
        const personId = await importChoice(parts, {
          ...rest,
          number: numberOf(body.number, 'number'),
          guardian: guardian === null ? null : numberOf(guardian, 'guardian'),
          at: Date.parse(at),
          validUntil: validUntil === null ? null : Date.parse(validUntil),
          document: document?.sha256 ?? null,
          by: key.id,
        });
        return { status: 201, json: await showChoices(parts, personId) };
      },
    }),
    route({
      method: 'post',
      path: '/persons/{person}/withdraw',
      name: 'withdrawChoices',
      scope: 'choices:write',
      limited: 'never',
      audit: 'change',
      summary: 'Take back what a person allowed, in every call and for later ones',
      about: 'Live recordings stop before anything else is done.',
      params,
      body: withdrawalBody,
      once: true,
      answers: [{ status: 200, about: 'Where each purpose stands now.', shape: choices }],
      errors: ['not_found'],
      handle: async ({ key, body, subject }) => {
        const person = only(subject.persons);
        await withdrawChoices(parts, person, body.purpose, key.id, 'api');
        return { status: 200, json: await showChoices(parts, person) };
      },
    }),
  ];
}

function only([person]: readonly Uuid[]): Uuid {
  if (person === undefined) throw new ConsentryError('not_found');
  return person;
}

function numberOf(text: string, field: string): string {
  const parsed = parseNumber(text);
  if (parsed !== null) return parsed.e164;
  const allowed = 'E.164 such as +14155550100';
  throw invalidRequest([{ path: `body.${field}`, what: 'is no number', allowed }]);
}
