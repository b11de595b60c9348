/**
 * Writes the file of an export: rows from a cursor, opened one by one, sealed as they come and laid
 * down whole or not at all. Whoever holds the lease is at it; one that was cut short begins anew
 * with another key, and nothing of the first try can be read.
 */
import { tablesOf } from '../core/exports/columns.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { LineStore } from './api-ports.ts';
import { type ExportHoldings, rememberHeld } from './export-holdings.ts';
import type { ExportJob, ExportJobs } from './export-ports.ts';
import { openLineNumber } from './lines.ts';
import type { Clock, Random, Vault } from './ports.ts';
import { sealFile } from './sealed-file.ts';
import { exportPieces, type WriteHow, type WriteParts } from './write-export.ts';

export interface ExportRunParts extends WriteParts {
  readonly jobs: ExportJobs;
  readonly holdings: ExportHoldings;
  /** Of exports alone. */
  readonly files: Pick<Vault, 'put' | 'read' | 'size' | 'remove'>;
  readonly lines: Pick<LineStore, 'list'>;
  readonly clock: Clock;
  readonly random: Random;
  /** True: what is under way stops after its page, and waits for the next start. */
  readonly isStopping?: () => boolean;
}

/** Longer than a page takes; after it whoever comes next begins anew. */
const leaseMs = 60_000;
/** Then it is not the crash of a process, but something in it. */
const attemptsMax = 3;
/** Between two notes of how far it is. */
const noteMs = 500;

export const exportKeyContext = (id: Uuid): string => `export/${id}/file-key`;
/** Each try has a name of its own: two that overlap do not write into one another's file. */
export const exportVaultName = (id: Uuid, attempt: number): string => `${id}-${attempt}.age`;

/** The export is somebody else's now, or was removed. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The process stops. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Writes the next export that waits. False: none does. Throws what went wrong with one. */
export async function runNextExport(parts: ExportRunParts): Promise<boolean> {
  const { jobs, clock, random } = parts;
  const taker = random.uuid();
  const at = clock.now();
  const job = await jobs.take(taker, at, at + leaseMs);
  if (job === null) return false;
  const taken = { id: job.id, taker };
  try {
    if (job.attempts > attemptsMax) await jobs.giveUp(taken, 'failed');
    else await write(parts, job, taker);
  } catch (error) {
    if (error instanceof LeaseLost) return true;
    const isStopped = error instanceof Stopped;
    const how = isStopped ? 'stopped' : job.attempts >= attemptsMax ? 'failed' : 'again';
    await jobs.giveUp(taken, how).catch(() => {});
    if (isStopped) return false;
    throw error;
  }
  return true;
}

async function write(parts: ExportRunParts, job: ExportJob, taker: Uuid): Promise<void> {
  const { jobs, source, files, ciphers, tenantId, clock, random } = parts;
  const taken = { id: job.id, taker };
  let expected = 0;
  for (const kind of tablesOf(job.kind)) expected += await source.count({ ...job, kind });
  let done = 0;
  let notedAt: Instant | null = null;
  async function note(): Promise<void> {
    if (parts.isStopping?.() === true) throw new Stopped();
    const now = clock.monotonic();
    if (notedAt !== null && now - notedAt < noteMs) return;
    notedAt = now;
    const until = clock.now() + leaseMs;
    if (!(await jobs.progress(taken, done, expected, until))) throw new LeaseLost();
  }
  await note();
  const held = await rememberHeld(parts, job);
  const how: WriteHow = {
    job,
    lines: await lineNumbers(parts),
    at: clock.now(),
    async onPage(rows, persons) {
      done += rows;
      await held.add(persons);
    },
  };
  async function* plain(): AsyncGenerator<Buffer> {
    for await (const piece of exportPieces(parts, how)) {
      yield piece;
      await note();
    }
  }
  const name = exportVaultName(job.id, job.attempts);
  const { fileKey, ...sealed } = await sealFile({ files, random }, name, plain());
  // Who is in the file is known before anybody can fetch it.
  await held.end();
  const keySealed = ciphers(tenantId).seal(null, exportKeyContext(job.id), Buffer.from(fileKey));
  const file = { ...sealed, keySealed, readyAt: clock.now() };
  if (await jobs.finish(taken, file, done)) return;
  await files.remove(name);
  throw new LeaseLost();
}

async function lineNumbers({ lines, ciphers, tenantId }: ExportRunParts) {
  const cipher = ciphers(tenantId);
  const all = await lines.list(tenantId);
  return new Map(all.map((line) => [line.id, openLineNumber(cipher, line)]));
}
