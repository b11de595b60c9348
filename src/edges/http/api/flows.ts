import { z } from 'zod';
import { type KnownFlows, listFlows, showFlow } from '../../../app/list-flows.ts';
import { type Route, route } from './route.ts';
import { flowDetail, flowPage } from './shapes.ts';

export interface FlowRouteParts {
  readonly shelf: KnownFlows;
}

export function flowRoutes({ shelf }: FlowRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/flows',
      name: 'listFlows',
      scope: 'flows:read',
      summary: 'Flows, and which version of each is current',
      about: 'Flows are written as files, proved and published from the command line.',
      answers: [{ status: 200, about: 'All flows, by name.', shape: flowPage }],
      handle: async () => ({ status: 200, json: { data: listFlows(shelf), next: null } }),
    }),
    route({
      method: 'get',
      path: '/flows/{flow}',
      name: 'getFlow',
      scope: 'flows:read',
      summary: 'One flow, with what its current version says and asks',
      params: z.object({ flow: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) }),
      answers: [{ status: 200, about: 'The flow.', shape: flowDetail }],
      errors: ['not_found'],
      handle: async ({ params }) => ({ status: 200, json: showFlow(shelf, params.flow) }),
    }),
  ];
}
