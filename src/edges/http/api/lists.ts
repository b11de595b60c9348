/** Lists of people who must not be called: shown, expected, retired, read out; and the own list. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import { z } from 'zod';
import type { ApiKey } from '../../../app/api-ports.ts';
import { askerOf } from '../../../app/audit.ts';
import { type ListAccess, noteListAccess } from '../../../app/list-access.ts';
import { newRetirement } from '../../../app/list-jobs.ts';
import { accountIn } from '../../../app/list-parts.ts';
import { optOut } from '../../../app/opt-out.ts';
import { pageOwnList, removeDecision } from '../../../app/own-decisions.ts';
import { listFormats, openList } from '../../../app/read-list.ts';
import { expectList, viewJob, viewList, viewLists } from '../../../app/view-lists.ts';
import { maskNumber } from '../../../core/access/mask.ts';
import { allows } from '../../../core/access/scope.ts';
import { ConsentryError } from '../../../core/error.ts';
import { ownList } from '../../../core/suppression/list-manifest.ts';
import { channels } from '../../../core/suppression/own-change.ts';
import { type ListRouteParts, listAsker } from './list-route-parts.ts';
import {
  listBody,
  listDetail,
  listImport,
  listName,
  lists,
  ownEntryPage,
  reachShape,
  scopeShape,
} from './list-shapes.ts';
import { listedNumber, optOutAnswer } from './opt-outs.ts';
import { type Route, route } from './route.ts';
import { readReason } from './serve.ts';
import { pageQuery } from './shapes.ts';

const params = z.object({ list: listName });
const entry = {
  number: z.string().max(40).describe('E.164, or the beginning of numbers with `*` behind it.'),
  channel: reachShape.default('both'),
  scope: scopeShape.default('all'),
};
const entryBody = z.strictObject({
  ...entry,
  until: z.iso.datetime().nullable().default(null).describe('ISO 8601, UTC; null: for ever.'),
});
const formatTypes = { txt: 'text/plain; charset=utf-8', ndjson: 'application/x-ndjson' } as const;

export function listRoutes(parts: ListRouteParts): readonly Route[] {
  const { listParts, optOutParts } = parts;
  return [
    route({
      method: 'get',
      path: '/lists',
      name: 'listLists',
      scope: 'lists:read',
      audit: 'none',
      summary: 'The lists there are, how old they are, and what is to be done about them',
      answers: [{ status: 200, about: 'All of them; the own list first.', shape: lists }],
      handle: async () => ({ status: 200, json: { data: await viewLists(listParts) } }),
    }),
    route({
      method: 'post',
      path: '/lists',
      name: 'expectList',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Expect a list, and say what its imports inherit',
      about:
        'A list that is expected and has no version says so. Said again, it replaces what was said before. Nobody has to expect a list to import it.',
      body: listBody,
      once: true,
      answers: [{ status: 201, about: 'The list.', shape: listDetail }],
      errors: ['not_found'],
      handle: async ({ key, body }) => {
        const { list, source = null, reason = null, channel, seller = null } = body;
        const reach = channel === 'both' ? channels : [channel];
        const said = { list, source, reason, seller, account: body.account ?? null };
        const asker = listAsker(key);
        const json = await expectList(listParts, asker, { ...said, channels: reach });
        return { status: 201, json };
      },
    }),
    route({
      method: 'get',
      path: '/lists/{list}',
      name: 'getList',
      scope: 'lists:read',
      audit: 'none',
      summary: 'One list: its versions, and how many numbers it has in each area code',
      params,
      answers: [{ status: 200, about: 'The list.', shape: listDetail }],
      errors: ['not_found'],
      handle: async ({ params: { list } }) => ({
        status: 200,
        json: await viewList(listParts, list),
      }),
    }),
    route({
      method: 'delete',
      path: '/lists/{list}',
      name: 'retireList',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Retire a list: it is not looked at any more',
      about:
        'Of a list with numbers two different people have to vouch for it. Its versions stay, because decisions rest on them. What needs the list is refused from then on.',
      params,
      answers: [{ status: 202, about: 'The retirement.', shape: listImport }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params: { list } }) => {
        const job = await newRetirement(listParts, listAsker(key), list);
        await listParts.jobs.add(job);
        parts.wakeLists();
        const made = await listParts.jobs.find(job.id);
        if (made === null) throw new ConsentryError('not_found');
        return { status: 202, json: viewJob(made) };
      },
    }),
    route({
      method: 'get',
      path: '/lists/{list}/export',
      name: 'exportList',
      scope: 'lists:read',
      audit: 'export',
      reasoned: true,
      because: true,
      summary: 'Every number of a list',
      about:
        'Numbers in full: this needs `numbers:reveal` too. One a line, or one JSON object a line, which of the own list says why and since when. It is in the register of list access before the first number leaves. Registries may be used for not calling people only.',
      params,
      query: z.strictObject({ format: z.enum(listFormats).default('txt') }),
      answers: [
        { status: 200, about: 'The numbers.', type: 'text/plain' },
        { status: 200, about: 'The numbers.', type: 'application/x-ndjson' },
      ],
      errors: ['not_found', 'list_damaged'],
      handle: async ({ key, params: { list }, query, request, response }) => {
        if (!allows(key.scopes, 'numbers:reveal')) {
          throw new ConsentryError('forbidden', 'numbers in full need the scope numbers:reveal');
        }
        const { manifest, text } = await openList(listParts, list, query.format);
        const head = {
          'content-type': formatTypes[query.format],
          'content-disposition': `attachment; filename="consentry-${list}.${query.format}"`,
          'cache-control': 'no-store',
        };
        if (request.method === 'HEAD') {
          response.writeHead(200, head).end();
          return 'sent';
        }
        await noteExport(parts, key, list, manifest?.version ?? null, request);
        response.writeHead(200, head);
        await pipeline(Readable.from(text, { objectMode: false }), response);
        return 'sent';
      },
    }),
    route({
      method: 'get',
      path: '/lists/{list}/entries',
      name: 'listOwnEntries',
      scope: 'lists:read',
      audit: 'search',
      summary: 'Who stands on the own list, newest first',
      params,
      query: z.strictObject(pageQuery),
      answers: [{ status: 200, about: 'One page.', shape: ownEntryPage }],
      errors: ['not_found', 'conflict'],
      handle: async ({ params: { list }, query }) => {
        refuseRegistry(list);
        const { rows, next } = await pageOwnList(listParts.ownBulk, query);
        const data = rows.map(({ number, since, until, entryId, ...row }) => ({
          number: number.endsWith('*') ? number : maskNumber(number),
          channel: row.channel,
          scope: row.scope,
          reason: row.reason,
          provisional: row.provisional,
          source: row.source,
          by: row.by,
          since: new Date(since).toISOString(),
          until: until === null ? null : new Date(until).toISOString(),
          receiptId: entryId,
        }));
        return { status: 200, json: { data, next }, persons: [] };
      },
    }),
    route({
      method: 'post',
      path: '/lists/{list}/entries',
      name: 'addOwnEntry',
      scope: 'lists:write',
      limited: 'never',
      audit: 'change',
      whom: 'number',
      summary: 'Put a number, or a whole prefix, on the own list by your own decision',
      about: 'What somebody asked for themselves goes to `POST /opt-outs`: it weighs more.',
      params,
      body: entryBody,
      once: true,
      answers: [{ status: 201, about: 'What stands for the number now.', shape: optOutAnswer }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params: { list }, body }) => {
        refuseRegistry(list);
        const until = body.until === null ? null : Date.parse(body.until);
        const wanted = {
          ...entryOf(body, key.id),
          reason: 'policy',
          source: 'api',
          until,
        } as const;
        return { status: 201, json: await optOut(optOutParts, wanted) };
      },
    }),
    route({
      method: 'delete',
      path: '/lists/{list}/entries',
      name: 'removeOwnEntry',
      scope: 'lists:write',
      audit: 'change',
      whom: 'number',
      summary: 'Take off again what you put on the own list by your own decision',
      about:
        'The number stands in the body, so that it is in no address. What somebody asked for themselves is lifted by their own later word alone (`POST /opt-outs/lift`).',
      params,
      body: z.strictObject(entry),
      answers: [{ status: 200, about: 'What stands for the number now.', shape: optOutAnswer }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params: { list }, body }) => {
        refuseRegistry(list);
        return { status: 200, json: await removeDecision(optOutParts, entryOf(body, key.id)) };
      },
    }),
  ];
}

async function noteExport(
  { listParts, addressOf }: ListRouteParts,
  key: ApiKey,
  list: string,
  version: string | null,
  request: Request,
): Promise<void> {
  const known = await listParts.book.find(list);
  const asker = askerOf(key, addressOf(request));
  const facts: ListAccess = {
    list,
    what: 'exported',
    gotAt: null,
    version,
    sourceSha256: null,
    account: accountIn(listParts, known),
    seller: known?.seller ?? null,
    campaign: null,
    numbers: null,
    jobId: null,
  };
  await noteListAccess(listParts, asker, facts, readReason(request));
}

function refuseRegistry(list: string): void {
  if (list === ownList) return;
  const text = 'numbers of a list that others keep change by imports; allowed: own';
  throw new ConsentryError('conflict', text);
}

function entryOf(
  body: {
    number: string;
    channel: z.output<typeof reachShape>;
    scope: z.output<typeof scopeShape>;
  },
  by: string,
) {
  const { channel, scope } = body;
  const reach = channel === 'both' ? channels : [channel];
  return { number: listedNumber(body.number), channels: reach, scope, by };
}
