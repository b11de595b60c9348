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
  hasSound,
  maySee,
  openExport,
  removeExport,
  startPush,
  type Taken,
} from '../../../app/exports.ts';
import type { PushTargets } from '../../../app/push-export.ts';
import { unlimited } from '../../../core/access/limits.ts';
import { ConsentryError, type Mistake } from '../../../core/error.ts';
import {
  type ExportFilter,
  exportKinds,
  filterNames,
  filtersOf,
  outcomes,
} from '../../../core/exports/columns.ts';
import {
  type ExportFormat,
  exportFileName,
  exportFormats,
  formatFacts,
  formatsOf,
} from '../../../core/exports/format.ts';
import { pushFaults } from '../../../core/exports/push-fault.ts';
import type { Uuid } from '../../../core/words.ts';
import { reasonText } from './audio-shapes.ts';
import { invalidRequest } from './check-shape.ts';
import { type LineNumbers, lineNumbers, lineOf, numberOf } from './retention.ts';
import { type Route, route } from './route.ts';
import type { MayAct } from './serve.ts';
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
  person: z
    .string()
    .max(40)
    .exactOptional()
    .describe('Only of this person: a number in international form, or the id of a person.'),
};
const wanted = z.strictObject({
  kind: z.enum(exportKinds),
  format: z
    .enum(exportFormats)
    .exactOptional()
    .describe(
      'Left out: `csv`, and `xlsx` of a history. `vcon` of calls; `wav`, `age` of recordings.',
    ),
  ...filterShape,
  reveal: z
    .boolean()
    .default(false)
    .describe('True: numbers in full, for who may see them and says why.'),
  audio: z
    .boolean()
    .default(false)
    .describe('True: vCons with their sound in them, for who may download it and says why.'),
  recipient: z
    .string()
    .max(200)
    .exactOptional()
    .describe('Whom `age` files are for: an age public key (`age1…`). They are not opened here.'),
  reason: reasonText.exactOptional().describe('Why; has to be there with `reveal`, and for sound.'),
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
  filter: z.object(filterShape).describe('A person stands there by their id.'),
  reveal: z.boolean(),
  audio: z.boolean(),
  recipient: z.string().nullable(),
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

export function exportRoutes(parts: ExportRouteParts, mayAct: MayAct): readonly Route[] {
  const { bulkParts, wakeExports } = parts;
  async function targetOf(name: string): Promise<string> {
    const all = await bulkParts.targets.names();
    if (all.includes(name)) return name;
    const allowed = all.length === 0 ? 'none: DATA_DIR/sftp.json names no target' : all.join(', ');
    throw invalidRequest([{ path: 'body.push', what: 'is no target', allowed }]);
  }
  /** What is inside is taken away too. @throws `training_needed` */
  async function mayTake(key: ApiKey, inside: Omit<Taken, 'kind'>): Promise<void> {
    if (inside.reveal) await mayAct(key, 'reveal');
    if (hasSound(inside)) await mayAct(key, 'download');
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
      whom: 'person',
      summary: 'Export calls, texts, consents, persons, sound, or a whole history',
      about:
        'The answer says how far it is; the file is at `/exports/{export}/file` once it is `ready`. Numbers are masked unless `reveal` is asked for. `history` is a workbook with a sheet each for calls, texts, forms, consents, disclosures and who saw what. `wav` and `age` are an archive of sound with a list. The file lies sealed and is destroyed after a week, when somebody removes it, or when any person is erased.',
      body: wanted,
      once: true,
      answers: [{ status: 201, about: 'The export, waiting.', shape: shown }],
      errors: ['conflict', 'restricted'],
      handle: async ({ key, body, subject }) => {
        if (body.use === 'sale') {
          throw new ConsentryError('conflict', 'data of people is not sold: nobody allowed it');
        }
        const lines = await names(key);
        const { kind, format = formatsOf[kind][0], reveal, reason = null, recipient = null } = body;
        const filter = readFilter({ ...body, format }, lines, subject.persons);
        const push = body.push === undefined ? null : await targetOf(body.push);
        const withAudio = body.audio;
        await mayTake(key, { reveal, withAudio, format });
        const ask = { kind, format, filter, reveal, withAudio, recipient, reason, push };
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
        { status: 200, about: 'The file, opened.', type: formatFacts.wav.type },
      ],
      errors: ['not_found', 'conflict', 'export_gone'],
      handle: async ({ key, params: { export: id }, request, response, enter }) => {
        await mayTake(key, await findExport(bulkParts, exporterOf(key), id));
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
      audit: 'change',
      summary: 'Bring the file of an export to an SFTP server',
      about:
        'To one of the targets the operator has set up, whose host key is pinned. It is tried again for a while, goes on where it stopped, and gets its name only when it is whole. Each try is in the audit before a byte of it leaves.',
      params,
      body: z.strictObject({ push: wanted.shape.push.unwrap() }),
      once: true,
      answers: [{ status: 201, about: 'The export; `push` says how far it is.', shape: shown }],
      errors: ['not_found', 'export_gone'],
      handle: async ({ key, params: { export: id }, body }) => {
        await mayAct(key, 'export');
        await mayTake(key, await findExport(bulkParts, exporterOf(key), id));
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

type Wanted = z.output<typeof wanted> & { readonly format: ExportFormat };

/** @param persons whom the body's `person` is; none: nobody is known by that */
function readFilter(body: Wanted, lines: LineNumbers, persons: readonly Uuid[]): ExportFilter {
  const mistakes = [...formatMistakes(body)];
  const fault = (path: string, what: string, allowed: string) =>
    mistakes.push({ path: `body.${path}`, what, allowed });
  const allowedNames = filtersOf[body.kind];
  for (const name of filterNames) {
    if (body[name] === undefined || allowedNames.includes(name)) continue;
    fault(
      name,
      `is nothing that ${body.kind} have`,
      `for ${body.kind}: ${allowedNames.join(', ')}`,
    );
  }
  const lineId = body.line === undefined ? null : lineOf(lines, body.line);
  if (body.line !== undefined && lineId === null) {
    fault('line', 'is no line', 'numbers of GET /v1/lines');
  }
  const personId = body.person === undefined ? null : (persons[0] ?? null);
  if (body.person !== undefined && personId === null) {
    fault('person', 'is nobody who is known', 'a number in international form, or an id');
  }
  if (mistakes.length > 0) throw invalidRequest(mistakes);
  return {
    since: body.since === undefined ? null : Date.parse(body.since),
    until: body.until === undefined ? null : Date.parse(body.until),
    lineId,
    campaign: body.campaign ?? null,
    flow: body.flow ?? null,
    outcome: body.outcome ?? null,
    personId,
  };
}

function formatMistakes({ kind, format, ...body }: Wanted): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const fault = (path: string, what: string, allowed: string) =>
    mistakes.push({ path: `body.${path}`, what, allowed });
  const formats = formatsOf[kind];
  if (!formats.includes(format)) {
    fault('format', `is nothing that ${kind} are written as`, formats.join(', '));
  }
  if (body.audio && format !== 'vcon') {
    fault('audio', 'goes with the format `vcon`', 'for sound alone: the kind `recordings`');
  }
  if ((format === 'age') !== (body.recipient !== undefined)) {
    fault('recipient', 'goes with the format `age`', 'an age public key, there only');
  }
  if (body.reason === undefined && (body.reveal || hasSound({ format, withAudio: body.audio }))) {
    const allowed = 'why numbers in full, or sound, are wanted, in 3 to 500 characters';
    fault('reason', 'is missing', allowed);
  }
  return mistakes;
}

const iso = (at: number): string => new Date(at).toISOString();

function view(job: ExportJob, lines: LineNumbers): z.infer<typeof shown> {
  const { id, kind, format, filter, reveal, state, expected, done, file, by } = job;
  const { since, until, lineId, campaign, flow, outcome, personId } = filter;
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
      ...(personId !== null && { person: personId }),
    },
    reveal,
    audio: job.withAudio,
    recipient: job.recipient,
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
