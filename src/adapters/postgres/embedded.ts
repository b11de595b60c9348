/** A real PostgreSQL in a folder, started from the binaries npm brought. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ConsentryError } from '../../core/error.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { isThere } from './is-there.ts';
import { keepAlive, type LifeEvent } from './keep-alive.ts';
import { addressOf, runBinary, startPostmaster } from './postmaster.ts';

/** How long one of somebody else's may take to shut down. */
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
  /** Given: it is started again whenever it ends by itself, and this hears of it. */
  readonly onLife?: (event: LifeEvent) => void;
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
    await finished(runBinary(binaries, 'initdb', args, false), 'initdb');
  } finally {
    rmSync(passwordFile, { force: true });
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
    const address = addressOf({ port: Number(lines[3]), password });
    if (!own && (await isThere(address))) return { pid, address };
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
  const place = {
    ...{ binaries, cluster, password },
    port: await freePort(),
    fsync: options.fsync !== false,
    maxConnections: options.maxConnections ?? 100,
  };
  const first = await startPostmaster(place);
  const url = addressOf(place);
  if (options.onLife === undefined) {
    return { url, adopted: false, pid: first.pid, stop: first.stop };
  }
  const kept = keepAlive(first, (isUnwanted) => startPostmaster(place, isUnwanted), options.onLife);
  return {
    url,
    adopted: false,
    get pid() {
      return kept.pid;
    },
    stop: kept.stop,
  };
}
