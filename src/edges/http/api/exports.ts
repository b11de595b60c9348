/** Exports of many records: made beside everything else, then fetched. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { ApiKey, Ciphers, LineStore } from '../../../app/api-ports.ts';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import {
  type ExportJob,
  exportStates,
  goneReasons,
  pushStates,
} from '../../../app/export-ports.ts';
import {
  beginExport,
  type Exporter,
  type ExportParts,
  findExport,
  maySee,
  openExport,
  removeExport,
  startPush,
} from '../../../app/exports.ts';
import type { PushTargets } from '../../../app/push-export.ts';
import { unlimited } from '../../../core/access/limits.ts';
import { ConsentryError, type Mistake } from '../../../core/error.ts';
import {
  type ExportFilter,
  exportKinds,
  type FilterName,
  filtersOf,
  outcomes,
} from '../../../core/exports/columns.ts';
import { exportFileName, exportFormats, formatFacts } from '../../../core/exports/format.ts';
import { pushFaults } from '../../../core/exports/push-fault.ts';
import { reasonText } from './audio-shapes.ts';
import { invalidRequest } from './check-shape.ts';
import { type LineNumbers, lineNumbers, lineOf, numberOf } from './retention.ts';
import { type Route, route } from './route.ts';
import { nameShapes, pageQuery, uuid } from './shapes.ts';

export interface ExportRouteParts {
  readonly bulkParts: ExportParts & { readonly targets: Pick<PushTargets, 'names'> };
  readonly lines: LineStore;
  readonly ciphers: Ciphers;
  /** There is something to write. */
  readonly wakeExports: () => void;
}

const whole = z.int().min(0);
const time = z.iso.datetime();
const zoned = z.iso.datetime({ offset: true });
const filterShape = {
  since: zoned.exactOptional().describe('From then on: of a call its start.'),
  until: zoned.exactOptional().describe('Before then.'),
  line: z.string().max(40).exactOptional().describe('A number of yours; calls and consents.'),
  campaign: z.string().min(1).max(100).exactOptional().describe('Calls and consents.'),
  flow: z.string().min(1).max(100).exactOptional().describe('Calls and consents.'),
  outcome: z.enum(outcomes).exactOptional().describe('What was last said of recording; calls.'),
};
const wanted = z.strictObject({
  kind: z.enum(exportKinds),
  format: z.enum(exportFormats).default('csv'),
  ...filterShape,
  reveal: z
    .boolean()
    .default(false)
    .describe('True: numbers in full, for who may see them and says why.'),
  reason: reasonText.exactOptional().describe('Why; has to be there with `reveal`.'),
  push: z.string().max(40).exactOptional().describe('The SFTP target it is brought to.'),
  use: z
    .enum(['own', 'sale'])
    .default('own')
    .describe('What it is for. Nobody has allowed that their data is sold: `sale` is refused.'),
});
const shown = z.object({
  id: uuid,
  kind: z.enum(exportKinds),
  format: z.enum(exportFormats),
  filter: z.object(filterShape),
  reveal: z.boolean(),
  state: z.enum(exportStates).describe('`failed` after three tries; `gone`: its key is destroyed.'),
  expected: whole.nullable().describe('Rows, when it was begun; null before.'),
  done: whole.describe('Rows written.'),
  bytes: whole.nullable(),
  sha256: z.string().nullable().describe('Of the file.'),
  gone: z.enum(goneReasons).nullable(),
  push: z
    .object({
      target: z.string(),
      state: z.enum(pushStates),
      attempts: whole,
      bytes: whole,
      fault: z.enum(pushFaults).nullable().describe('Of the last try; `host-key`: refused.'),
    })
    .nullable()
    .describe('Null: it is brought nowhere.'),
  by: z.string(),
  madeAt: time,
  readyAt: time.nullable(),
  expiresAt: time.describe('Then the file is destroyed.'),
});
const page = z.object({ data: z.array(shown), next: z.string().nullable() });
nameShapes({ wantedExport: wanted, exportJob: shown, exportPage: page });

const params = z.object({ export: uuid });

