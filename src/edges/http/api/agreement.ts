/** Acceptance of the facts on processing. */
import { z } from 'zod';
import {
  type Acceptance,
  type AgreementParts,
  acceptFacts,
  agreementState,
} from '../../../app/agreement.ts';
import type { Random } from '../../../app/ports.ts';
import { type Route, route } from './route.ts';
import { nameShapes, uuid } from './shapes.ts';

export interface AgreementRouteParts extends AgreementParts {
  readonly random: Random;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const words = z.string().trim().min(1).max(200);
const wanted = z.strictObject({
  name: words.describe('Who binds the business.'),
  capacity: words.describe('As what, such as managing director.'),
});
const acceptance = z.object({
  id: uuid,
  hash,
  version: z.int().describe('Of the facts.'),
  ...wanted.shape,
  by: z.string(),
  at: z.iso.datetime(),
});
const acceptances = z.object({
  state: z
    .enum(['accepted', 'outdated', 'missing'])
    .describe('`outdated`: what was accepted last is not what is done now.'),
  data: z.array(acceptance),
  next: z.null(),
});
nameShapes({ agreementAcceptance: acceptance, agreementAcceptances: acceptances });

export function agreementRoutes(parts: AgreementRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/agreements',
      name: 'listAcceptances',
      scope: 'registers:read',
      audit: 'search',
      summary: 'Who accepted which facts on processing',
      about: 'The facts themselves are `/notices/processing`.',
      answers: [{ status: 200, about: 'All acceptances, newest first.', shape: acceptances }],
      handle: async () => {
        const [state, all] = [await agreementState(parts), await parts.acceptances.list()];
        return { status: 200, json: { state, data: all.map(view), next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/agreements/{facts}',
      name: 'acceptFacts',
      scope: 'registers:write',
      audit: 'change',
      summary: 'Accept the facts on processing, by their hash',
      about:
        'The hash is that of `/notices/processing`, and has to be that of now. It stands in the audit, with who accepted, and so in the ledger.',
      params: z.object({ facts: hash }),
      body: wanted,
      once: true,
      answers: [{ status: 201, about: 'The acceptance.', shape: acceptance }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params, body }) => {
        const asked = { hash: params.facts, ...body, by: key.id };
        return { status: 201, json: view(await acceptFacts(parts, asked)) };
      },
    }),
  ];
}

const view = ({ at, ...acceptance }: Acceptance) => ({
  ...acceptance,
  at: new Date(at).toISOString(),
});
