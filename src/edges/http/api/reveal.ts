/** A masked number in full, for who says why. */
import { z } from 'zod';
import { findCall, type ReadParts } from '../../../app/list-calls.ts';
import { ConsentryError } from '../../../core/error.ts';
import { reasonText } from './audio-shapes.ts';
import { type Route, route } from './route.ts';
import { callName, nameShapes, uuid } from './shapes.ts';

const revealed = z.object({
  party: uuid,
  number: z.string().nullable().describe('E.164; null: withheld, or erased.'),
});
nameShapes({ revealed });

export function revealRoutes(parts: ReadParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/calls/{call}/reveal',
      name: 'revealNumber',
      scope: 'numbers:reveal',
      audit: 'reveal',
      summary: 'The number of a party in full',
      about: 'Who asked, and why, is in the audit before the number leaves.',
      params: z.object({ call: callName }),
      body: z.strictObject({ party: uuid, reason: reasonText }),
      answers: [{ status: 200, about: 'The number.', shape: revealed }],
      errors: ['not_found'],
      handle: async ({ key: { tenantId }, params, body: { party } }) => {
        const { legs, dialled } = await findCall(parts, tenantId, params.call);
        const leg = legs.find(({ partyId }) => partyId === party);
        const found = leg ?? (dialled?.partyId === party ? dialled : undefined);
        if (found === undefined) {
          throw new ConsentryError('not_found', 'body.party: the call has no such party');
        }
        const { person } = found;
        const number = person === null ? null : parts.openNumber(tenantId, person);
        return { status: 200, json: { party, number } };
      },
    }),
  ];
}