export function exportRoutes(parts: ExportRouteParts): readonly Route[] {
  const { bulkParts, wakeExports } = parts;
  async function targetOf(name: string): Promise<string> {
    const all = await bulkParts.targets.names();
    if (all.includes(name)) return name;
    const allowed = all.length === 0 ? 'none: DATA_DIR/sftp.json names no target' : all.join(', ');
    throw invalidRequest([{ path: 'body.push', what: 'is no target', allowed }]);
  }
  const names = (key: ApiKey) => lineNumbers(parts, key.tenantId);
  return [
    route({
      method: 'post',
      path: '/exports',
      name: 'makeExport',
      scope: 'exports:write',
      audit: 'export',
      because: true,
      summary: 'Export calls, texts, consents or persons',
      about:
        'The answer says how far it is; the file is at `/exports/{export}/file` once it is `ready`. Numbers are masked unless `reveal` is asked for. The file lies sealed and is destroyed after a week, when somebody removes it, or when any person is erased.',
      body: wanted,
      once: true,
      answers: [{ status: 201, about: 'The export, waiting.', shape: shown }],
      errors: ['conflict'],
      handle: async ({ key, body }) => {
        if (body.use === 'sale') {
          throw new ConsentryError('conflict', 'data of people is not sold: nobody allowed it');
        }
        const lines = await names(key);
        const { kind, format, reveal, reason = null } = body;
        const filter = readFilter(body, lines);
        const push = body.push === undefined ? null : await targetOf(body.push);
        const ask = { kind, format, filter, reveal, reason, push };
        const job = await beginExport(bulkParts, exporterOf(key), ask);
        wakeExports();
        return { status: 201, json: view(job, lines) };
      },
    }),
    route({
      method: 'get',
      path: '/exports',
      name: 'listExports',
      scope: 'exports:read',
      audit: 'none',
      summary: 'Exports, newest first',
      query: z.strictObject(pageQuery),
      answers: [{ status: 200, about: 'A page of exports.', shape: page }],
      handle: async ({ key, query: { limit, cursor } }) => {
        const lines = await names(key);
        const { rows, next } = await bulkParts.jobs.list({ limit, after: readCursor(cursor) });
        const data = rows.filter((job) => maySee(exporterOf(key), job));
        return {
          status: 200,
          json: { data: data.map((job) => view(job, lines)), next: next && writeCursor(next) },
        };
      },
    }),
    route({
      method: 'get',
      path: '/exports/{export}',
      name: 'getExport',
      scope: 'exports:read',
      audit: 'none',
      summary: 'One export, and how far it is',
      params,
      answers: [{ status: 200, about: 'The export.', shape: shown }],
      errors: ['not_found'],
      handle: async ({ key, params: { export: id } }) => {
        const job = await findExport(bulkParts, exporterOf(key), id);
        return { status: 200, json: view(job, await names(key)) };
      },
    }),
    route({
      method: 'get',
      path: '/exports/{export}/file',
      name: 'getExportFile',
      scope: 'exports:read',
      audit: 'export',
      summary: 'The file of an export',
      about: 'Who fetched it is in the audit before the first byte leaves.',
      params,
      answers: [
        { status: 200, about: 'The file, opened.', type: 'text/csv' },
        { status: 200, about: 'The file, opened.', type: 'application/jsonl' },
        { status: 200, about: 'The file, opened.', type: formatFacts.xlsx.type },
      ],
      errors: ['not_found', 'conflict', 'export_gone'],
      handle: async ({ key, params: { export: id }, request, response, enter }) => {
        const { job, file, plain } = await openExport(bulkParts, exporterOf(key), id);
        // The first piece is opened before anything is promised.
        const first = request.method === 'HEAD' ? null : await plain.next();
        await enter();
        response.writeHead(200, {
          'content-type': formatFacts[job.format].type,
          'content-length': file.plainBytes,
          'content-disposition': `attachment; filename="${exportFileName(job.kind, id, job.format)}"`,
          'cache-control': 'no-store',
        });
        if (first === null) response.end();
        else
          await pipeline(Readable.from(withFirst(first, plain), { objectMode: false }), response);
        return 'sent';
      },
    }),
    route({
      method: 'post',
      path: '/exports/{export}/push',
      name: 'pushExport',
      scope: 'exports:write',
      audit: 'export',
      summary: 'Bring the file of an export to an SFTP server',
      about:
        'To one of the targets the operator has set up, whose host key is pinned. It is tried again for a while, goes on where it stopped, and gets its name only when it is whole.',
      params,
      body: z.strictObject({ push: wanted.shape.push.unwrap() }),
      once: true,
      answers: [{ status: 201, about: 'The export; `push` says how far it is.', shape: shown }],
      errors: ['not_found', 'export_gone'],
      handle: async ({ key, params: { export: id }, body }) => {
        const target = await targetOf(body.push);
        const job = await startPush(bulkParts, exporterOf(key), id, target);
        wakeExports();
        return { status: 201, json: view(job, await names(key)) };
      },
    }),
    route({
      method: 'delete',
      path: '/exports/{export}',
      name: 'removeExport',
      scope: 'exports:write',
      audit: 'change',
      summary: 'Destroy the file of an export',
      about: 'Its key first, then its bytes. One that is being written stops.',
      params,
      answers: [{ status: 204, about: 'It is gone.' }],
      errors: ['not_found'],
      handle: async ({ key, params: { export: id } }) => {
        await removeExport(bulkParts, exporterOf(key), id);
        return { status: 204 };
      },
    }),
  ];
}

