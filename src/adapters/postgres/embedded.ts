/**
 * A real PostgreSQL in a folder, started from the binaries npm brought. It lives in a process
 * group of its own, so that a signal to our group does not take the database away while we
 * drain, and dies with us (parent-death signal) if we are killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import postgres from 'postgres';
import { ConsentryError } from '../../core/error.ts';
import { type Binaries, findBinaries } from './binaries.ts';

/** A cluster that recovers from a crash may take a while; a healthy one takes 40 ms. */
const startTimeoutMs = 60_000;
/** A fast shutdown writes one checkpoint. */
const shutdownTimeoutMs = 30_000;

export interface EmbeddedPostgres {
  readonly url: string;
  /** True when another process of ours runs the cluster: `stop` then leaves it alone. */
  readonly adopted: boolean;
  /** Process id of the postmaster. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder of the cluster; made if missing. */
  readonly dir: string;
  /** False only for tests that do not crash anything. */
  readonly fsync?: boolean;
  readonly maxConnections?: number;
  /**
   * True for a server, which must not depend on the life of a passing command: it waits for a
   * cluster that somebody else runs on this folder to stop. Otherwise such a cluster is adopted.
   */
  readonly own?: boolean;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** `setpriv` comes after `unshare`: entering a user namespace clears the parent-death signal. */
function run(binaries: Binaries, program: string, args: readonly string[], withUs: boolean) {
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

async function finished(child: ChildProcess, what: string): Promise<void> {
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text = (text + String(chunk)).slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) {
    throw new ConsentryError(
      'unavailable',
      `${what} failed with exit code ${code}: ${text.trim()}`,
    );
  }
}

async function initialise(binaries: Binaries, cluster: string, password: string): Promise<void> {
  const passwordFile = `${cluster}.initial-password`;
  writeFileSync(passwordFile, password, { mode: 0o644 });
  try {
    const args = ['-D', cluster, '-U', 'consentry', '-A', 'scram-sha-256', '-E', 'UTF8'];
    args.push('--locale=C', `--pwfile=${passwordFile}`, '--no-instructions');
    await finished(run(binaries, 'initdb', args, false), 'initdb');
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function url(port: number, password: string): string {
  return `postgres://consentry:${password}@127.0.0.1:${port}/postgres`;
}

async function answers(address: string): Promise<boolean> {
  const sql = postgres(address, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The cluster that runs on this folder and answers. One that is shutting down (its owner was just
 * killed) is waited for: starting beside it would fail on its lock file.
 */
async function findLive(cluster: string, password: string, own: boolean) {
  const pidFile = join(cluster, 'postmaster.pid');
  const until = performance.now() + shutdownTimeoutMs;
  while (existsSync(pidFile)) {
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0 || !alive(pid)) return null;
    const address = url(Number(lines[3]), password);
    if (!own && (await answers(address))) return { pid, address };
    if (performance.now() > until) {
      throw new ConsentryError(
        'unavailable',
        `another process (${pid}) runs PostgreSQL on ${cluster}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const cluster = join(options.dir, 'cluster');
  const passwordPath = join(options.dir, 'password');
  mkdirSync(options.dir, { recursive: true, mode: 0o711 });
  const binaries = findBinaries(options.dir);
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    rmSync(cluster, { recursive: true, force: true }); // an initdb that was cut off
    const password = randomBytes(24).toString('hex');
    writeFileSync(passwordPath, password, { mode: 0o600 });
    await initialise(binaries, cluster, password);
  }
  const password = readFileSync(passwordPath, 'utf8').trim();
  const live = await findLive(cluster, password, options.own === true);
  if (live) {
    return { url: live.address, adopted: true, pid: live.pid, stop: async () => {} };
  }
  return launch(binaries, cluster, password, options);
}

async function launch(
  binaries: Binaries,
  cluster: string,
  password: string,
  options: EmbeddedOptions,
): Promise<EmbeddedPostgres> {
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 100,
    fsync: options.fsync === false ? 'off' : 'on',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic', // a failing statement's text never reaches a log
  };
  const args = ['-D', cluster];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const child = run(binaries, 'postgres', args, true);
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr = (stderr + String(chunk)).slice(-2_000);
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.unref();
  (child.stderr as unknown as { unref?: () => void } | null)?.unref?.();

  const address = url(port, password);
  const until = performance.now() + startTimeoutMs;
  while (!(await answers(address))) {
    if (child.exitCode !== null || performance.now() > until) {
      throw new ConsentryError(
        'unavailable',
        `embedded PostgreSQL did not start: ${stderr.trim()}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: address,
    adopted: false,
    pid: child.pid ?? 0,
    stop: async () => {
      child.ref(); // or a process with nothing else to do would not wait for the end
      child.kill('SIGINT'); // fast shutdown: clients are dropped, everything committed is on disk
      await exited;
    },
  };
}
