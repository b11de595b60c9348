/** Carries out work on a list in this process, beside a running server or alone, and prints it. */
import { doubtTexts } from '../../app/import-list.ts';
import { findImport } from '../../app/list-jobs.ts';
import type { ListFile, ListJob, NewListJob } from '../../app/list-ports.ts';
import { leaseMs, runListJob } from '../../app/run-list-job.ts';
import { viewJob } from '../../app/view-lists.ts';
import { ConsentryError } from '../../core/error.ts';
import { vouchersNeeded } from '../../core/suppression/list-manifest.ts';
import type { Uuid } from '../../core/words.ts';
import { exitCodes } from './command.ts';
import type { CommandStores } from './parts.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

type Lists = CommandStores['lists'];

/** @param file where it lies; null: it needs none */
export async function runHere(
  lists: Lists,
  terminal: Terminal,
  job: NewListJob,
  file: ListFile | null,
): Promise<ListJob> {
  const taker = lists.random.uuid();
  if (!(await lists.jobs.addTaken(job, taker, lists.clock.now() + leaseMs))) {
    throw new ConsentryError('conflict', 'another import of this list is under way');
  }
  return follow(lists, terminal, await findImport(lists, job.id), taker, file);
}

/** The same of one that waits already. Whoever else took it goes on with it. */
export async function runWaiting(lists: Lists, terminal: Terminal, id: Uuid): Promise<ListJob> {
  const taker = lists.random.uuid();
  const job = await lists.jobs.takeOne(id, taker, lists.clock.now() + leaseMs);
  if (job === null) return findImport(lists, id);
  return follow(lists, terminal, job, taker, null);
}

async function follow(
  lists: Lists,
  terminal: Terminal,
  job: ListJob,
  taker: Uuid,
  file: ListFile | null,
): Promise<ListJob> {
  const bar = showProgress(terminal, job.list);
  try {
    await runListJob(lists, job, taker, file, (done, expected) => bar.at(done, expected));
  } catch (error) {
    const { fault } = await findImport(lists, job.id);
    if (fault === null || error instanceof ConsentryError) throw error;
  } finally {
    bar.end();
  }
  return findImport(lists, job.id);
}

/** @returns the exit code */
export function printJob(terminal: Terminal, job: ListJob, json: boolean): number {
  const code = isWell(job) ? exitCodes.done : exitCodes.failed;
  if (json) {
    terminal.out(
      JSON.stringify({ ...viewJob(job), inForce: job.state === 'done' && !job.wanted.dryRun }),
    );
    return code;
  }
  printTally(terminal, job);
  const { report } = job;
  for (const text of doubtTexts(report?.doubts ?? [])) terminal.out(`  doubt: ${text}`);
  if (job.state === 'done') terminal.out(outcomeOf(job));
  else if (job.state === 'held') terminal.err(heldText(job));
  else if (job.state === 'failed') terminal.err(`it failed: ${job.faultDetail ?? job.fault}`);
  else terminal.err(`it is ${job.state}; \`consentry list imports\` shows how far it is`);
  return code;
}

/** A dry run is well where nothing stands against what it would do. */
function isWell({ state, wanted, report }: ListJob): boolean {
  if (state !== 'done') return false;
  return !wanted.dryRun || (report?.doubts.length ?? 0) === 0;
}

function printTally(terminal: Terminal, { list, report }: ListJob): void {
  if (report?.tally == null) return;
  const { lines, added, removed, unchanged, rejected, examples } = report.tally;
  terminal.out(
    `${list}: ${lines} lines, ${added} added, ${removed} removed, ${unchanged} unchanged`,
  );
  for (const [why, count] of Object.entries(rejected).filter(([, number]) => number > 0)) {
    const at = examples
      .filter((one) => one.why === why)
      .map(({ line, file }) => (file === undefined ? line : `${line} of file ${file}`));
    terminal.out(`  ${count} rejected, ${why}: line ${at.slice(0, 5).join(', ')}`);
  }
}

function outcomeOf({ id, list, kind, report, wanted }: ListJob): string {
  const { version, total = 0, brought, isRepeat } = report ?? {};
  if (kind === 'retire') return `${list} is not looked at any more`;
  if (isRepeat) return `the same file made version ${version}, which is in force`;
  if (wanted.dryRun) return `nothing was changed; it would have ${total} numbers`;
  if (kind === 'undo' && brought !== undefined)
    return `${list}: ${brought} listings were taken off`;
  if (kind === 'undo') return `${list}: ${version} is in force again, with ${total} numbers`;
  if (brought !== undefined) {
    return `${list}: ${brought} new listings; \`consentry list undo ${list} --import ${id}\` takes them off`;
  }
  return `version ${version} is in force, with ${total} numbers`;
}

function heldText({ id, vouches }: ListJob): string {
  const missing = vouchersNeeded - vouches.length;
  const people = missing === 1 ? 'one more person' : `${missing} different people`;
  return `nothing was changed; ${people} have to look at it: consentry list vouch ${id} --user EMAIL`;
}
