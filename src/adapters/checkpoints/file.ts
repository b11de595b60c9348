/**
 * Checkpoints in a file outside the database, one signed note after the other, each followed by
 * an empty line: text that a person can read, copy and mail.
 */
import { appendFile, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckpointKeeper } from '../../app/ledger-ports.ts';
import { ConsentryError } from '../../core/error.ts';

/** A note of ours has about 200 bytes: the last whole one lies within this. */
const tailBytes = 4_096;

export function fileCheckpoints(path: string): CheckpointKeeper {
  /** A crash or a full disk may have cut the last note short: the next one begins apart from it. */
  let afterTear = true;
  return {
    async publish(note) {
      try {
        await mkdir(dirname(path), { recursive: true });
        await appendFile(path, `${afterTear ? '\n\n' : ''}${note}\n`);
        afterTear = false;
      } catch (cause) {
        afterTear = true;
        const what = 'the checkpoint file cannot be written';
        throw new ConsentryError('storage_failed', what, { cause });
      }
    },
    async last() {
      // What follows the last empty line was cut short; signature lines alone begin with a dash.
      const blocks = (await readTail(path)).split(/\n{2,}/).slice(0, -1);
      const signature = blocks.findLastIndex((block) => block.startsWith('— '));
      const text = blocks[signature - 1];
      return text === undefined ? null : `${text}\n\n${blocks[signature]}\n`;
    },
  };
}

/** Empty if there is no such file. */
async function readTail(path: string): Promise<string> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new ConsentryError('storage_failed', 'the checkpoint file cannot be read', { cause });
  }
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(size - start),
      0,
      size - start,
      start,
    );
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await file.close();
  }
}
