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
const settleMsMax = 30_000;

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
    // A first crowd brings the heap to its working size, so that the second shows what legs cost.
    const crowd = { origin: server.origin, kind: 'real', legs: manyLegs };
    await order(streamer, { ...crowd, do: 'open', legs: 100 });
    await order(streamer, { do: 'stream', frames: 100 });
    await order(streamer, { ...crowd, do: 'close' });
    await wait(2_000);
    const idleBytes = rssBytes(server.pid);
    const earlier = (await metricsOf(server)).get(sealedMetric);
    await order(streamer, { ...crowd, do: 'open' });
    const { sent, closed } = await order(streamer, { do: 'stream', frames: manyFrames });
    const lost = sent - ((await sealed(server, earlier + sent)) - earlier);
    const legBytes = (rssBytes(server.pid) - idleBytes) / manyLegs;
    await order(streamer, { ...crowd, do: 'close' });
    const check = (name, value, target, text, wanted) => ({
      name,
      value,
      target,
      isMet: value <= target,
      text,
      wanted,
    });
    return {
      title: `${manyLegs} legs for ${(manyFrames * 20) / 1_000} s`,
      columns: ['', 'frames sent', 'lost', 'sockets closed', 'KB a leg'],
      rows: [
        ['consentry', String(sent), String(lost), String(closed), (legBytes / 1_024).toFixed(0)],
      ],
      results: [
        check('frames lost', lost, 0, String(lost), '0'),
        check(
          'memory of a live leg',
          legBytes,
          100 * 1_024,
          `${(legBytes / 1_024).toFixed(0)} KB`,
          'under 100 KB',
        ),
      ],
    };
  });
}
