/** What is known of a person beside their number: shown, and corrected. */
import { z } from 'zod';
import { type CorrectParts, correctPerson, showProfile } from '../../../app/correct-person.ts';
import { maskNumber } from '../../../core/access/mask.ts';
import { ConsentryError } from '../../../core/error.ts';
import { type ProfileChange, profileLengths } from '../../../core/person/profile.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import type { Uuid } from '../../../core/words.ts';
import { reasonText } from './audio-shapes.ts';
import { invalidRequest } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface ProfileRouteParts {
  readonly correctParts: CorrectParts;
}

const words = (field: keyof typeof profileLengths) =>
  z.string().trim().min(1).max(profileLengths[field]);
/** Left out it stays; null takes it away. */
export const correctionShape = {
  name: words('name').nullable().exactOptional(),
  email: words('email')
    .regex(/^[^\s@]+@[^\s@]+$/)
    .nullable()
    .exactOptional(),
  notes: words('notes').nullable().exactOptional(),
  place: z
    .string()
    .regex(/^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$/)
    .nullable()
    .exactOptional()
    .describe('Where they say they are: a country such as DE, or a state such as US-CA.'),
};
const wanted = z.strictObject({
  ...correctionShape,
  linkedTo: z
    .string()
    .max(40)
    .nullable()
    .exactOptional()
    .describe('A number in international form that is theirs too; null: this one is theirs alone.'),
  reason: reasonText.exactOptional().describe('Why; kept in the audit.'),
});
const shown = z.object({
  id: uuid,
  name: z.string().nullable(),
  email: z.string().nullable(),
  notes: z.string().nullable(),
  place: z.string().nullable().describe('Where they say they are.'),
  linked: z
    .array(z.object({ id: uuid, number: z.string().describe('Masked.') }))
    .describe('Other numbers of the same person; all of them say the same.'),
});
const corrected = shown.extend({
  receiptId: uuid.nullable().describe('Of the correction; null: nothing was different.'),
});
nameShapes({ wantedCorrection: wanted, profile: shown, correctedProfile: corrected });

const params = z.object({ person: z.string().min(1).max(40) });

export function profileRoutes({ correctParts: parts }: ProfileRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/persons/{person}/profile',
      name: 'getProfile',
      scope: 'persons:read',
      audit: 'read',
      summary: 'Name, e-mail address, notes and place of a person, and their other numbers',
      params,
      answers: [{ status: 200, about: 'What is known.', shape: shown }],
      errors: ['not_found'],
      handle: async ({ subject }) => ({
        status: 200,
        json: await viewOf(parts, only(subject.persons)),
      }),
    }),
    route({
      method: 'patch',
      path: '/persons/{person}',
      name: 'correctPerson',
      scope: 'persons:write',
      audit: 'change',
      because: true,
      summary:
        "Correct a person's name, e-mail address, notes or place, or link another number of theirs",
      about:
        'What is left out stays, null takes it away. An old value is overwritten; the entry of the ledger keeps a keyed hash of it and of the new one. All numbers of one person say the same, and others are told by `person.corrected`. Calls go by the law of the place they say they are in and of that of their number, whichever is stricter.',
      params,
      body: wanted,
      answers: [{ status: 200, about: 'What is known now.', shape: corrected }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, subject, body: { linkedTo, reason: _, ...change } }) => {
        const id = only(subject.persons);
        const link = linkedTo == null ? linkedTo : numberOf(linkedTo);
        refuseNothing(change, link);
        const correction = { change, link, request: null, by: key.id };
        const receiptId = await correctPerson(parts, id, correction);
        return { status: 200, json: { ...(await viewOf(parts, id)), receiptId } };
      },
    }),
  ];
}

async function viewOf(parts: CorrectParts, id: Uuid) {
  const { linked, ...profile } = await showProfile(parts, id);
  const masked = linked.map((one) => ({ id: one.id, number: maskNumber(one.number) }));
  return { ...profile, linked: masked };
}

function refuseNothing(change: ProfileChange, link: string | null | undefined): void {
  if (Object.keys(change).length > 0 || link !== undefined) return;
  const allowed = 'name, email, notes, place, linkedTo';
  throw invalidRequest([{ path: 'body', what: 'corrects nothing', allowed }]);
}

function numberOf(text: string): string {
  const number = parseNumber(text)?.e164;
  if (number !== undefined) return number;
  const allowed = 'a number in international form, such as +14155550100';
  throw invalidRequest([{ path: 'body.linkedTo', what: 'is no number', allowed }]);
}

function only([person]: readonly Uuid[]): Uuid {
  if (person === undefined) throw new ConsentryError('not_found');
  return person;
}
