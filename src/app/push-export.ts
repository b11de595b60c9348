/**
 * Brings the file of an export to an SFTP server of the business. What arrives under the file's own
 * name is whole; one that was cut short goes on where it stopped, and one that is there already is
 * left as it is, so that it may be tried again at any point.
 */
import { ConsentryError } from '../core/error.ts';
import { exportFileName } from '../core/exports/format.ts';
import { PushError, type PushFault } from '../core/exports/push-fault.ts';
import type { ExportJob } from './export-ports.ts';
import { type ExportParts, plainOf } from './exports.ts';

export interface PushFile {
  /** Made of words of ours. */
  readonly name: string;
  readonly bytes: number;
  /** What is in it from that byte on. */
  from(start: number): AsyncIterable<Uint8Array>;
}

export interface PushTargets {
  /** Throws `setting_invalid` where the file of targets is not one. */
  names(): Promise<readonly string[]>;
  /** @throws PushError */
  push(target: string, file: PushFile, onBytes: (bytes: number) => Promise<void>): Promise<void>;
}

export interface PushParts extends ExportParts {
  readonly targets: PushTargets;
  /** Writes down who brings it where. Nothing leaves before that, and nothing if it cannot be. */
  readonly beforePush: (job: ExportJob, target: string) => Promise<void>;
  readonly isStopping?: () => boolean;
}

const leaseMs = 60_000;
const attemptsMax = 8;
const firstRestMs = 5_000;
const noteMs = 1_000;

class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Pushes the next that waits. False: none does, or none yet. */
export async function pushNextExport(parts: PushParts): Promise<boolean> {
  const { jobs, targets, clock } = parts;
  const at = clock.now();
  const job = await jobs.takePush(at, at + leaseMs);
  if (job === null) return false;
  const { file, push } = job;
  if (file === null || push === null) return true;
  let notedAt = clock.monotonic();
  async function note(bytes: number): Promise<void> {
    if (parts.isStopping?.() === true) throw new Stopped();
    const now = clock.monotonic();
    if (now - notedAt < noteMs) return;
    notedAt = now;
    // An export that was removed or lost its persons meanwhile goes no further.
    if (!(await jobs.notePush(job?.id ?? '', bytes, clock.now() + leaseMs))) throw new Stopped();
  }
  try {
    const name = exportFileName(job.kind, job.id, job.format);
    const from = (start: number) => plainOf(parts, job, file, start);
    await parts.beforePush(job, push.target);
    await targets.push(push.target, { name, bytes: file.plainBytes, from }, note);
    await jobs.endPush(job.id, 'done', null);
  } catch (error) {
    if (error instanceof Stopped) {
      await jobs.restPush(job.id, clock.now(), null);
      return parts.isStopping?.() !== true;
    }
    await fail(parts, job, faultOf(error));
  }
  return true;
}

const faultOf = (error: unknown): PushFault => {
  if (error instanceof PushError) return error.fault;
  return error instanceof ConsentryError && error.code === 'setting_invalid' ? 'target' : 'storage';
};

async function fail({ jobs, clock }: PushParts, job: ExportJob, fault: PushFault): Promise<void> {
  const attempts = job.push?.attempts ?? 0;
  const isForPeople = ['host-key', 'login', 'target', 'recipient'].includes(fault);
  if (isForPeople || attempts >= attemptsMax) await jobs.endPush(job.id, 'failed', fault);
  else await jobs.restPush(job.id, clock.now() + firstRestMs * 2 ** attempts, fault);
}
