import { z } from 'zod';
import { addedRoles } from '../../../app/add-party.ts';
import type { ApiVerbs } from '../../../app/api-ports.ts';
import { findCall, type ReadParts, showCall } from '../../../app/list-calls.ts';
import { ConsentryError } from '../../../core/error.ts';
import { type Route, route } from './route.ts';
import { callDetail, callName, party, uuid } from './shapes.ts';

export type PartyRouteParts = ReadParts & Pick<ApiVerbs, 'addParty' | 'holdParty' | 'dropParty'>;

const newParty = z.strictObject({
  role: z
    .enum(addedRoles)
    .describe('`transferee`: the call is passed to them; `joiner`: they come in addition.'),
  to: z.string().max(300).describe('E.164 or `sip:` address to ring.'),
  flow: z
    .string()
    .max(100)
    .optional()
    .describe('What they are asked by: a flow of that role; left out: the one of that name.'),
});

const partyState = z.strictObject({
  state: z
    .enum(['held', 'active'])
    .describe('`held`: they hear music and nobody hears them; nothing is recorded of anybody.'),
});

const place = z.object({ call: callName, party: uuid });

/** Who is on a running call. */
export function partyRoutes(parts: PartyRouteParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/calls/{call}/parties',
      name: 'addParty',
      scope: 'calls:parties',
      audit: 'change',
      summary: 'Ring somebody and add them to the call',
      about:
        'A number is screened first, like any other that is called. They are asked on their own leg before they are connected. While they are on the call without having allowed it, nobody is recorded.',
      params: z.object({ call: callName }),
      body: newParty,
      once: true,
      answers: [{ status: 201, about: 'The party, whose telephone rings.', shape: party }],
      errors: ['not_found', 'conflict', 'not_dialled'],
      handle: async ({ key: { id: by, tenantId }, params: { call }, body }) => {
        const { id } = await findCall(parts, tenantId, call);
        const { role, to, flow } = body;
        const partyId = await parts.addParty({
          callId: id,
          role,
          to,
          by,
          ...(flow !== undefined && { flow }),
        });
        const { parties } = await showCall(parts, tenantId, id);
        const added = parties.find((one) => one.id === partyId);
        if (added === undefined) {
          throw new ConsentryError('conflict', 'the party could not be rung, or has gone again');
        }
        return { status: 201, json: added };
      },
    }),
    route({
      method: 'post',
      path: '/calls/{call}/parties/{party}',
      name: 'setParty',
      scope: 'calls:parties',
      limited: 'never',
      audit: 'change',
      summary: 'Put a party on hold, or take them off',
      about:
        'From the wish to hold somebody until the carrier has let them go, nothing is recorded of anybody on the call.',
      params: place,
      body: partyState,
      once: true,
      answers: [{ status: 200, about: 'The call as it is now.', shape: callDetail }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key: { tenantId }, params, body }) => {
        const { id } = await findCall(parts, tenantId, params.call);
        await parts.holdParty(id, params.party, body.state);
        return { status: 200, json: await showCall(parts, tenantId, id) };
      },
    }),
    route({
      method: 'delete',
      path: '/calls/{call}/parties/{party}',
      name: 'dropParty',
      scope: 'calls:parties',
      limited: 'never',
      audit: 'change',
      summary: 'Hang a party up, or stop ringing them',
      about: 'When nobody is left with the caller, the call is over.',
      params: place,
      answers: [{ status: 204, about: 'They are hung up, or were before.' }],
      errors: ['not_found'],
      handle: async ({ key: { tenantId }, params }) => {
        const { id } = await findCall(parts, tenantId, params.call);
        await parts.dropParty(id, params.party);
        return { status: 204 };
      },
    }),
  ];
}
