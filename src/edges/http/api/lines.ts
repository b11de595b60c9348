import { z } from 'zod';
import type { ApiKey } from '../../../app/api-ports.ts';
import {
  type Line,
  type LineParts,
  type LineSettings,
  listLines,
  setLine,
  showLine,
} from '../../../app/lines.ts';
import { hasLine, type Limits, unlimited } from '../../../core/access/limits.ts';
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
        const all = await listLines(parts, key.tenantId);
        const lines = all.filter((one) => hasLine(limitsOf(key), one));
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
        if (found === null || !hasLine(limitsOf(key), found)) throw new ConsentryError('not_found');
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
      about:
        'Calls that are under way keep what they began with. Who is limited to lines or teams changes those only, and makes none, moves none to another team, and makes none the default.',
      params,
      body: lineSettings,
      answers: [{ status: 200, about: 'The line as it is now.', shape: line }],
      errors: ['not_found'],
      handle: async ({ key, params: { number }, body: { default: isDefault, ...rest } }) => {
        await refuseBeyondLimits(parts, key, number, { ...rest, isDefault });
        const set = await setLine(parts, key.tenantId, number, { ...rest, isDefault });
        return { status: 200, json: viewLine(set, key) };
      },
    }),
  ];
}

const limitsOf = ({ session }: ApiKey): Limits => session?.user.limits ?? unlimited;

/**
 * Whose calls somebody sees goes by the lines and teams that calls are of, so who is limited by those
 * does not choose them.
 *
 * @throws `not_found` for a line beyond the limits; `forbidden`
 */
async function refuseBeyondLimits(
  parts: LineParts,
  key: ApiKey,
  number: string,
  { team, isDefault }: Pick<LineSettings, 'team' | 'isDefault'>,
): Promise<void> {
  const limits = limitsOf(key);
  if (limits.lines === null && limits.teams === null) return;
  const found = await showLine(parts, key.tenantId, number);
  if (found === null) throw beyond('make no line');
  if (!hasLine(limits, found)) throw new ConsentryError('not_found');
  if (team !== undefined && team !== found.team) throw beyond('move no line to another team');
  if (isDefault !== undefined && isDefault !== found.isDefault) {
    throw beyond('not say which line is the default');
  }
}

const beyond = (what: string): ConsentryError =>
  new ConsentryError('forbidden', `who is limited to lines or teams may ${what}`);

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
