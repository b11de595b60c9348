/** What a running server tells the commands beside it: where it is. No secret is in it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const shape = z.object({
  pid: z.number().int().positive(),
  url: z.string(),
  /** The loopback carrier, where one runs. */
  carrier: z.object({ url: z.string(), accountSid: z.string() }).nullable(),
  /** When the process began, as its system counts; null where that cannot be known. */
  begun: z.string().nullable(),
});

export type RunFile = Omit<z.infer<typeof shape>, 'begun'>;

/**
 * Null if no server runs on this data folder. What a server left that was killed counts for
 * nothing, nor does a file that cannot be understood: it must not keep the next one from starting.
 */
export function readRunFile(path: string): RunFile | null {
  const text = textOf(path);
  const content = text === null ? null : understood(text);
  if (content === null) return null;
  const { begun, ...found } = content;
  return isAlive(found.pid, begun) ? found : null;
}

/** Whole or not at all, so that nobody reads half of it. */
export function writeRunFile(path: string, content: RunFile): void {
  const unfinished = `${path}.${process.pid}`;
  const text = JSON.stringify({ ...content, begun: begunOf(content.pid) });
  try {
    writeFileSync(unfinished, `${text}\n`, { mode: 0o644 });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

export function removeRunFile(path: string): void {
  rmSync(path, { force: true });
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function understood(text: string): z.infer<typeof shape> | null {
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * The number alone proves nothing: in a container the same few come again after every start, ours
 * among them. So the process must also have begun when the one did that wrote the file.
 */
function isAlive(pid: number, begun: string | null): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return begun === begunOf(pid);
}

/**
 * Field 22 of Linux's `/proc/PID/stat` (proc_pid_stat(5)): clock ticks from the system's start to
 * the process's. Null on other systems. The second field is a name that may hold spaces and
 * parentheses, so counting begins after the last one.
 */
function begunOf(pid: number): string | null {
  const stat = (() => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      return null;
    }
  })();
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
