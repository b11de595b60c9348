/** Pages of calls and recordings, and one call by any of its names. */
import { type Limits, unlimited } from '../core/access/limits.ts';
import { ConsentryError } from '../core/error.ts';
import type { Opening } from '../core/ledger/entry.ts';
import { parseNumber } from '../core/suppression/number.ts';
import type { CallSid, Instant, Uuid } from '../core/words.ts';
import type { CallPhase, CallReads, CallRecord, Ciphers, SealedPerson } from './api-ports.ts';
import { invalid, readCursor, writeCursor } from './cursor.ts';
import { type AnswerView, openAnswer } from './keep-answers.ts';
import type { OpenOpening } from './ledger-ports.ts';
import { openLineNumber } from './lines.ts';
import {
  type CallDetailView,
  type CallView,
  type Openers,
  type RecordingView,
  viewCall,
  viewCallDetail,
  viewRecording,
} from './view-call.ts';

export interface ReadParts {
  readonly reads: CallReads;
  readonly ciphers: Ciphers;
  /** The number of a person's row; null when it is erased. */
  readonly openNumber: (tenantId: Uuid, person: SealedPerson) => string | null;
  readonly openOpening: OpenOpening;
}

export interface PageWanted {
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  /** Of who asks; left out: none. */
  readonly limits?: Limits | undefined;
}

export interface CallsWanted extends PageWanted {
  readonly state?: CallPhase | undefined;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
  /** A number of ours. */
  readonly line?: string | undefined;
  /** A person who was on them: an id, or a number. */
  readonly person?: string | undefined;
}

export interface PageView<T> {
  readonly data: readonly T[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** @throws `invalid_request` for a line or person that is no number, or a cursor that is not one of ours */
export async function listCalls(
  parts: ReadParts,
  tenantId: Uuid,
  wanted: CallsWanted,
): Promise<PageView<CallView>> {
  const filter = {
    limits: wanted.limits ?? unlimited,
    phase: wanted.state ?? null,
    since: wanted.since ?? null,
    until: wanted.until ?? null,
    lineToken: wanted.line === undefined ? null : tokenOf(parts, tenantId, 'line', wanted.line),
    person: personOf(parts, tenantId, wanted.person),
  };
  const page = { limit: wanted.limit, after: readCursor(wanted.cursor) };
  const { rows, next } = await parts.reads.calls(tenantId, filter, page);
  const open = openers(parts, tenantId);
  return { data: rows.map((call) => viewCall(call, open)), next: next && writeCursor(next) };
}

/** @throws `not_found`, also for a call of another tenant */
export async function findCall(
  { reads }: Pick<ReadParts, 'reads'>,
  tenantId: Uuid,
  name: Uuid | CallSid,
): Promise<CallRecord> {
  const call = await reads.call(tenantId, name);
  if (call === null) throw new ConsentryError('not_found');
  return call;
}

/** @throws `not_found` */
export async function showCall(
  parts: ReadParts,
  tenantId: Uuid,
  name: Uuid | CallSid,
): Promise<CallDetailView> {
  const call = await findCall(parts, tenantId, name);
  const openings = new Map<Uuid, Opening>();
  for (const entry of call.entries) {
    if (entry.openingSealed === null) continue;
    const opening = await parts.openOpening(entry).catch(unlessKeyIsGone);
    if (opening !== null) openings.set(entry.id, opening);
  }
  const answers = answersOf(parts, tenantId, call);
  return viewCallDetail(call, openers(parts, tenantId), openings, answers);
}

/** Without those of somebody who was erased. */
function answersOf(parts: ReadParts, tenantId: Uuid, call: CallRecord): readonly AnswerView[] {
  const cipher = parts.ciphers(tenantId);
  const people = new Map(call.legs.flatMap(({ person }) => (person ? [[person.id, person]] : [])));
  return call.answers.flatMap((answer) => {
    const { personId } = answer;
    const wrapped = personId === null ? null : (people.get(personId)?.keyWrapped ?? null);
    if (personId !== null && wrapped === null) return [];
    try {
      const key = wrapped === null ? null : cipher.unwrapPersonKey(wrapped);
      return [openAnswer(answer, cipher, key)];
    } catch (error) {
      unlessKeyIsGone(error);
      return [];
    }
  });
}

/** An entry whose person was erased is shown without its facts; the rest of the call still is. */
function unlessKeyIsGone(error: unknown): null {
  if (error instanceof ConsentryError && error.code === 'key_missing') return null;
  throw error;
}

/** @throws `invalid_request` for a cursor that is not one of ours */
export async function listRecordings(
  { reads }: Pick<ReadParts, 'reads'>,
  tenantId: Uuid,
  wanted: PageWanted,
): Promise<PageView<RecordingView>> {
  const page = { limit: wanted.limit, after: readCursor(wanted.cursor) };
  const { rows, next } = await reads.recordings(tenantId, wanted.limits ?? unlimited, page);
  return { data: rows.map(viewRecording), next: next && writeCursor(next) };
}

function openers(parts: ReadParts, tenantId: Uuid): Openers {
  return {
    number: (person) => parts.openNumber(tenantId, person),
    line: (line) => openLineNumber(parts.ciphers(tenantId), line),
  };
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function personOf(parts: ReadParts, tenantId: Uuid, text: string | undefined) {
  if (text === undefined) return null;
  return uuidForm.test(text) ? text : tokenOf(parts, tenantId, 'person', text);
}

function tokenOf(
  { ciphers }: ReadParts,
  tenantId: Uuid,
  field: 'line' | 'person',
  text: string,
): Buffer {
  const number = parseNumber(text);
  if (number === null) {
    throw invalid(field, 'is not a telephone number', 'a number such as +4930123456');
  }
  return ciphers(tenantId).token(number.e164);
}
