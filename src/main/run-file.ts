/** What a running server tells the commands beside it: where it is. No secret is in it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const shape = z.object({
  pid: z.number().int().positive(),
  url: z.string(),
  /** The loopback carrier, where one runs. */
  carrier: z.object({ url: z.string(), accountSid: z.string() }).nullable(),
});

export type RunFile = z.infer<typeof shape>;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Null if no server runs on this data folder. */
export function readRunFile(path: string): RunFile | null {
  if (!existsSync(path)) return null;
  const parsed = shape.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : null;
}

export function writeRunFile(path: string, content: RunFile): void {
  writeFileSync(path, `${JSON.stringify(content)}\n`, { mode: 0o644 });
}

export function removeRunFile(path: string): void {
  rmSync(path, { force: true });
}
