// CPU per media frame, against a raw ws server that reads the same messages and drops them; and a
// thousand legs in real time: what is lost, and what a leg costs in memory.
import { setTimeout as wait } from 'node:timers/promises';
import {
  cpuMs,
  dataFolder,
  helper,
  median,
  metricsOf,
  rssBytes,
  startServer,
} from './processes.js';

const mediaLegs = 300;
const mediaFrames = 400;
const manyLegs = 1_000;
const manyFrames = 1_000;
const firstLegs = 100;
const firstFrames = 150;
const frameMs = 20;
const settleMsMax = 60_000;

const sealedMetric = 'consentry_media_frames_sealed_total';

/** Runs one order of the streamer and waits for its reply. */
async function order(streamer, message) {
  streamer.send(message);
  return streamer.heard();
}

async function sealed(server, wanted) {
  const until = performance.now() + settleMsMax;
  for (;;) {
    const count = (await metricsOf(server)).get(sealedMetric);
    if (count >= wanted || performance.now() > until) return count;
    await wait(100);
  }
}

async function withParts(program, nodeArguments, use) {
  const folder = dataFolder();
  const server = await startServer(program, folder.path, nodeArguments);
  const raw = helper('raw-sink.js');
  const streamer = helper('streamer.js');
  try {
    await server.ready();
    return await use({ server, raw, streamer, rawOrigin: (await raw.heard()).origin });
  } finally {
    await streamer.stop();
    await raw.stop();
    await server.stop();
    folder.remove();
  }
}

export function media({ program, rounds, nodeArguments }) {
  return withParts(program, nodeArguments, async ({ server, raw, streamer, rawOrigin }) => {
    const measure = async (kind) => {
      const [origin, pid] = kind === 'real' ? [server.origin, server.pid] : [rawOrigin, raw.pid];
      await order(streamer, { do: 'open', origin, kind, legs: mediaLegs });
      await wait(1_000);
      const before = cpuMs(pid);
      const { sent } = await order(streamer, { do: 'stream', frames: mediaFrames });
      const micros = ((cpuMs(pid) - before) * 1_000) / sent;
      await order(streamer, { do: 'close', origin, kind });
      await wait(1_000);
      return micros;
    };
    await measure('raw');
    await measure('real');
    const pairs = [];
    for (let round = 0; round < rounds; round += 1) {
      pairs.push({ raw: await measure('raw'), real: await measure('real') });
    }
    const ratios = pairs.map((pair) => pair.real / pair.raw);
    const ratio = median(ratios);
    const row = (name, kind) => [name, median(pairs.map((pair) => pair[kind])).toFixed(1)];
    return {
      title: `Media, ${mediaLegs} legs in real time`,
      columns: ['', 'CPU µs a frame'],
      rows: [row('raw ws, dropped', 'raw'), row('consentry, sealed', 'real')],
      results: [
        {
          name: 'CPU as a multiple of the raw server',
          value: ratio,
          target: 1.6,
          isMet: ratio <= 1.6,
          text: `${ratio.toFixed(2)} (rounds: ${ratios.map((one) => one.toFixed(2)).join(', ')})`,
          wanted: 'at most 1.60',
        },
      ],
    };
  });
}

export function legs({ program, nodeArguments }) {
  return withParts(program, nodeArguments, async ({ server, streamer }) => {
    const crowd = { origin: server.origin, kind: 'real', legs: manyLegs };
    // A first crowd brings the heap to its working size, so that the second shows what legs cost.
    await order(streamer, { ...crowd, do: 'open', legs: firstLegs });
    await order(streamer, { do: 'stream', frames: firstFrames });
    await order(streamer, { ...crowd, do: 'close' });
    await newestRecordings(server, firstLegs);
    const idleBytes = rssBytes(server.pid);
    const earlier = (await metricsOf(server)).get(sealedMetric);
    await order(streamer, { ...crowd, do: 'open' });
    const streaming = order(streamer, { do: 'stream', frames: manyFrames });
    const legBytes = (await rssWhile(server.pid, streaming)).map(
      (rss) => (rss - idleBytes) / manyLegs,
    );
    const { sent, closed } = await streaming;
    const lost = sent - ((await sealed(server, earlier + sent)) - earlier);
    await order(streamer, { ...crowd, do: 'close' });
    const recordings = await newestRecordings(server, manyLegs);
    const broken = recordings.filter((one) => !isWhole(one, manyFrames * frameMs)).length;
    return legsReport({ sent, lost, closed, broken, legBytes: median(legBytes) });
  });
}

/** Sealed, as long as what was sent, and without a hole. */
const isWhole = ({ state, durationMs, lostMs, gaps }, ms) =>
  state === 'sealed' && durationMs === ms && lostMs === 0 && gaps.length === 0;

/** Memory, every half second of the second half. */
async function rssWhile(pid, streaming) {
  const samples = [];
  let over = false;
  void streaming.finally(() => {
    over = true;
  });
  await wait((manyFrames * frameMs) / 2);
  while (!over) {
    samples.push(rssBytes(pid));
    await wait(500);
  }
  return samples;
}

/** The newest recordings, once none of them is live any more. */
async function newestRecordings(server, count) {
  const until = performance.now() + settleMsMax;
  for (;;) {
    const found = [];
    let cursor = '';
    while (found.length < count) {
      const page = await (await server.get(`/v1/recordings?limit=200${cursor}`)).json();
      found.push(...page.data);
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    const newest = found.slice(0, count);
    const settled = newest.every(({ state }) => state !== 'live');
    if (settled || performance.now() > until) return newest;
    await wait(500);
  }
}

function legsReport({ sent, lost, closed, broken, legBytes }) {
  const kilobytes = (legBytes / 1_024).toFixed(0);
  const check = (name, value, target, text, wanted) => ({
    name,
    value,
    target,
    isMet: value <= target,
    text,
    wanted,
  });
  return {
    title: `${manyLegs} legs for ${(manyFrames * frameMs) / 1_000} s`,
    columns: ['', 'frames sent', 'lost', 'sockets closed', 'recordings not whole', 'KB a leg'],
    rows: [['consentry', ...[sent, lost, closed, broken].map(String), kilobytes]],
    results: [
      check('frames lost', lost, 0, String(lost), '0'),
      check('recordings not whole', broken, 0, String(broken), '0'),
      check('memory of a live leg', legBytes, 100 * 1_024, `${kilobytes} KB`, 'under 100 KB'),
    ],
  };
}
