/** Exports of many records: asked for, written beside everything else, fetched, and gone in time. */
import { isUnlimited, type Limits } from '../core/access/limits.ts';
import { allows, type Scope } from '../core/access/scope.ts';
import { ConsentryError } from '../core/error.ts';
import {
  type ExportFilter,
  type ExportKind,
  kindsOfCalls,
  kindsOfOversight,
} from '../core/exports/columns.ts';
import type { ExportFormat } from '../core/exports/format.ts';
import type { Uuid } from '../core/words.ts';
import type { ExportFile, ExportJob } from './export-ports.ts';
import { type RestrictionStore, refuseRestricted } from './restrictions.ts';
import { type ExportRunParts, exportKeyContext, exportVaultName } from './run-export.ts';
import { openFile } from './sealed-file.ts';

export interface ExportParts extends Omit<ExportRunParts, 'isStopping'> {
  readonly restrictions: Pick<RestrictionStore, 'ofPerson'>;
  /** Whether they asked for a copy themselves, and are known to be who they say. */
  readonly wantsCopy: (personId: Uuid) => Promise<boolean>;
}

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
  readonly withAudio: boolean;
  readonly recipient: string | null;
  readonly reason: string | null;
  /** Where it is brought to when it is written; null: nowhere. */
  readonly push: string | null;
}

const reasonContext = (id: Uuid): string => `export/${id}/reason`;

/**
 * @throws `forbidden` for numbers in full, sound or oversight without that permission, and for what
 * belongs to no call; `restricted` for a person who asked that nothing of theirs is used;
 * `invalid_request` for a recipient that is none
 */
export async function beginExport(
  parts: ExportParts,
  by: Exporter,
  { reason, push, ...wanted }: WantedExport,
): Promise<ExportJob> {
  const { jobs, ciphers, tenantId, clock, random } = parts;
  mayTake(by, wanted);
  const { personId } = wanted.filter;
  if (personId !== null && !(await parts.wantsCopy(personId))) {
    await refuseRestricted(parts.restrictions.ofPerson(personId));
  }
  if (wanted.recipient !== null && !(await parts.audio.isRecipient(wanted.recipient))) {
    const allowed = 'an age public key, which begins with age1';
    throw new ConsentryError('invalid_request', `recipient: is none; allowed: ${allowed}`, {
      mistakes: [{ path: 'body.recipient', what: 'is none', allowed }],
    });
  }
  const [id, madeAt] = [random.uuid(), clock.now()];
  const reasonSealed =
    reason === null
      ? null
      : ciphers(tenantId).seal(null, reasonContext(id), Buffer.from(reason, 'utf8'));
  const expiresAt = madeAt + keptMs;
  const limits = by.limits;
  await jobs.add({ id, ...wanted, limits, reasonSealed, by: by.id, madeAt, expiresAt });
  if (push !== null) await jobs.startPush(id, push);
  return findExport(parts, by, id);
}

export type Taken = Pick<ExportJob, 'kind' | 'format' | 'reveal' | 'withAudio'>;

/** @throws `forbidden` */
export function mayTake(
  { scopes, limits }: Exporter,
  { kind, format, reveal, withAudio }: Taken,
): void {
  const need = (scope: Scope, what: string): void => {
    if (allows(scopes, scope)) return;
    throw new ConsentryError('forbidden', `${what} the scope ${scope}`);
  };
  if (reveal) need('numbers:reveal', 'numbers in full need');
  if (hasSound({ format, withAudio })) need('recordings:download', 'sound needs');
  if (kindsOfOversight.includes(kind)) need('audit:read', 'who saw what needs');
  if (!isUnlimited(limits) && !kindsOfCalls.includes(kind)) {
    throw new ConsentryError('forbidden', 'you may see some calls only; this belongs to none');
  }
}

/** Whether anybody is heard in it. */
export const hasSound = ({ format, withAudio }: Pick<Taken, 'format' | 'withAudio'>): boolean =>
  withAudio || format === 'wav' || format === 'age';

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

/** @throws `not_found`, `forbidden`, `conflict` while it is not written, `export_gone` */
export async function fetchable(parts: ExportParts, by: Exporter, id: Uuid) {
  const job = await findExport(parts, by, id);
  const { file, state, expiresAt } = job;
  mayTake(by, job);
  if (state === 'gone' || (state === 'ready' && expiresAt <= parts.clock.now())) {
    throw new ConsentryError('export_gone');
  }
  if (state === 'failed')
    throw new ConsentryError('conflict', 'it could not be written; make it again');
  if (file === null) throw new ConsentryError('conflict', 'it is not written yet');
  return { job, file };
}

/** The bytes of an export, opened chunk by chunk. @throws what `fetchable` does */
export async function openExport(parts: ExportParts, by: Exporter, id: Uuid) {
  const { job, file } = await fetchable(parts, by, id);
  return { job, file, plain: plainOf(parts, job, file, 0) };
}

/** What is in a file from that byte on. */
export function plainOf(
  { files, ciphers, tenantId }: Pick<ExportParts, 'files' | 'ciphers' | 'tenantId'>,
  { id, attempts }: Pick<ExportJob, 'id' | 'attempts'>,
  { keySealed, sealedBytes }: ExportFile,
  from: number,
): AsyncGenerator<Buffer> {
  const fileKey = ciphers(tenantId).open(null, exportKeyContext(id), keySealed);
  return openFile(files, exportVaultName(id, attempts), fileKey, sealedBytes, from);
}

/** @throws `not_found`, `forbidden`, `export_gone` */
export async function startPush(
  parts: ExportParts,
  by: Exporter,
  id: Uuid,
  target: string,
): Promise<ExportJob> {
  mayTake(by, await findExport(parts, by, id));
  if (!(await parts.jobs.startPush(id, target))) throw new ConsentryError('export_gone');
  return findExport(parts, by, id);
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
