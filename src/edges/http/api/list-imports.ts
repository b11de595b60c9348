/** Imports of lists: sent or fetched, followed, vouched for, dropped and undone. */
import type { Request } from 'express';
import { z } from 'zod';
import type { ApiKey } from '../../../app/api-ports.ts';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import {
  dropImport,
  findImport,
  type ImportSaid,
  newUndo,
  pullImport,
  sendImport,
  vouchFor,
} from '../../../app/list-jobs.ts';
import { viewJob } from '../../../app/view-lists.ts';
import { ConsentryError } from '../../../core/error.ts';
import { channels } from '../../../core/suppression/own-change.ts';
import { reasonText } from './audio-shapes.ts';
import { invalidRequest } from './check-shape.ts';
import { type ListRouteParts, listAsker } from './list-route-parts.ts';
import { importQuery, listImport, listImportPage, listName, pullBody } from './list-shapes.ts';
import { type Route, route } from './route.ts';
import { readOnceKey } from './serve.ts';
import { pageQuery, uuid } from './shapes.ts';

/** What a file may be sent as; its form is told by its content. */
const fileTypes = [
  'text/csv',
  'text/plain',
  'text/xml',
  'application/xml',
  'application/zip',
  'application/gzip',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
];

const ofList = z.object({ list: listName });
const ofImport = z.object({ import: uuid });

export function listImportRoutes(parts: ListRouteParts): readonly Route[] {
  const { listParts, wakeLists } = parts;
  const { jobs } = listParts;
  return [
    route({
      method: 'post',
      path: '/lists/{list}/import',
      name: 'importList',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Send the file of a list',
      about:
        'Text, CSV, XML, XLSX, gzip or zip, up to 4 GiB, told by its content; it lies sealed until it was read. The answer says how to follow the import: `GET /list-imports/{import}`. It goes on after a crash. A version that shrinks by over 1 %, lacks an area code, is not the file it was said to be or holds much that is no number is `held` until two different people vouch for it. Numbers sent to `own` are added to the own list.',
      params: ofList,
      query: importQuery,
      takes: fileTypes,
      onceItself: true,
      answers: [{ status: 202, about: 'The import.', shape: listImport }],
      errors: [
        'not_found',
        'body_too_large',
        'content_type_unsupported',
        'encoding_unsupported',
        'body_malformed',
        'storage_failed',
      ],
      handle: async ({ key, params: { list }, query, request, response }) => {
        checkType(request);
        const said = saidOf(list, { ...query, dryRun: query.dryRun === 'true' });
        const token = onceToken(parts, key, readOnceKey(request));
        const content = bodyOf(request);
        const sent = await sendImport(listParts, listAsker(key), said, content, token);
        wakeLists();
        if (sent.isReplay) response.setHeader('idempotency-replayed', 'true');
        return { status: 202, json: viewJob(sent.job) };
      },
    }),
    route({
      method: 'post',
      path: '/lists/{list}/pull',
      name: 'pullList',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Fetch the file of a list from an SFTP server',
      about:
        'From a target the operator has set up, whose host key is pinned. It is fetched beside everything else, tried again while the server does not answer, and imported like one that was sent.',
      params: ofList,
      body: pullBody,
      once: true,
      answers: [{ status: 202, about: 'The import.', shape: listImport }],
      errors: ['not_found'],
      handle: async ({ key, params: { list }, body }) => {
        const { from, file, ...rest } = body;
        await checkTarget(parts, from);
        const said = saidOf(list, rest);
        const job = await pullImport(listParts, listAsker(key), said, { from, file });
        wakeLists();
        return { status: 202, json: viewJob(job) };
      },
    }),
    route({
      method: 'get',
      path: '/list-imports',
      name: 'listListImports',
      scope: 'lists:read',
      audit: 'none',
      summary: 'Imports of lists, undoings and retirements, newest first',
      query: z.strictObject({ list: listName.optional(), ...pageQuery }),
      answers: [{ status: 200, about: 'One page.', shape: listImportPage }],
      handle: async ({ query: { list, limit, cursor } }) => {
        const page = { limit, after: readCursor(cursor) };
        const { rows, next } = await jobs.list(list ?? null, page);
        const json = { data: rows.map(viewJob), next: next && writeCursor(next) };
        return { status: 200, json };
      },
    }),
    route({
      method: 'get',
      path: '/list-imports/{import}',
      name: 'getListImport',
      scope: 'lists:read',
      audit: 'none',
      summary: 'One import: how far it is, what it came to, and what stands against it',
      params: ofImport,
      answers: [{ status: 200, about: 'The import.', shape: listImport }],
      errors: ['not_found'],
      handle: async ({ params }) => ({
        status: 200,
        json: viewJob(await findImport(listParts, params.import)),
      }),
    }),
    route({
      method: 'post',
      path: '/list-imports/{import}/vouch',
      name: 'vouchForListImport',
      scope: 'lists:vouch',
      people: true,
      audit: 'change',
      because: true,
      summary: 'Vouch for an import that is held',
      about:
        'By a person who has signed in, and looked at what stands against it. It is carried out once two different people have; the same person twice is one.',
      params: ofImport,
      body: z.strictObject({ reason: reasonText }),
      answers: [{ status: 200, about: 'The import.', shape: listImport }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params }) => {
        const job = await vouchFor(listParts, params.import, key.id);
        wakeLists();
        return { status: 200, json: viewJob(job) };
      },
    }),
    route({
      method: 'post',
      path: '/list-imports/{import}/undo',
      name: 'undoListImport',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Undo an import',
      about:
        'Of a registry, the version before is in force again; of the own list, what only that import brought is taken off. What makes the list shorter by over 1 % is held like an import.',
      params: ofImport,
      once: true,
      answers: [{ status: 202, about: 'The undoing.', shape: listImport }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params }) => {
        const of = await findImport(listParts, params.import);
        const job = await newUndo(listParts, listAsker(key), { list: of.list, of });
        await jobs.add(job);
        wakeLists();
        return { status: 202, json: viewJob(await findImport(listParts, job.id)) };
      },
    }),
    route({
      method: 'delete',
      path: '/list-imports/{import}',
      name: 'dropListImport',
      scope: 'lists:write',
      audit: 'change',
      summary: 'Drop an import that is not over',
      about:
        'It stops at its next step, and its file is destroyed. What is over is undone instead.',
      params: ofImport,
      answers: [{ status: 204, about: 'It is dropped.' }],
      errors: ['not_found', 'conflict'],
      handle: async ({ params }) => {
        await dropImport(listParts, params.import);
        return { status: 204 };
      },
    }),
  ];
}

