/**
 * A small disk of its own, that can be filled, made read-only and taken away: a tmpfs in the
 * mount namespace of a child process, which we reach through /proc. Root does not mind mode
 * bits, so this is the only way to meet a disk that refuses.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SmallDisk {
  /** Where the disk is, for this process. */
  readonly path: string;
  readOnly(): Promise<void>;
  writable(): Promise<void>;
  unmount(): Promise<void>;
  close(): Promise<void>;
}

/** @param size as mount takes it, for instance `64k` */
export async function smallDisk(size: string): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const shell = spawn('unshare', [...asRoot, '--mount', 'sh'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  const run = async (command: string) => {
    shell.stdin.write(`${command}\necho $?\n`);
    const { value } = await lines.next();
    if (value !== '0') throw new Error(`in the mount namespace, "${command}" ended with ${value}`);
  };
  await run(`mount -t tmpfs -o size=${size} tmpfs ${folder}`);
  return {
    path: join(`/proc/${shell.pid}/root`, folder),
    readOnly: () => run(`mount -o remount,ro ${folder}`),
    writable: () => run(`mount -o remount,rw ${folder}`),
    unmount: () => run(`umount ${folder}`),
    close: async () => {
      shell.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
