/** The register of list access (16 CFR 310.5(a)(11)). */
import { z } from 'zod';
import { askerOf } from '../../../app/audit.ts';
import { listAccesses, noteListAccess } from '../../../app/list-access.ts';
import { checkList } from '../../../app/list-jobs.ts';
import { accountIn } from '../../../app/list-parts.ts';
import type { ListRouteParts } from './list-route-parts.ts';
import { listAccessBody, listAccessPage, listName } from './list-shapes.ts';
import { type Route, route } from './route.ts';
import { pageQuery } from './shapes.ts';

const time = z.iso.datetime({ offset: true }).optional();

export function listAccessRoutes({ listParts, addressOf }: ListRouteParts): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/list-accesses',
      name: 'listListAccesses',
      scope: 'audit:read',
      audit: 'search',
      summary: 'Who got at the data of which list, newest first',
      about:
        'When, which version, under which subscription account, for which seller and campaign. Imports and exports write themselves down. Each row is an entry of the ledger, and is never removed.',
      query: z.strictObject({
        list: listName.optional(),
        since: time.describe('ISO 8601 with a zone.'),
        until: time.describe('Earlier than this.'),
        ...pageQuery,
      }),
      answers: [{ status: 200, about: 'One page.', shape: listAccessPage }],
      handle: async ({ query: { list, since, until, limit, cursor } }) => {
        const instant = (text: string | undefined) =>
          text === undefined ? null : Date.parse(text);
        const within = { list: list ?? null, since: instant(since), until: instant(until) };
        const json = await listAccesses(listParts, { ...within, limit, cursor });
        return { status: 200, json, persons: [] };
      },
    }),
    route({
      method: 'post',
      path: '/list-accesses',
      name: 'noteListAccess',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Write down that somebody got at the data of a list elsewhere',
      about:
        'For what did not go through here: a download that was not imported, or numbers that were looked up at the registry. What is not said of account and seller is as the list is expected.',
      body: listAccessBody,
      once: true,
      answers: [{ status: 201, about: 'The newest row of that list.', shape: listAccessPage }],
      errors: ['not_found'],
      handle: async ({ key, body, request }) => {
        const { list, what, at, account, seller, campaign, numbers, reason } = body;
        checkList(list);
        const known = await listParts.book.find(list);
        const asker = askerOf(key, addressOf(request));
        const facts = {
          list,
          what,
          gotAt: at === undefined ? null : Date.parse(at),
          version: null,
          sourceSha256: null,
          account: account ?? accountIn(listParts, known),
          seller: seller ?? known?.seller ?? null,
          campaign: campaign ?? null,
          numbers: numbers ?? null,
          jobId: null,
        };
        await noteListAccess(listParts, asker, facts, reason ?? null);
        const newest = { list, since: null, until: null, limit: 1, cursor: undefined };
        const { data } = await listAccesses(listParts, newest);
        return { status: 201, json: { data, next: null } };
      },
    }),
  ];
}
