// Screening over HTTP: single questions against an empty Express handler with the same key and body,
// a long list against a node:http server that splits and reads its lines and answers as much, and
// what a list costs in memory.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cpuMs, dataFolder, helper, median, rssBytes, startServer } from './processes.js';

/** As many as voice steps are measured at. A question waits for a commit, which many share. */
const connections = 50;
const singleMs = 3_000;
const warmMs = 4_000;
const listCount = 200_000;
const longCount = 2_000_000;
const growthBytesMax = 100 * 1_048_576;

export async function screenings({ program, rounds, nodeArguments }) {
  const from = (path) => import(pathToFileURL(join(dirname(program), path)).href);
  const { areaCodes } = await from('core/jurisdiction/table/area-codes.js');
  const codes = [...areaCodes.keys()];
  const folder = dataFolder();
  const server = await startServer(program, folder.path, nodeArguments);
  const key = server.apiKey;
  const raw = helper('raw-screen.js', { BENCH_KEY: key });
  const caller = helper('screen-caller.js');
  try {
    await server.ready();
    const rawUrls = await raw.heard();
    const urls = {
      raw: rawUrls,
      real: {
        single: `${server.origin}/v1/screenings`,
        batch: `${server.origin}/v1/screenings/batch`,
      },
    };
    const pids = { raw: raw.pid, real: server.pid };
    const order = async (kind, what) => {
      const before = cpuMs(pids[kind]);
      caller.send({ ...what, key, codes });
      const result = await caller.heard();
      const micros = ((cpuMs(pids[kind]) - before) * 1_000) / result.answered;
      return { ...result, micros };
    };
    const single = (kind, ms) =>
      order(kind, { do: 'singles', url: urls[kind].single, ms, connections });
    const list = (kind, count) => order(kind, { do: 'list', url: urls[kind].batch, count });
    for (const kind of ['raw', 'real']) {
      await single(kind, warmMs);
      await list(kind, listCount);
    }
    const pairs = [];
    for (let round = 0; round < rounds; round += 1) {
      pairs.push({
        single: { raw: await single('raw', singleMs), real: await single('real', singleMs) },
        list: { raw: await list('raw', listCount), real: await list('real', listCount) },
      });
    }
    const idle = rssBytes(server.pid);
    let most = idle;
    const watch = setInterval(() => {
      most = Math.max(most, rssBytes(server.pid));
    }, 100);
    const long = await list('real', longCount);
    clearInterval(watch);
    return report(pairs, { growth: most - idle, whole: long.answered === longCount });
  } finally {
    await caller.stop();
    await raw.stop();
    await server.stop();
    folder.remove();
  }
}

function report(pairs, long) {
  const of = (what, kind, field) => median(pairs.map((pair) => pair[what][kind][field]));
  const row = (name, what, kind) => [
    name,
    of(what, kind, 'perSecond').toFixed(0),
    of(what, kind, 'micros').toFixed(1),
    String(pairs.reduce((sum, pair) => sum + pair[what][kind].failed, 0)),
  ];
  const ratio = (name, what, target) => {
    const ratios = pairs.map((pair) => pair[what].real.perSecond / pair[what].raw.perSecond);
    const value = median(ratios);
    const text = `${value.toFixed(2)} (rounds: ${ratios.map((one) => one.toFixed(2)).join(', ')})`;
    return { name, value, target, isMet: value >= target, text, wanted: `at least ${target}` };
  };
  const mebibytes = long.growth / 1_048_576;
  return {
    title: `Screening over HTTP: ${connections} connections; lists of ${listCount}`,
    columns: ['', 'numbers/s', 'server µs', 'failed'],
    rows: [
      row('Express, same key and body, one number', 'single', 'raw'),
      row('consentry, one number', 'single', 'real'),
      row('node:http, lines split, read and answered', 'list', 'raw'),
      row('consentry, a list', 'list', 'real'),
    ],
    results: [
      ratio('one number, as a share of the empty handler', 'single', 0.6),
      ratio('a list, as a share of the splitter', 'list', 0.5),
      {
        name: `memory that a list of ${longCount} adds`,
        value: long.growth,
        target: growthBytesMax,
        isMet: long.whole && long.growth <= growthBytesMax,
        text: `${mebibytes.toFixed(0)} MiB${long.whole ? '' : ', and it was not answered whole'}`,
        wanted: `at most ${growthBytesMax / 1_048_576} MiB`,
      },
    ],
  };
}
