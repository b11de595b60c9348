/** The bytes of an export, in each of its formats, a piece at a time. */
import { maskNumber } from '../core/access/mask.ts';
import {
  columnsOf,
  type ExportRow,
  historySheets,
  type TableKind,
} from '../core/exports/columns.ts';
import { csvHead, csvRow } from '../core/exports/csv.ts';
import { encodeText } from '../core/exports/format.ts';
import { base64url, type Conversation, vconLine, vconOf } from '../core/exports/vcon.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Ciphers, SealedPerson } from './api-ports.ts';
import { openProfile } from './correct-person.ts';
import type {
  Archive,
  ExportAudio,
  ExportJob,
  ExportSource,
  SealedConversation,
  SealedRow,
  WorkbookSheet,
} from './export-ports.ts';
import { openAnswer } from './keep-answers.ts';
import type { OpenOpening } from './ledger-ports.ts';

export interface WriteParts {
  readonly source: ExportSource;
  readonly audio: ExportAudio;
  readonly ciphers: Ciphers;
  readonly openNumber: (tenantId: Uuid, person: SealedPerson) => string | null;
  readonly openOpening: OpenOpening;
  readonly workbook: (sheets: readonly WorkbookSheet[]) => AsyncIterable<Buffer>;
  readonly archive: () => Archive;
  readonly tenantId: Uuid;
}

export interface WriteHow {
  readonly job: ExportJob;
  /** Numbers of ours, by the line's id. */
  readonly lines: ReadonlyMap<Uuid, string>;
  readonly at: Instant;
  /** Called for each page, before any of it is written, with whom it shows. */
  readonly onPage: (rows: number, persons: readonly Uuid[]) => Promise<void>;
}

export function exportPieces(parts: WriteParts, how: WriteHow): AsyncIterable<Buffer> {
  const { kind, format } = how.job;
  if (format === 'vcon') return vcons(parts, how);
  if (format === 'wav' || format === 'age') return sounds(parts, how);
  if (kind === 'history') {
    return parts.workbook(
      historySheets.map(({ name, kind: table }) => sheetOf(parts, how, table, name)),
    );
  }
  if (format === 'xlsx') return parts.workbook([sheetOf(parts, how, kind, kind)]);
  return encodeText(kind, format, pagesOf(parts, how, kind));
}

const sheetOf = (
  parts: WriteParts,
  how: WriteHow,
  kind: TableKind,
  name: string,
): WorkbookSheet => ({ name, columns: columnsOf[kind], pages: pagesOf(parts, how, kind) });

async function* pagesOf(
  parts: WriteParts,
  how: WriteHow,
  kind: TableKind,
): AsyncGenerator<readonly ExportRow[]> {
  const open = rowOpener(parts, how, kind);
  for await (const rows of parts.source.rows({ ...how.job, kind })) {
    const persons = rows.flatMap(({ person, isRestricted }) =>
      person === null || isRestricted ? [] : [person.id],
    );
    await how.onPage(rows.length, persons);
    const opened: ExportRow[] = [];
    for (const row of rows) opened.push(await open(row));
    yield opened;
  }
}

/** Turns what is sealed into what stands in a cell. */
function rowOpener(parts: WriteParts, { job, lines }: WriteHow, kind: TableKind) {
  const { openNumber, openOpening, ciphers, tenantId } = parts;
  const has = (type: string) => columnsOf[kind].find((one) => one.type === type)?.name;
  const [numberColumn, lineColumn] = [has('number'), has('line')];
  const keyOf = (person: SealedPerson | null): Buffer | null =>
    person?.keyWrapped == null ? null : ciphers(tenantId).unwrapPersonKey(person.keyWrapped);
  return async (sealed: SealedRow): Promise<ExportRow> => {
    const { cells, lineId, isRestricted, answer, profile = null, opening } = sealed;
    const person = isRestricted ? null : sealed.person;
    const row = { ...cells };
    if (isRestricted && 'person' in row) row['person'] = null;
    if (numberColumn !== undefined) {
      row[numberColumn] = shownNumber(
        person === null ? null : openNumber(tenantId, person),
        job.reveal,
      );
    }
    if (lineColumn !== undefined) {
      row[lineColumn] = lineId === null ? null : (lines.get(lineId) ?? null);
    }
    const isReadable = answer?.personId === null || person?.keyWrapped != null;
    if (answer !== undefined && isReadable) {
      const { flow, step, key } = openAnswer(answer, ciphers(tenantId), keyOf(person));
      Object.assign(row, { form: flow.name, question: step, answer: key });
    }
    const key = keyOf(person);
    if (job.reveal && person !== null && profile !== null && key !== null) {
      const { name, email } = openProfile(ciphers(tenantId), { id: person.id, key }, profile);
      Object.assign(row, { name, email });
    }
    if (opening !== undefined) {
      const said = await openOpening(opening);
      const text = (label: string) => (said[label]?.value ?? null) as string | null;
      Object.assign(row, {
        operation: text('operation'),
        as: text('as'),
        reason: job.reveal ? text('reason') : null,
      });
    }
    return row;
  };
}

