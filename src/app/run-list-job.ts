/**
 * Carries out imports of lists, undoings and retirements, one at a time for each list. Whoever holds
 * the lease is at it; what was cut short is begun again by the next, and comes to the same. What
 * would make a list shorter than it may become by itself is held until two people have vouched.
 */
import { ConsentryError } from '../core/error.ts';
import { ownList, vouchersNeeded } from '../core/suppression/list-manifest.ts';
import type { Instant, Uuid } from '../core/words.ts';
import { clearSent } from './list-jobs.ts';
import { fileContext, fileName, type ListParts } from './list-parts.ts';
import type { ListFault, ListFile, ListJob, ListReport, TakenJob } from './list-ports.ts';
import { fetchFile } from './pull-list.ts';
import { importOwn, undoOwn } from './run-own-import.ts';
import { importRegistry, retireRegistry, undoRegistry } from './run-registry-import.ts';
import { openFile } from './sealed-file.ts';

/** Longer than a step takes; after it whoever comes next begins anew. */
export const leaseMs = 60_000;
const attemptsMax = 6;
const firstRestMs = 5_000;
/** Between two notes of how far it is. */
const noteMs = 500;

/** What became of it. */
export interface Outcome {
  readonly report: ListReport;
  /** True: nothing was changed, and somebody has to vouch for it. */
  readonly isHeld: boolean;
}

/** How an import says how far it is; throws where it must not go on. */
export type Note = (done: number, expected: number) => Promise<void>;
type Seen = (done: number, expected: number) => void;

export interface Running {
  readonly job: ListJob;
  readonly taken: TakenJob;
  readonly note: Note;
  /** The file, where there is one. */
  readonly file: ListFile | null;
  /** True: two different people have vouched for the report that it has. */
  readonly isVouched: boolean;
}

/** It is somebody else's now, or was dropped. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The process stops. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Carries out the next that waits. False: none does. Throws what went wrong on our side. */
export async function runNextListJob(parts: ListParts): Promise<boolean> {
  const { jobs, clock, random } = parts;
  const [taker, at] = [random.uuid(), clock.now()];
  await jobs.dropAbandoned(at);
  const job = await jobs.take(taker, at, at + leaseMs);
  if (job === null) return false;
  try {
    await runListJob(parts, job, taker, null);
  } catch (error) {
    if (error instanceof Stopped) return false;
    if (!(error instanceof LeaseLost)) throw error;
  }
  return true;
}

/**
 * @param local the file where it lies on this machine; null: it was sent, or is fetched
 * @param seen called with how far it is
 */
export async function runListJob(
  parts: ListParts,
  job: ListJob,
  taker: Uuid,
  local: ListFile | null,
  seen: Seen = () => {},
): Promise<void> {
  const { jobs, clock } = parts;
  const taken = { id: job.id, taker };
  const note = noter(parts, taken, seen);
  try {
    const { report, isHeld } = await carryOut(parts, job, taken, note, local);
    const isMine = isHeld
      ? await jobs.hold(taken, report)
      : await jobs.finish(taken, report, clock.now());
    if (!isMine) throw new LeaseLost();
  } catch (error) {
    await giveUp(parts, job, taken, error);
    throw error;
  } finally {
    await clearSent(parts).catch(() => {});
  }
}

async function carryOut(
  parts: ListParts,
  given: ListJob,
  taken: TakenJob,
  note: Note,
  local: ListFile | null,
): Promise<Outcome> {
  await note(0, 0);
  const isVouched = given.report !== null && given.vouches.length >= vouchersNeeded;
  const isFetched = given.wanted.pull === null || given.file !== null || isVouched;
  const job = isFetched ? given : await fetchFile(parts, given, taken, note);
  const running = { job, taken, note, isVouched, file: local ?? sentFile(parts, job) };
  const isOwn = job.list === ownList;
  if (job.kind === 'retire') return retireRegistry(parts, running);
  if (job.kind === 'undo') return (isOwn ? undoOwn : undoRegistry)(parts, running);
  return (isOwn ? importOwn : importRegistry)(parts, running);
}

function noter({ jobs, clock, isStopping }: ListParts, taken: TakenJob, seen: Seen): Note {
  let notedAt: Instant | null = null;
  return async (done, expected) => {
    if (isStopping?.() === true) throw new Stopped();
    seen(done, expected);
    const now = clock.monotonic();
    if (notedAt !== null && now - notedAt < noteMs) return;
    notedAt = now;
    if (!(await jobs.progress(taken, done, expected, clock.now() + leaseMs))) throw new LeaseLost();
  };
}

function sentFile({ files, ciphers, tenantId }: ListParts, { id, file }: ListJob): ListFile | null {
  if (file === null) return null;
  const { keySealed, sealedBytes, plainBytes } = file;
  const fileKey = ciphers(tenantId).open(null, fileContext(id), keySealed);
  return {
    bytes: plainBytes,
    read: (start, end) => openFile(files, fileName(id), fileKey, sealedBytes, start, end),
  };
}

/** Of these nothing is mended by trying again: a person has to look. */
const forPeople: readonly ListFault[] = [
  'unreadable',
  'refused',
  'host-key',
  'login',
  'target',
  'recipient',
  'missing',
];

async function giveUp(
  { jobs, clock }: ListParts,
  { attempts, inPlace }: ListJob,
  taken: TakenJob,
  error: unknown,
): Promise<void> {
  if (error instanceof LeaseLost) return;
  const at = clock.now();
  if (error instanceof Stopped) return void (await jobs.giveUp(taken, null, null, at, at));
  const [fault, detail] = faultOf(error);
  const isOver = inPlace || forPeople.includes(fault) || attempts >= attemptsMax;
  const dueAt = isOver ? null : at + firstRestMs * 2 ** attempts;
  await jobs.giveUp(taken, fault, detail, at, dueAt).catch(() => {});
}

/** True for what the file or who asked is at fault for: nobody has to look at a log. */
export const isTheirs = (error: unknown): boolean => forPeople.includes(faultOf(error)[0]);

function faultOf(error: unknown): readonly [ListFault, string | null] {
  if (error instanceof Error && 'fault' in error) return [error.fault as ListFault, null];
  if (!(error instanceof ConsentryError)) return ['storage', null];
  if (error.code === 'list_unreadable') return ['unreadable', error.publicText];
  if (error.code === 'setting_invalid') return ['target', error.publicText];
  return error.status < 500 ? ['refused', error.publicText] : ['storage', error.publicText];
}
