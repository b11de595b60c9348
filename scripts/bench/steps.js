// Voice steps per second at 50 connections, against a raw server on the same database cluster.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { cpuMs, cpuMsOfTree, dataFolder, helper, median, startServer } from './processes.js';

const connectionsMax = 50;
/** As long as it takes until what is run all the time has been compiled. */
const warmMs = { raw: 3_000, real: 15_000 };
const roundMs = 5_000;
/** Between rounds, so that one does not pay for what the other left behind. */
const restMs = 500;

/** The raw server's pool: as many connections as it is quickest with, measured with 8 to 50. */
const rawPool = 20;

export async function steps({ program, rounds, nodeArguments }) {
  const folder = dataFolder();
  const server = await startServer(program, folder.path, nodeArguments);
  const running = [];
  try {
    await server.ready();
    const cluster = join(folder.path, 'postgres');
    const postmaster = Number(
      readFileSync(join(cluster, 'cluster/postmaster.pid'), 'utf8').split('\n')[0],
    );
    const database = await adopt(program, cluster);
    const raw = helper('raw-steps.js', { BENCH_DATABASE_URL: database, BENCH_POOL: rawPool });
    const caller = helper('caller.js');
    running.push(raw, caller);
    const { origin: rawOrigin } = await raw.heard();

    const measure = async (kind, ms) => {
      const [origin, pid] = kind === 'real' ? [server.origin, server.pid] : [rawOrigin, raw.pid];
      const before = {
        node: cpuMs(pid),
        database: cpuMsOfTree(postmaster),
        caller: cpuMs(caller.pid),
      };
      caller.send({ origin, kind, connectionsMax, ms });
      const result = await caller.heard();
      const perRequest = (after, earlier) => ((after - earlier) * 1_000) / result.requests;
      const cpu = {
        nodeMicros: perRequest(cpuMs(pid), before.node),
        databaseMicros: perRequest(cpuMsOfTree(postmaster), before.database),
        callerMicros: perRequest(cpuMs(caller.pid), before.caller),
      };
      await caller.heard(); // the calls of this round have ended
      await wait(restMs);
      return { ...result, ...cpu };
    };
    for (const [kind, ms] of Object.entries(warmMs)) await measure(kind, ms);
    const pairs = [];
    for (let round = 0; round < rounds; round += 1) {
      pairs.push({ raw: await measure('raw', roundMs), real: await measure('real', roundMs) });
    }
    return report(pairs);
  } finally {
    for (const one of running) await one.stop();
    await server.stop();
    folder.remove();
  }
}

/** The address of the cluster that the server runs, from the server's own launcher. */
async function adopt(program, cluster) {
  const launcher = join(dirname(program), 'adapters/postgres/embedded.js');
  const { startEmbedded } = await import(pathToFileURL(launcher).href);
  return (await startEmbedded({ dir: cluster })).url;
}

function report(pairs) {
  const of = (kind, field) => median(pairs.map((pair) => pair[kind][field]));
  const row = (kind) => ({
    perSecond: of(kind, 'perSecond'),
    p50Ms: of(kind, 'p50'),
    p99Ms: of(kind, 'p99'),
    nodeMicros: of(kind, 'nodeMicros'),
    databaseMicros: of(kind, 'databaseMicros'),
    callerMicros: of(kind, 'callerMicros'),
    failed: pairs.reduce((sum, pair) => sum + pair[kind].failed, 0),
  });
  const ratios = pairs.map(({ raw, real }) => real.perSecond / raw.perSecond);
  const [raw, real] = [row('raw'), row('real')];
  return {
    title: `Voice steps, ${connectionsMax} connections`,
    columns: ['', 'steps/s', 'p50 ms', 'p99 ms', 'server µs', 'database µs', 'caller µs', 'failed'],
    rows: [
      ['raw node:http, one insert each', raw],
      ['consentry', real],
    ].map(([name, one]) => [
      name,
      one.perSecond.toFixed(0),
      one.p50Ms.toFixed(1),
      one.p99Ms.toFixed(1),
      one.nodeMicros.toFixed(0),
      one.databaseMicros.toFixed(0),
      one.callerMicros.toFixed(0),
      String(one.failed),
    ]),
    results: [
      {
        name: 'rate as a share of the raw server',
        value: median(ratios),
        target: 0.5,
        isMet: median(ratios) >= 0.5,
        text: `${median(ratios).toFixed(2)} (rounds: ${ratios.map((one) => one.toFixed(2)).join(', ')})`,
        wanted: 'at least 0.50',
      },
      {
        name: 'answers that were not right',
        value: raw.failed + real.failed,
        target: 0,
        isMet: raw.failed + real.failed === 0,
        text: String(raw.failed + real.failed),
        wanted: '0',
      },
    ],
    raw,
    real,
  };
}