async function* withFirst(
  first: IteratorResult<Buffer, unknown>,
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

const exporterOf = ({ id, scopes, session }: ApiKey): Exporter => ({
  id,
  scopes,
  limits: session?.user.limits ?? unlimited,
});

function readFilter(body: z.output<typeof wanted>, lines: LineNumbers): ExportFilter {
  const mistakes: Mistake[] = [];
  const allowedNames = filtersOf[body.kind];
  for (const name of Object.keys(filterShape) as FilterName[]) {
    if (body[name] === undefined || allowedNames.includes(name)) continue;
    const allowed = `for ${body.kind}: ${allowedNames.join(', ')}`;
    mistakes.push({ path: `body.${name}`, what: `is nothing that ${body.kind} have`, allowed });
  }
  const lineId = body.line === undefined ? null : lineOf(lines, body.line);
  if (body.line !== undefined && lineId === null) {
    mistakes.push({ path: 'body.line', what: 'is no line', allowed: 'numbers of GET /v1/lines' });
  }
  if (body.reveal && body.reason === undefined) {
    const allowed = 'why numbers are wanted in full, in 3 to 500 characters';
    mistakes.push({ path: 'body.reason', what: 'is missing', allowed });
  }
  if (mistakes.length > 0) throw invalidRequest(mistakes);
  return {
    since: body.since === undefined ? null : Date.parse(body.since),
    until: body.until === undefined ? null : Date.parse(body.until),
    lineId,
    campaign: body.campaign ?? null,
    flow: body.flow ?? null,
    outcome: body.outcome ?? null,
  };
}

const iso = (at: number): string => new Date(at).toISOString();

function view(job: ExportJob, lines: LineNumbers): z.infer<typeof shown> {
  const { id, kind, format, filter, reveal, state, expected, done, file, by } = job;
  const { since, until, lineId, campaign, flow, outcome } = filter;
  const line = numberOf(lines, lineId);
  return {
    id,
    kind,
    format,
    filter: {
      ...(since !== null && { since: iso(since) }),
      ...(until !== null && { until: iso(until) }),
      ...(line !== null && { line }),
      ...(campaign !== null && { campaign }),
      ...(flow !== null && { flow }),
      ...(outcome !== null && { outcome }),
    },
    reveal,
    state,
    expected,
    done,
    bytes: file?.plainBytes ?? null,
    sha256: file?.sha256 ?? null,
    gone: job.goneWhy,
    push: job.push,
    by,
    madeAt: iso(job.madeAt),
    readyAt: file === null ? null : iso(file.readyAt),
    expiresAt: iso(job.expiresAt),
  };
}
