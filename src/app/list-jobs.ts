/** Imports of lists, as people ask for them, vouch for them, and take them back. */
import { ConsentryError } from '../core/error.ts';
import { listIdForm, ownList } from '../core/suppression/list-manifest.ts';
import { nothingTold } from '../core/suppression/list-use.ts';
import { type Channel, channels, type ListingScope } from '../core/suppression/own-change.ts';
import type { FileKind } from '../core/suppression/registry-line.ts';
import type { Instant, Uuid } from '../core/words.ts';
import {
  accountContext,
  accountIn,
  fileContext,
  fileName,
  type ListAsker,
  type ListParts,
} from './list-parts.ts';
import type { ListJob, ListJobWanted, NewListJob, OwnPlace } from './list-ports.ts';
import { sealFile } from './sealed-file.ts';

/** What may be said of a file. What is not said of a registry is as its list is expected. */
export interface ImportSaid {
  readonly list: string;
  /** Null: its content tells. */
  readonly kind: FileKind | null;
  readonly obtainedAt: Instant | null;
  readonly source: string | null;
  readonly reason: string | null;
  /** Who imports it; null: whoever asks. */
  readonly by: string | null;
  /** Null: both, or as the list is expected. */
  readonly channels: readonly Channel[] | null;
  /** It may not be relied on any more from then on; of the own list: its numbers stand until then. */
  readonly until: Instant | null;
  /** Of the own list. */
  readonly scope: ListingScope;
  readonly account: string | null;
  readonly seller: string | null;
  readonly campaign: string | null;
  readonly sha256: string | null;
  readonly count: number | null;
  readonly dryRun: boolean;
}

/** Longer than a request may take: after it whoever sent the file is gone. */
const receivingMs = 15 * 60_000;

/** The raw text of 250 million numbers takes 3.4 GB; what is larger is packed, or no list. */
export const sentBytesMax = 4 * 1024 ** 3;

/** @throws `not_found` for what is no name of a list */
export function checkList(list: string): void {
  if (list === ownList || listIdForm.test(list)) return;
  throw new ConsentryError('not_found', 'there is no list of that name, and there cannot be one');
}

/**
 * Takes a file in, sealed; it is read beside everything else.
 *
 * @param onceToken stands for who sent it and their Idempotency-Key; null: they gave none
 * @throws `body_too_large`, `idempotency_mismatch`, `storage_failed`
 */
export async function sendImport(
  parts: ListParts,
  asker: ListAsker,
  said: ImportSaid,
  content: AsyncIterable<Uint8Array>,
  onceToken: Buffer | null,
): Promise<{ readonly job: ListJob; readonly isReplay: boolean }> {
  const { jobs, clock, ciphers, tenantId } = parts;
  const job = await newImport(parts, asker, said, null);
  await jobs.receive(job, clock.now() + receivingMs);
  try {
    const { fileKey, ...sealed } = await sealFile(parts, fileName(job.id), upTo(content));
    const keySealed = ciphers(tenantId).seal(null, fileContext(job.id), Buffer.from(fileKey));
    const before = await jobs.received(job.id, { ...sealed, keySealed }, onceToken);
    if (before === null) return { job: await findImport(parts, job.id), isReplay: false };
    await forget(parts, job.id);
    if (!isSame(before, job, sealed.sha256)) throw new ConsentryError('idempotency_mismatch');
    return { job: before, isReplay: true };
  } catch (error) {
    await forget(parts, job.id).catch(() => {});
    throw error;
  }
}

async function forget({ jobs, files, clock }: ListParts, id: Uuid): Promise<void> {
  await jobs.drop(id, clock.now());
  await files.remove(fileName(id));
  await jobs.cleared(id);
}

const isSame = (before: ListJob, job: NewListJob, sha256: string): boolean =>
  before.list === job.list && before.kind === job.kind && before.sha256 === sha256;

async function* upTo(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > sentBytesMax) {
      throw new ConsentryError('body_too_large', 'the file is larger than 4 GiB; send it packed');
    }
    yield piece;
  }
  if (bytes === 0) throw new ConsentryError('body_malformed', 'the body is empty');
}

/**
 * The file is fetched from an SFTP server of the operator's, then read.
 *
 * @throws `not_found` for a target that is none
 */
export async function pullImport(
  parts: ListParts,
  asker: ListAsker,
  said: ImportSaid,
  pull: { readonly from: string; readonly file: string },
): Promise<ListJob> {
  const job = await newImport(parts, asker, said, pull);
  await parts.jobs.add(job);
  return findImport(parts, job.id);
}

/** What an import comes to with what is expected of its list. */
export async function newImport(
  { book, ciphers, tenantId, clock, random }: ListParts,
  { by, as }: ListAsker,
  said: ImportSaid,
  pull: ListJobWanted['pull'],
): Promise<NewListJob> {
  const { list, kind, obtainedAt, seller, campaign, sha256, count, dryRun } = said;
  checkList(list);
  if (list === ownList && kind === 'change') {
    const text = 'a file adds to the own list; what it brought is taken off by undoing the import';
    throw new ConsentryError('conflict', text);
  }
  const id = random.uuid();
  const known = list === ownList ? null : await book.find(list);
  const reach = said.channels ?? known?.channels ?? channels;
  const account = said.account ?? accountIn({ ciphers, tenantId }, known);
  const own: OwnPlace | null =
    list === ownList ? { channels: reach, scope: said.scope, until: said.until } : null;
  return {
    id,
    list,
    kind: kind ?? 'full',
    wanted: {
      obtainedAt,
      told: {
        source: said.source ?? known?.source ?? null,
        reason: said.reason ?? known?.reason ?? null,
        by: said.by ?? by,
        channels: channels.filter((one) => reach.includes(one)),
        until: said.until === null ? null : new Date(said.until).toISOString(),
      },
      ...(kind === null && { kindUnsaid: true }),
      own,
      expected: { sha256, count },
      seller: seller ?? known?.seller ?? null,
      campaign,
      dryRun,
      pull,
      undoes: null,
    },
    accountSealed:
      account === null
        ? null
        : ciphers(tenantId).seal(null, accountContext(id), Buffer.from(account)),
    by,
    as,
    madeAt: clock.now(),
  };
}