function checkType(request: Request): void {
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (!fileTypes.includes(type.trim())) {
    throw new ConsentryError('content_type_unsupported', `send ${fileTypes.join(', ')}`);
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new ConsentryError('encoding_unsupported');
}

/** What breaks here is the sender's; an end of ours must not cut the connection before it is told. */
async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false })) yield piece as Buffer;
  } catch (cause) {
    throw new ConsentryError('body_malformed', 'the body broke off', { cause });
  }
}

function onceToken({ listParts }: ListRouteParts, { id, tenantId }: ApiKey, once: string | null) {
  return once === null ? null : listParts.ciphers(tenantId).token(`list-import/${id}/${once}`);
}

async function checkTarget({ listParts }: ListRouteParts, from: string): Promise<void> {
  const all = await listParts.targets.names();
  if (all.includes(from)) return;
  const allowed = all.length === 0 ? 'none: DATA_DIR/sftp.json names no target' : all.join(', ');
  throw invalidRequest([{ path: 'body.from', what: 'is no target', allowed }]);
}

type Said = Omit<z.output<typeof pullBody>, 'from' | 'file'>;

function saidOf(list: string, said: Said): ImportSaid {
  const { channel, obtained, until } = said;
  const instant = (text: string | undefined) => (text === undefined ? null : Date.parse(text));
  const reach = channel === undefined ? null : channel === 'both' ? channels : [channel];
  return {
    list,
    kind: said.kind ?? null,
    obtainedAt: instant(obtained),
    source: said.source ?? null,
    reason: said.reason ?? null,
    by: null,
    channels: reach,
    until: instant(until),
    scope: said.scope,
    account: null,
    seller: said.seller ?? null,
    campaign: said.campaign ?? null,
    sha256: said.sha256 ?? null,
    count: said.count ?? null,
    dryRun: said.dryRun,
  };
}
