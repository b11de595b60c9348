/** Exports of many records: asked for, written beside everything else, fetched, and gone in time. */
import { isUnlimited, type Limits } from '../core/access/limits.ts';
import { allows, type Scope } from '../core/access/scope.ts';
import { ConsentryError } from '../core/error.ts';
import type { ExportFilter, ExportKind } from '../core/exports/columns.ts';
import type { ExportFormat } from '../core/exports/format.ts';
import {
  chunkCount,
  chunkSpan,
  openChunk,
  payloadKey,
  payloadNonceBytes,
} from '../core/recording/age-payload.ts';
import type { Uuid } from '../core/words.ts';
import type { ExportJob } from './export-ports.ts';
import type { Log } from './ports.ts';
import {
  type ExportRunParts,
  exportKeyContext,
  exportVaultName,
  runNextExport,
} from './run-export.ts';

export type ExportParts = Omit<ExportRunParts, 'isStopping'>;

/** Long enough to fetch it after a weekend; whoever wants it later makes it again. */
const keptMs = 7 * 86_400_000;

/** Who asks, and how far they may see. */
export interface Exporter {
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly limits: Limits;
}

export interface WantedExport {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly filter: ExportFilter;
  /** True: numbers in full. */
  readonly reveal: boolean;
  readonly reason: string | null;
}

const reasonContext = (id: Uuid): string => `export/${id}/reason`;

/** @throws `forbidden` for numbers in full without that permission, and for what belongs to no call */
export async function beginExport(
  parts: ExportParts,
  by: Exporter,
  { reason, ...wanted }: WantedExport,
): Promise<ExportJob> {
  const { jobs, ciphers, tenantId, clock, random } = parts;
  if (wanted.reveal) mayReveal(by);
  if (!isUnlimited(by.limits) && (wanted.kind === 'texts' || wanted.kind === 'persons')) {
    const what = 'you may see some calls only; texts and persons belong to none';
    throw new ConsentryError('forbidden', what);
  }
  const [id, madeAt] = [random.uuid(), clock.now()];
  const reasonSealed =
    reason === null
      ? null
      : ciphers(tenantId).seal(null, reasonContext(id), Buffer.from(reason, 'utf8'));
  const expiresAt = madeAt + keptMs;
  const limits = by.limits;
  await jobs.add({ id, ...wanted, limits, reasonSealed, by: by.id, madeAt, expiresAt });
  return findExport(parts, by, id);
}

function mayReveal({ scopes }: Exporter): void {
  if (allows(scopes, 'numbers:reveal')) return;
  throw new ConsentryError('forbidden', 'numbers in full need the scope numbers:reveal');
}

/** @throws `not_found`, also for an export of somebody else by who may see some calls only */
export async function findExport(
  { jobs }: Pick<ExportParts, 'jobs'>,
  by: Exporter,
  id: Uuid,
): Promise<ExportJob> {
  const job = await jobs.find(id);
  if (job === null || !maySee(by, job)) throw new ConsentryError('not_found');
  return job;
}

export const maySee = ({ id, limits }: Exporter, { by }: Pick<ExportJob, 'by'>): boolean =>
  by === id || isUnlimited(limits);

/**
 * The bytes of an export, opened chunk by chunk.
 *
 * @throws `not_found`, `forbidden`, `conflict` while it is not written, `export_gone`
 */
export async function openExport(parts: ExportParts, by: Exporter, id: Uuid) {
  const { files, ciphers, tenantId, clock } = parts;
  const job = await findExport(parts, by, id);
  const { file, state, attempts, reveal, expiresAt } = job;
  if (reveal) mayReveal(by);
  if (state === 'gone' || (state === 'ready' && expiresAt <= clock.now())) {
    throw new ConsentryError('export_gone');
  }
  if (state === 'failed')
    throw new ConsentryError('conflict', 'it could not be written; make it again');
  if (file === null) throw new ConsentryError('conflict', 'it is not written yet');
  const fileKey = ciphers(tenantId).open(null, exportKeyContext(id), file.keySealed);
  const name = exportVaultName(id, attempts);
  const read = async (start: number, end: number) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of files.read(name, start, end)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  async function* plain(): AsyncGenerator<Buffer> {
    const total = file?.sealedBytes ?? 0;
    const key = payloadKey(fileKey, await read(0, payloadNonceBytes));
    for (let i = 0; i < chunkCount(total); i += 1) {
      const { start, end, last } = chunkSpan(i, total);
      yield openChunk(key, i, last, await read(start, end));
    }
  }
  return { job, file, plain: plain() };
}

/** @throws `not_found`. What is gone already is gone. */
export async function removeExport(parts: ExportParts, by: Exporter, id: Uuid): Promise<void> {
  await findExport(parts, by, id);
  await parts.jobs.drop(id, 'removed');
  await clearLeftovers(parts);
}

/** The key first, the bytes second: what is left of a file in between cannot be read. */
export async function clearLeftovers({ jobs, files, clock }: ExportParts): Promise<void> {
  await jobs.dropExpired(clock.now());
  for (const { id, attempts } of await jobs.leftover()) {
    for (let i = 1; i <= attempts; i += 1) await files.remove(exportVaultName(id, i));
    await jobs.cleared(id);
  }
}

export interface ExportWorker {
  /** There is something to write. */
  wake(): void;
  /** A round of upkeep. */
  keep(): Promise<void>;
  stop(): Promise<void>;
}

/** One export at a time: the rest of the work on this machine goes first. */
export function exportWorker(given: ExportParts, log: Pick<Log, 'warn'>): ExportWorker {
  let isStopping = false;
  let running: Promise<void> | null = null;
  const parts = { ...given, isStopping: () => isStopping };
  async function round(): Promise<void> {
    try {
      while (!isStopping && (await runNextExport(parts)));
      await clearLeftovers(parts);
    } catch (error) {
      log.warn({ err: error }, 'an export was cut short');
    }
  }
  const start = (): Promise<void> => {
    running ??= round().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    wake: () => {
      if (!isStopping) void start();
    },
    keep: () => (isStopping ? Promise.resolve() : start()),
    async stop() {
      isStopping = true;
      await running;
    },
  };
}
