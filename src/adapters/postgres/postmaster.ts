/**
 * One life of the embedded PostgreSQL: from its start to its end, whoever ends it. It runs in a
 * process group of its own, so that a signal to our group does not take the database away while we
 * drain, and dies with us (parent-death signal) if we are killed.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConsentryError } from '../../core/error.ts';
import type { Binaries } from './binaries.ts';
import { isThere } from './is-there.ts';

/** A cluster that recovers from a crash may take a while; a healthy one takes 40 ms. */
const startTimeoutMs = 60_000;
/** A fast shutdown writes one checkpoint; one that hangs on a disk is ended, and recovers later. */
const stopTimeoutMs = 10_000;

export interface Place {
  readonly binaries: Binaries;
  readonly cluster: string;
  readonly password: string;
  readonly port: number;
  /** False only for tests that do not crash anything. */
  readonly fsync: boolean;
  readonly maxConnections: number;
}

export interface Postmaster {
  readonly pid: number;
  /** Resolves when it has ended, to the signal or exit code it ended by. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** `setpriv` comes after `unshare`: entering a user namespace clears the parent-death signal. */
export function runBinary(
  binaries: Binaries,
  program: string,
  args: readonly string[],
  withUs: boolean,
) {
  const lifeline =
    withUs && existsSync('/usr/bin/setpriv') ? ['setpriv', '--pdeathsig', 'INT'] : [];
  const [command, ...rest] = [
    ...binaries.prefix,
    ...lifeline,
    join(binaries.bin, program),
    ...args,
  ] as [string, ...string[]];
  const identity = binaries.uid === null ? {} : { uid: binaries.uid, gid: binaries.uid };
  return spawn(command, rest, {
    ...identity,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  });
}

export const addressOf = ({ port, password }: Pick<Place, 'port' | 'password'>): string =>
  `postgres://consentry:${password}@127.0.0.1:${port}/postgres`;

/**
 * Resolves once it answers. Throws `unavailable` with what it said if it never does.
 *
 * @param isUnwanted true from when nobody waits for it any more
 */
export async function startPostmaster(
  place: Place,
  isUnwanted: () => boolean = () => false,
): Promise<Postmaster> {
  const settings = {
    port: place.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: place.maxConnections,
    fsync: place.fsync ? 'on' : 'off',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic', // a failing statement's text never reaches a log
  };
  const args = ['-D', place.cluster];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const child = runBinary(place.binaries, 'postgres', args, true);
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr = (stderr + String(chunk)).slice(-2_000);
  });
  let end: string | null = null;
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string) => {
      end = how;
      resolve(how);
    };
    child.once('exit', (code, signal) => finish(signal ?? `exit code ${code}`));
    child.once('error', (error) => finish(error.message));
  });
  child.unref();
  (child.stderr as unknown as { unref?: () => void } | null)?.unref?.();

  async function stop(): Promise<void> {
    if (end !== null) return;
    child.ref(); // or a process with nothing else to do would not wait for the end
    const limit = setTimeout(() => child.kill('SIGQUIT'), stopTimeoutMs); // at once, to recover later
    child.kill('SIGINT'); // fast shutdown: clients are dropped, everything committed is on disk
    await ended;
    clearTimeout(limit);
  }

  const until = performance.now() + startTimeoutMs;
  while (!(await isThere(addressOf(place)))) {
    if (end !== null || isUnwanted() || performance.now() > until) {
      await stop();
      throw new ConsentryError(
        'unavailable',
        `embedded PostgreSQL did not start: ${stderr.trim() || end}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { pid: child.pid ?? 0, ended, stop };
}
