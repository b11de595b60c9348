import { z } from 'zod';
import type { AuthorParts } from '../../../app/author-ports.ts';
import { type KnownFlows, knownFlows, listFlows, showFlow } from '../../../app/list-flows.ts';
import { type Route, route } from './route.ts';
import { flowDetail, flowPage } from './shapes.ts';

export interface FlowRouteParts extends Pick<AuthorParts, 'scripts'> {
  /** What this process runs: shown where the folders cannot be read. */
  readonly shelf: KnownFlows;
}

export function flowRoutes({ shelf, scripts }: FlowRouteParts): readonly Route[] {
  const known = () =>
    scripts
      .read()
      .then(knownFlows)
      .catch(() => shelf);
  return [
    route({
      method: 'get',
      path: '/flows',
      name: 'listFlows',
      scope: 'flows:read',
      audit: 'none',
      summary: 'Flows, and which version of each is current',
      about: 'Drafts among them, unless their files are not valid.',
      answers: [{ status: 200, about: 'All flows, by name.', shape: flowPage }],
      handle: async () => ({ status: 200, json: { data: listFlows(await known()), next: null } }),
    }),
    route({
      method: 'get',
      path: '/flows/{flow}',
      name: 'getFlow',
      scope: 'flows:read',
      audit: 'none',
      summary: 'One flow, with what its current version says and asks',
      params: z.object({ flow: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) }),
      answers: [{ status: 200, about: 'The flow.', shape: flowDetail }],
      errors: ['not_found'],
      handle: async ({ params }) => ({ status: 200, json: showFlow(await known(), params.flow) }),
    }),
  ];
}
