/** The offer of a copy before the business ends; the end itself is a command, for no server outlives it. */
import { z } from 'zod';
import {
  cancelOffer,
  makeOffer,
  type OfferParts,
  type OfferView,
  offerDaysMax,
  showOffer,
} from '../../../app/contract.ts';
import type { Clock, Random } from '../../../app/ports.ts';
import { type Route, route } from './route.ts';
import { nameShapes } from './shapes.ts';

export interface ContractRouteParts extends OfferParts {
  readonly clock: Clock;
  readonly random: Random;
}

const time = z.iso.datetime();
const whole = z.int().min(0);
const offer = z.object({
  offeredAt: time,
  until: time.describe('Nothing is destroyed before.'),
  by: z.string(),
  exports: whole.describe('Made since.'),
  holds: whole.describe('Legal holds in force: while there is one, nothing ends.'),
});
const shown = z.object({ offer: offer.nullable().describe('Null: the business goes on.') });
nameShapes({ contractOffer: offer, contractState: shown });

export function contractRoutes(parts: ContractRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/settings/contract',
      name: 'getContractOffer',
      scope: 'registers:read',
      audit: 'none',
      summary: 'Whether the business ends',
      answers: [{ status: 200, about: 'The offer that is open.', shape: shown }],
      handle: async () => {
        const found = await showOffer(parts);
        return { status: 200, json: { offer: found && view(found) } };
      },
    }),
    route({
      method: 'post',
      path: '/settings/contract',
      name: 'offerContractCopy',
      scope: 'contract:write',
      audit: 'change',
      summary: 'Offer a copy of everything before the business ends',
      about:
        'Copies are made with `/exports`. When the offer is over, `consentry contract end` destroys the keys and everything else.',
      body: z.strictObject({ days: z.int().min(0).max(offerDaysMax).default(30) }),
      bodyOptional: true,
      once: true,
      answers: [{ status: 201, about: 'The offer.', shape: offer }],
      errors: ['conflict'],
      handle: async ({ key, body: { days } }) => ({
        status: 201,
        json: view(await makeOffer(parts, days, key.id)),
      }),
    }),
    route({
      method: 'delete',
      path: '/settings/contract',
      name: 'cancelContractOffer',
      scope: 'contract:write',
      audit: 'change',
      summary: 'Take the offer back: the business goes on',
      answers: [{ status: 200, about: 'It goes on.', shape: shown }],
      errors: ['not_found'],
      handle: async ({ key }) => {
        await cancelOffer(parts, key.id);
        return { status: 200, json: { offer: null } };
      },
    }),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();
const view = ({ offeredAt, until, by, exports, holds }: OfferView) => ({
  ...{ by, exports, holds },
  offeredAt: iso(offeredAt),
  until: iso(until),
});
