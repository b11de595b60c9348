/** What callers asked people to see to: the list of what is open, and marking one as done. */
import { unlimited } from '../core/access/limits.ts';
import { maskNumber } from '../core/access/mask.ts';
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { DeskTaskStore, SealedPerson } from './api-ports.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { PageView, PageWanted, ReadParts } from './list-calls.ts';

export interface DeskTaskParts extends Pick<ReadParts, 'openNumber'> {
  readonly deskTasks: DeskTaskStore;
  /** What a task's person wrote; null when it is erased. */
  readonly openNote: (
    tenantId: Uuid,
    person: SealedPerson,
    taskId: Uuid,
    note: Buffer,
  ) => string | null;
}

export interface DeskTaskView {
  readonly id: Uuid;
  readonly kind: string;
  readonly callId: Uuid;
  readonly party: Uuid;
  /** Masked; null when withheld or erased. */
  readonly number: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** What they wrote; null if they wrote nothing, or it is erased. */
  readonly message: string | null;
}

/** @throws `invalid_request` for a cursor that is not one of ours */
export async function listDeskTasks(
  { deskTasks, openNumber, openNote }: DeskTaskParts,
  tenantId: Uuid,
  wanted: PageWanted,
): Promise<PageView<DeskTaskView>> {
  const page = { limit: wanted.limit, after: readCursor(wanted.cursor) };
  const { rows, next } = await deskTasks.open(tenantId, wanted.limits ?? unlimited, page);
  const data = rows.map(({ id, kind, callId, partyId, person, createdAt, noteSealed }) => {
    const number = person === null ? null : openNumber(tenantId, person);
    const isThere = person !== null && noteSealed !== null;
    return {
      id,
      kind,
      callId,
      party: partyId,
      number: number === null ? null : maskNumber(number),
      createdAt: new Date(createdAt).toISOString(),
      message: isThere ? openNote(tenantId, person, id, noteSealed) : null,
    };
  });
  return { data, next: next && writeCursor(next) };
}

/** @throws `not_found` if there is no such task, or somebody did it before */
export async function finishDeskTask(
  { deskTasks }: Pick<DeskTaskParts, 'deskTasks'>,
  tenantId: Uuid,
  id: Uuid,
  by: string,
  at: Instant,
): Promise<void> {
  const done = await deskTasks.done(tenantId, id, by, at);
  if (!done) throw new ConsentryError('not_found', 'there is no open task under that id');
}
