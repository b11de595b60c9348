// Starting, asking, weighing and ending the processes of a bench.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { account } from './carrier.js';

/** The kernel counts CPU time in ticks of this length. */
const tickMs = 10;
const pageBytes = 4_096;
const startMsMax = 60_000;
const warningsMax = 3;

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export async function freePort() {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

/** Fields of /proc/PID/stat from the third on, for a name may hold spaces. */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** CPU time of all threads of a process since its start, ms. */
export function cpuMs(pid) {
  const stat = statOf(pid);
  return (Number(stat[11]) + Number(stat[12])) * tickMs;
}

/** The same for a process and all its living and reaped children. */
export function cpuMsOfTree(pid) {
  const stat = statOf(pid);
  let ms = (Number(stat[11]) + Number(stat[12]) + Number(stat[13]) + Number(stat[14])) * tickMs;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (Number(statOf(name)[1]) === pid) ms += cpuMs(name);
    } catch {
      // It ended between the listing and the look.
    }
  }
  return ms;
}

/** Memory that a process has in RAM now. */
export function rssBytes(pid) {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * pageBytes;
}

/** A helper of ours that speaks by messages. */
export function helper(file, env = {}) {
  const child = fork(join(import.meta.dirname, file), [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const replies = [];
  const waiting = [];
  child.on('message', (message) => {
    const next = waiting.shift();
    if (next === undefined) replies.push(message);
    else next.resolve(message);
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting) reject(new Error(`${file} ended with ${code}`));
  });
  return {
    pid: child.pid,
    send: (message) => child.send(message),
    /** The next message; throws what the helper says went wrong. */
    async heard() {
      const message =
        replies.shift() ??
        (await new Promise((resolve, reject) => waiting.push({ resolve, reject })));
      if (message.error !== undefined) throw new Error(`${file}: ${message.error}`);
      return message;
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** A folder for one server's data, gone at the end. */
export function dataFolder() {
  const path = mkdtempSync(join(tmpdir(), 'consentry-bench-'));
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}

/** The built server with its embedded database, as `npm start` runs it, and an account of ours. */
export async function startServer(program, dataDir, nodeArguments = []) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const apiKey = 'bench-key-'.padEnd(40, 'x');
  const child = spawn(process.execPath, [...nodeArguments, program, 'serve'], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: dataDir,
      TWILIO_ACCOUNT_SID: account.sid,
      TWILIO_AUTH_TOKEN: account.token,
      // Nobody is there: the server is never led to ask the carrier for anything.
      TWILIO_API_URL: 'http://127.0.0.1:9',
      BOOTSTRAP_API_KEY: apiKey,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  tellWarnings(child.stderr);
  const get = (path) =>
    fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
  const server = {
    origin,
    apiKey,
    pid: child.pid,
    get,
    /** Throws if the server ends or does not come up. */
    async ready() {
      const until = performance.now() + startMsMax;
      for (;;) {
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
        if (performance.now() > until) throw new Error('the server does not come up');
        const ok = await get('/readyz').then(
          (answer) => answer.ok,
          () => false,
        );
        if (ok) return server;
        await wait(20);
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
  return server;
}

/** The first lines of a server's log, and how many more there were. */
function tellWarnings(log) {
  let lines = 0;
  createInterface(log)
    .on('line', (line) => {
      lines += 1;
      if (lines <= warningsMax) process.stderr.write(`  server: ${line.slice(0, 300)}\n`);
    })
    .on('close', () => {
      if (lines > warningsMax)
        process.stderr.write(`  server: ${lines - warningsMax} more lines\n`);
    });
}

/** The counters at /metrics, by name with labels. */
export async function metricsOf(server) {
  const text = await (await server.get('/metrics')).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}
