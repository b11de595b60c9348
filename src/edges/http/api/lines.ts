import { z } from 'zod';
import type { ApiKey } from '../../../app/api-ports.ts';
import { type Line, type LineParts, listLines, setLine, showLine } from '../../../app/lines.ts';
import { maskAddress } from '../../../core/access/mask.ts';
import { allows } from '../../../core/access/scope.ts';
import { ConsentryError } from '../../../core/error.ts';
import { type Route, route } from './route.ts';
import { type LineView, line, linePage, lineSettings } from './shapes.ts';

const params = z.object({
  number: z.string().max(40).describe('The number in international form, such as +4930123456.'),
});

export function lineRoutes(parts: LineParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/lines',
      name: 'listLines',
      scope: 'lines:read',
      audit: 'none',
      summary: 'Lines, in order of their numbers',
      answers: [{ status: 200, about: 'All lines.', shape: linePage }],
      handle: async ({ key }) => {
        const lines = await listLines(parts, key.tenantId);
        return { status: 200, json: { data: lines.map((one) => viewLine(one, key)), next: null } };
      },
    }),
    route({
      method: 'get',
      path: '/lines/{number}',
      name: 'getLine',
      scope: 'lines:read',
      audit: 'none',
      summary: 'One line',
      params,
      answers: [{ status: 200, about: 'The line.', shape: line }],
      errors: ['not_found'],
      handle: async ({ key, params: { number } }) => {
        const found = await showLine(parts, key.tenantId, number);
        if (found === null) throw new ConsentryError('not_found');
        return { status: 200, json: viewLine(found, key) };
      },
    }),
    route({
      method: 'put',
      path: '/lines/{number}',
      name: 'setLine',
      scope: 'lines:write',
      audit: 'change',
      summary: 'Make a line, or change it',
      about: 'Calls that are under way keep what they began with.',
      params,
      body: lineSettings,
      answers: [{ status: 200, about: 'The line as it is now.', shape: line }],
      handle: async ({ key, params: { number }, body: { default: isDefault, ...rest } }) => {
        const set = await setLine(parts, key.tenantId, number, { ...rest, isDefault });
        return { status: 200, json: viewLine(set, key) };
      },
    }),
  ];
}

/** Where the agent is reached is for those who may change it. */
function viewLine({ agent, isDefault, updatedAt, ...rest }: Line, key: ApiKey): LineView {
  const isShown = agent === null || allows(key.scopes, 'lines:write');
  return {
    id: rest.id,
    number: rest.number,
    flow: rest.flow,
    locale: rest.locale,
    controller: rest.controller,
    agent: isShown ? agent : maskAddress(agent),
    team: rest.team,
    default: isDefault,
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