const nothingSaid: ListJobWanted = {
  obtainedAt: null,
  told: nothingTold,
  own: null,
  expected: { sha256: null, count: null },
  seller: null,
  campaign: null,
  dryRun: false,
  pull: null,
  undoes: null,
};

/**
 * What takes an import back. Whoever runs it judges it like an import: it may have to be vouched for.
 *
 * @throws `conflict` for what changed nothing, or is not what is in force
 */
export async function newUndo(
  parts: Pick<ListParts, 'shelf' | 'clock' | 'random'>,
  { by, as }: ListAsker,
  what: { readonly list: string; readonly of: ListJob | null },
): Promise<NewListJob> {
  const { list, of } = what;
  checkList(list);
  if (of !== null && (of.state !== 'done' || of.wanted.dryRun || of.report === null)) {
    throw new ConsentryError('conflict', 'it changed nothing, or not yet; drop it instead');
  }
  if (of?.kind === 'undo' || of?.kind === 'retire') {
    throw new ConsentryError('conflict', 'it is no import; import the list again instead');
  }
  const undoes = await undoneBy(parts, list, of);
  const [id, madeAt] = [parts.random.uuid(), parts.clock.now()];
  const wanted = { ...nothingSaid, undoes };
  return { id, list, kind: 'undo', wanted, accountSealed: null, by, as, madeAt };
}

async function undoneBy(
  { shelf }: Pick<ListParts, 'shelf'>,
  list: string,
  of: ListJob | null,
): Promise<NonNullable<ListJobWanted['undoes']>> {
  if (list === ownList) {
    if (of === null) throw new ConsentryError('conflict', 'say which import is to be undone');
    return { version: null, importId: of.id };
  }
  const current = await shelf.current(list);
  if (current === null) throw new ConsentryError('not_found', `there is no list ${list}`);
  if (of !== null && of.report?.version !== current.version) {
    throw new ConsentryError('conflict', 'what it made is not what is in force');
  }
  if (current.previous === null) {
    throw new ConsentryError('conflict', 'it is the first version; there is none before it');
  }
  return { version: current.version, importId: of?.id ?? null };
}

/** What ends a list. @throws `conflict` for the own list, `not_found` for what is no list here */
export async function newRetirement(
  { shelf, book, clock, random }: Pick<ListParts, 'shelf' | 'book' | 'clock' | 'random'>,
  { by, as }: ListAsker,
  list: string,
): Promise<NewListJob> {
  checkList(list);
  if (list === ownList) throw new ConsentryError('conflict', 'the own list is always there');
  const known = await book.find(list);
  if ((await shelf.current(list)) === null && (known === null || known.retiredAt !== null)) {
    throw new ConsentryError('not_found', 'there is no such list');
  }
  const [id, madeAt] = [random.uuid(), clock.now()];
  return { id, list, kind: 'retire', wanted: nothingSaid, accountSealed: null, by, as, madeAt };
}

/** @throws `not_found` */
export async function findImport({ jobs }: Pick<ListParts, 'jobs'>, id: Uuid): Promise<ListJob> {
  const job = await jobs.find(id);
  if (job === null) throw new ConsentryError('not_found');
  return job;
}

/**
 * One person looked at what stands against an import, and wants it all the same. From the second
 * different one on it is carried out.
 *
 * @param by a user's id: programs do not look at anything
 * @throws `not_found`, `conflict` for what is not held
 */
export async function vouchFor(
  parts: Pick<ListParts, 'jobs' | 'clock'>,
  id: Uuid,
  by: Uuid,
): Promise<ListJob> {
  await findImport(parts, id);
  if ((await parts.jobs.vouch(id, by, parts.clock.now())) === null) {
    throw new ConsentryError('conflict', 'nothing stands against it that is to be vouched for');
  }
  return findImport(parts, id);
}

/** @throws `not_found`, `conflict` for what is over */
export async function dropImport(parts: ListParts, id: Uuid): Promise<void> {
  const job = await findImport(parts, id);
  if (!(await parts.jobs.drop(id, parts.clock.now()))) {
    throw new ConsentryError('conflict', 'it is over already; what it did is undone by `undo`');
  }
  const { report, list, kind } = job;
  const isVersion = (kind === 'full' || kind === 'change') && list !== ownList;
  if (job.state === 'held' && isVersion && report?.version != null) {
    await parts.shelf.remove(list, report.version);
  }
  await clearSent(parts);
}

/** The keys are gone with what they were for; these are the bytes. */
export async function clearSent({ jobs, files }: Pick<ListParts, 'jobs' | 'files'>): Promise<void> {
  for (const id of await jobs.leftover()) {
    await files.remove(fileName(id));
    await jobs.cleared(id);
  }
}
