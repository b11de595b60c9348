/** Fetches the file of an import from an SFTP server; it then lies here, sealed, like one that was sent. */
import { PullError } from '../core/exports/push-fault.ts';
import { sentBytesMax } from './list-jobs.ts';
import { fileContext, fileName, type ListParts } from './list-parts.ts';
import type { ListJob, TakenJob } from './list-ports.ts';
import type { Note } from './run-list-job.ts';
import { sealFile } from './sealed-file.ts';

/** @throws PullError */
export async function fetchFile(
  parts: ListParts,
  job: ListJob,
  taken: TakenJob,
  note: Note,
): Promise<ListJob> {
  const { targets, jobs, ciphers, tenantId } = parts;
  const { pull } = job.wanted;
  if (pull === null) return job;
  return targets.pull(pull.from, pull.file, async (content, { bytes, writtenAt }) => {
    if (bytes > sentBytesMax) throw new PullError('storage');
    async function* counted(): AsyncGenerator<Uint8Array> {
      let done = 0;
      for await (const piece of content) {
        yield piece;
        done += piece.length;
        await note(done, bytes);
      }
    }
    const { fileKey, ...sealed } = await sealFile(parts, fileName(job.id), counted());
    // One that was cut off is not taken for a short one.
    if (sealed.plainBytes !== bytes) throw new PullError('unreachable');
    const keySealed = ciphers(tenantId).seal(null, fileContext(job.id), Buffer.from(fileKey));
    const file = { ...sealed, keySealed };
    const obtainedAt = job.wanted.obtainedAt ?? writtenAt;
    await jobs.fetched(taken, file, obtainedAt);
    return { ...job, file, wanted: { ...job.wanted, obtainedAt } };
  });
}
