import { z } from 'zod';
import type { ApiVerbs } from '../../../app/api-ports.ts';
import { findCall, listCalls, type ReadParts, showCall } from '../../../app/list-calls.ts';
import { ConsentryError } from '../../../core/error.ts';
import { type Route, route } from './route.ts';
import { callDetail, callName, callPage, callsQuery, pause, withdrawal } from './shapes.ts';

export type CallRouteParts = ReadParts & Pick<ApiVerbs, 'withdraw' | 'setRecording'>;

const params = z.object({ call: callName });
const instant = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));

export function callRoutes(parts: CallRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/calls',
      name: 'listCalls',
      scope: 'calls:read',
      audit: 'search',
      summary: 'Calls, newest first',
      query: callsQuery,
      answers: [{ status: 200, about: 'A page of calls.', shape: callPage }],
      handle: async ({ key, query: { since, until, ...rest } }) => {
        const limits = key.session?.user.limits;
        const wanted = { ...rest, since: instant(since), until: instant(until), limits };
        const page = await listCalls(parts, key.tenantId, wanted);
        const parties = page.data.flatMap((call) => call.parties.map(({ id }) => id));
        return { status: 200, json: page, parties };
      },
    }),
    route({
      method: 'get',
      path: '/calls/{call}',
      name: 'getCall',
      scope: 'calls:read',
      audit: 'read',
      summary: 'One call, with its timeline',
      params,
      answers: [{ status: 200, about: 'The call.', shape: callDetail }],
      errors: ['not_found'],
      handle: async ({ key, params: { call } }) => ({
        status: 200,
        json: await showCall(parts, key.tenantId, call),
      }),
    }),
    route({
      method: 'post',
      path: '/calls/{call}/withdraw',
      name: 'withdrawPermission',
      scope: 'calls:withdraw',
      limited: 'never',
      audit: 'change',
      summary: 'Take a permission back',
      about: 'What depends on the permission stops at once.',
      params,
      body: withdrawal,
      once: true,
      answers: [{ status: 200, about: 'The call as it is now.', shape: callDetail }],
      errors: ['not_found', 'held'],
      handle: async ({ key: { tenantId }, params: { call }, body }) => {
        const { id, legs } = await findCall(parts, tenantId, call);
        const partyId = body.party ?? null;
        if (partyId !== null && !legs.some((leg) => leg.partyId === partyId)) {
          throw new ConsentryError('not_found', 'body.party: the call has no such party');
        }
        const { purpose, erase } = body;
        await parts.withdraw({ tenantId, callId: id, purpose, partyId, erase });
        return { status: 200, json: await showCall(parts, tenantId, id) };
      },
    }),
    route({
      method: 'post',
      path: '/calls/{call}/recording',
      name: 'setRecording',
      scope: 'calls:record',
      limited: 'never',
      audit: 'change',
      summary: 'Pause or resume the recording',
      about:
        'While it is paused, audio is dropped before it is kept anywhere; the recording has a signed gap of that length. Permissions stay as they are, and nothing is recorded that was not permitted.',
      params,
      body: pause,
      once: true,
      answers: [{ status: 200, about: 'The call as it is now.', shape: callDetail }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key: { tenantId, id: apiKeyId }, params: { call }, body }) => {
        const { id } = await findCall(parts, tenantId, call);
        const changed = await parts.setRecording({ tenantId, callId: id, apiKeyId, ...body });
        if (!changed) {
          throw new ConsentryError('conflict', `there is nothing to be ${body.state}`);
        }
        return { status: 200, json: await showCall(parts, tenantId, id) };
      },
    }),
  ];
}
