/** Imports, undoings and retirements of lists that others keep: a version is put in force, or none. */
import { ConsentryError } from '../core/error.ts';
import { type Doubt, doubtsOf } from '../core/suppression/list-manifest.ts';
import { importList } from './import-list.ts';
import { noteListAccess } from './list-access.ts';
import { accountOf, type ListParts } from './list-parts.ts';
import type { ListJob, ListReport } from './list-ports.ts';
import type { Outcome, Running } from './run-list-job.ts';

export async function importRegistry(parts: ListParts, running: Running): Promise<Outcome> {
  const { job, note, file, isVouched } = running;
  const { list, kind, wanted, report } = job;
  if (isVouched && report !== null) return putInForce(parts, job, report);
  if (file === null) throw new ConsentryError('conflict', 'its file is not here any more');
  const account = accountOf(parts, job);
  const made = await importList(parts, {
    list,
    file,
    kind: wanted.kindUnsaid === true ? null : kind === 'change' ? 'change' : 'full',
    obtainedAt: obtainedAtOf(job),
    accountToken: account === null ? null : parts.tokenOf(account),
    told: wanted.told,
    expected: wanted.expected,
    dryRun: wanted.dryRun,
    progress: (share) => note(Math.round(share * file.bytes), file.bytes),
  });
  await noteObtained(parts, job, made, account);
  if (wanted.dryRun || made.isRepeat) return { report: made, isHeld: false };
  if (made.doubts.length > 0) return { report: made, isHeld: true };
  return putInForce(parts, job, made);
}

const obtainedAtOf = ({ wanted, madeAt }: ListJob): number => wanted.obtainedAt ?? madeAt;

/** Once for each import, before its data is used. */
function noteObtained(
  parts: ListParts,
  job: ListJob,
  { version, sourceSha256, total }: ListReport,
  account: string | null,
): Promise<void> {
  const { list, wanted, by, as, id: jobId } = job;
  const { seller, campaign } = wanted;
  const facts = {
    list,
    what: 'obtained',
    gotAt: obtainedAtOf(job),
    version,
    sourceSha256,
  } as const;
  const whose = { account, seller, campaign, numbers: total, jobId };
  return noteListAccess(parts, { by, as, address: null }, { ...facts, ...whose });
}

/** Only in the place of what it was judged against. */
async function putInForce(
  { shelf }: ListParts,
  { list }: Pick<ListJob, 'list'>,
  report: ListReport,
): Promise<Outcome> {
  const { version, previous } = report;
  const current = await shelf.current(list);
  if (version === null) throw new ConsentryError('conflict', 'it has no version');
  if (current?.version !== version) {
    if ((current?.version ?? null) !== previous) {
      const text = 'another version came into force since it was judged; import it again';
      throw new ConsentryError('conflict', text);
    }
    await shelf.activate(list, version);
  }
  return { report, isHeld: false };
}

export async function undoRegistry(parts: ListParts, running: Running): Promise<Outcome> {
  const { shelf } = parts;
  const { list, wanted, report } = running.job;
  if (running.isVouched && report !== null) return putInForce(parts, running.job, report);
  const undone = await shelf.manifest(list, wanted.undoes?.version ?? '');
  if (undone.previous === null) throw new ConsentryError('conflict', 'there is none before it');
  const before = await shelf.manifest(list, undone.previous);
  const doubts = doubtsOf({ ...before, kind: 'full' }, undone, nothingRead);
  const made = reportOf(before.version, undone.version, before.total, doubts);
  if (doubts.length > 0) return { report: made, isHeld: true };
  return putInForce(parts, running.job, made);
}

const nothingRead = { lines: 0, rejected: 0, unchanged: 0, areChanges: false };

export async function retireRegistry(parts: ListParts, running: Running): Promise<Outcome> {
  const { shelf, book, clock } = parts;
  const { list, by } = running.job;
  const current = await shelf.current(list);
  const from = current?.total ?? 0;
  const doubts: readonly Doubt[] = from === 0 ? [] : [{ is: 'retires', from }];
  const report = reportOf(null, current?.version ?? null, 0, doubts);
  if (doubts.length > 0 && !running.isVouched) return { report, isHeld: true };
  await shelf.retire(list);
  await book.retire(list, by, clock.now());
  return { report: running.job.report ?? report, isHeld: false };
}

const reportOf = (
  version: string | null,
  previous: string | null,
  total: number,
  doubts: readonly Doubt[],
): ListReport => ({
  version,
  previous,
  total,
  tally: null,
  doubts,
  sourceSha256: null,
  isRepeat: false,
});