const shownNumber = (number: string | null, reveal: boolean): string | null =>
  number === null || reveal ? number : maskNumber(number);

// ---------------------------------------------------------------- sound

/**
 * The list of recordings first, then the sound of each, then why some of it is not there. One that
 * was erased between the two is among those.
 */
async function* sounds(parts: WriteParts, how: WriteHow): AsyncGenerator<Buffer> {
  const { job } = how;
  const archive = parts.archive();
  yield* archive.add(
    'recordings.csv',
    encodeText('recordings', 'csv', pagesOf(parts, how, 'recordings')),
  );
  const silent: ExportRow[] = [];
  for await (const rows of parts.source.rows({ ...job, kind: 'recordings' })) {
    for (const { cells } of rows) {
      const id = String(cells['id']);
      const opened = await parts.audio.open(id, job.recipient, job.by);
      if (typeof opened === 'string') silent.push({ id, why: opened });
      else yield* archive.add(soundName(id, job.recipient), opened);
    }
  }
  const columns = [
    { name: 'id', type: 'text' },
    { name: 'why', type: 'text' },
  ] as const;
  const text = [csvHead(columns), ...silent.map((row) => csvRow(columns, row))].join('');
  yield* archive.add('without-sound.csv', [Buffer.from(text)]);
  yield archive.end();
}

export const soundName = (id: Uuid, recipient: string | null): string =>
  `audio/${id}.wav${recipient === null ? '' : '.age'}`;

// ---------------------------------------------------------------- vCon

async function* vcons(parts: WriteParts, how: WriteHow): AsyncGenerator<Buffer> {
  const { job, at } = how;
  for await (const page of parts.source.conversations({ ...job, kind: 'calls' })) {
    const persons = page.flatMap(({ parties }) =>
      parties.flatMap(({ person, isRestricted }) =>
        person === null || isRestricted ? [] : [person.id],
      ),
    );
    await how.onPage(page.length, persons);
    for (const sealed of page) {
      const call = openConversation(parts, job.reveal, sealed);
      const sound = job.withAudio ? await openSounds(parts, job, call) : new Map();
      const vcon = vconOf(call, job.id, at, new Set(sound.keys()));
      for (const piece of vconLine(vcon)) {
        if (typeof piece === 'string') yield Buffer.from(piece);
        else yield* base64url(sound.get(piece.sound));
      }
    }
  }
}

async function openSounds({ audio }: WriteParts, { by }: ExportJob, { recordings }: Conversation) {
  const sounds = new Map<Uuid, AsyncIterable<Uint8Array>>();
  for (const { id } of recordings) {
    const opened = await audio.open(id, null, by);
    if (typeof opened !== 'string') sounds.set(id, opened);
  }
  return sounds;
}

function openConversation(
  { openNumber, tenantId }: WriteParts,
  reveal: boolean,
  { parties, ...rest }: SealedConversation,
): Conversation {
  return {
    ...rest,
    parties: parties.map(({ id, role, person, isRestricted, joinedAt, leftAt }) => {
      const hidden = person === null || isRestricted;
      const number = hidden ? null : openNumber(tenantId, person);
      return {
        id,
        role,
        number: reveal ? number : null,
        masked: number === null || reveal ? null : maskNumber(number),
        joinedAt,
        leftAt,
      };
    }),
  };
}
