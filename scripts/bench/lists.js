// A registry of a whole country: 250 million numbers, imported from text, loaded, and looked at. The
// raw look-up beside ours knows one list, in one piece, and does nothing else. Beside it an own list of
// ten million numbers.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { median } from './processes.js';

const numbersWanted = 250_000_000;
const ownWanted = 10_000_000;
const areasCount = 363;
const perArea = 8_000_000;
const lookups = 1_000_000;
const lookupPiece = 256;
const pieceBytes = 8 * 1024 * 1024;
const lineBytes = 12;

/** Area codes as they are given out: no 9 in the middle, none that ends in 11. */
const areas = Array.from({ length: 800 }, (_, i) => 200 + i)
  .filter((code) => Math.floor(code / 10) % 10 !== 9 && code % 100 !== 11)
  .slice(0, areasCount);

/** Whether a number is on the made-up registry: the same in every run. */
const share = Math.floor((numbersWanted / (areasCount * perArea)) * 65_536);
function isListed(area, bit) {
  let mixed = Math.imul(bit ^ (area * 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 16 < share;
}

/** Writes `201,2000000` and so on, and says how many. */
async function writeRegistry(path) {
  const out = createWriteStream(path, { highWaterMark: pieceBytes });
  let piece = Buffer.allocUnsafe(pieceBytes);
  let at = 0;
  let count = 0;
  for (const area of areas) {
    const head = Buffer.from(`${area},`);
    for (let bit = 0; bit < perArea; bit += 1) {
      if (!isListed(area, bit)) continue;
      if (at + lineBytes > pieceBytes) {
        if (!out.write(piece.subarray(0, at))) await once(out, 'drain');
        piece = Buffer.allocUnsafe(pieceBytes);
        at = 0;
      }
      piece[at] = head[0];
      piece[at + 1] = head[1];
      piece[at + 2] = head[2];
      piece[at + 3] = head[3];
      let rest = bit + 2_000_000;
      for (let i = 10; i >= 4; i -= 1) {
        piece[at + i] = 48 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      piece[at + 11] = 10;
      at += lineBytes;
      count += 1;
    }
  }
  out.end(piece.subarray(0, at));
  await once(out, 'finish');
  return count;
}

/** Clean numbers of a lead list, in no order. */
function leads() {
  let state = 11;
  const next = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  return Array.from(
    { length: lookups },
    () => `+1${areas[next(areasCount)]}${2_000_000 + next(perArea)}`,
  );
}

/** Two passes: where each number lies, then what lies there. */
function rawLookups(numbers, bitmaps) {
  const slots = new Int32Array(numbers.length);
  const bits = new Int32Array(numbers.length);
  for (let n = 0; n < numbers.length; n += 1) {
    const number = numbers[n];
    slots[n] =
      number.charCodeAt(2) * 100 + number.charCodeAt(3) * 10 + number.charCodeAt(4) - 5_328 - 200;
    let rest = 0;
    for (let i = 5; i < 12; i += 1) rest = rest * 10 + number.charCodeAt(i) - 48;
    bits[n] = rest - 2_000_000;
  }
  let found = 0;
  for (let n = 0; n < numbers.length; n += 1) {
    const bit = bits[n];
    found += (bitmaps[slots[n]][bit >>> 5] >>> (bit & 31)) & 1;
  }
  return found;
}

/** A process that does nothing but load the lists: what it grows by is what they take. */
async function loadElsewhere(program, folder) {
  const text = `
    import { openShelf } from ${JSON.stringify(join(dirname(program), 'adapters/lists/shelf.js'))};
    import { followLists } from ${JSON.stringify(join(dirname(program), 'app/follow-lists.js'))};
    import { listsInMemory } from ${JSON.stringify(join(dirname(program), 'app/loaded-lists.js'))};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const shelf = openShelf(process.argv[1], Buffer.alloc(32, 1));
    const memory = listsInMemory();
    const follower = followLists({ shelf, memory, log });
    const before = process.memoryUsage.rss();
    const from = performance.now();
    await follower.look();
    memory.hits('+12125550100', 'call');
    const firstMs = performance.now() - from;
    await follower.filled();
    const readyMs = performance.now() - from;
    globalThis.gc();
    const bytes = process.memoryUsage.rss() - before;
    process.stdout.write(JSON.stringify({ firstMs, readyMs, bytes }));`;
  const node = ['--expose-gc', '--input-type=module', '-e', text, folder];
  const { stdout } = await promisify(execFile)(process.execPath, node);
  return JSON.parse(stdout);
}

/** A process that does nothing but keep an own list: every third number of some area codes. */
async function ownElsewhere(program) {
  const text = `
    import { OwnIndex } from ${JSON.stringify(join(dirname(program), 'core/suppression/own-index.js'))};
    const [count, lookups] = process.argv.slice(1).map(Number);
    const perArea = 2_500_000;
    const numberOf = (n, step) => {
      const area = 201 + Math.floor(n / perArea);
      return '+1' + area + (2_000_000 + (n % perArea) * 3 + step);
    };
    const at = Date.now();
    const changeOf = (n) => ({
      seq: n + 1,
      number: numberOf(n, 0),
      channel: 'call',
      scope: 'all',
      listed: true,
      provisional: false,
      reason: 'request',
      until: null,
      at,
    });
    const before = process.memoryUsage.rss();
    const from = performance.now();
    const copy = new OwnIndex();
    for (let n = 0; n < count; n += 1) copy.apply(changeOf(n));
    const loadS = (performance.now() - from) / 1_000;
    globalThis.gc();
    const bytes = process.memoryUsage.rss() - before;
    // In no order: neighbours would lie in the cache.
    const asked = Array.from({ length: lookups }, (_, i) => {
      const n = (i * 7_654_321) % count;
      return numberOf(n, i % 3);
    });
    let wrong = copy.size === count ? 0 : 1;
    const lookFrom = performance.now();
    for (let i = 0; i < lookups; i += 1) {
      const isListed = copy.find(asked[i], 'call', ['all'], at).length > 0;
      if (isListed !== (i % 3 === 0)) wrong += 1;
    }
    const lookS = (performance.now() - lookFrom) / 1_000;
    process.stdout.write(JSON.stringify({ loadS, lookS, bytes, wrong }));`;
  const node = ['--expose-gc', '--input-type=module', '-e', text, `${ownWanted}`, `${lookups}`];
  const { stdout } = await promisify(execFile)(process.execPath, node);
  return JSON.parse(stdout);
}

const seconds = (from) => (performance.now() - from) / 1_000;

export async function lists({ program, rounds }) {
  const built = (file) => import(pathToFileURL(join(dirname(program), file)).href);
  const { openShelf } = await built('adapters/lists/shelf.js');
  const { readSource } = await built('adapters/lists/source.js');
  const { diskFile } = await built('adapters/lists/disk-file.js');
  const { importList } = await built('app/import-list.js');
  const { followLists } = await built('app/follow-lists.js');
  const { listsInMemory } = await built('app/loaded-lists.js');
  const folder = await mkdtemp(join(tmpdir(), 'consentry-bench-'));
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  try {
    const path = join(folder, 'registry.txt');
    const written = await writeRegistry(path);
    const shelf = openShelf(join(folder, 'lists'), Buffer.alloc(32, 1));
    const clock = { now: () => Date.now(), monotonic: () => performance.now() };

    const importFrom = performance.now();
    const report = await importList(
      { shelf, readSource, clock },
      {
        list: 'national-US',
        file: await diskFile(path),
        kind: 'full',
        obtainedAt: Date.now(),
        accountToken: null,
        told: { source: null, reason: null, by: null, channels: ['call', 'text'], until: null },
        expected: { sha256: null, count: null },
        dryRun: false,
        progress: async () => {},
      },
    );
    await shelf.activate('national-US', report.version);
    const importS = seconds(importFrom);
    await rm(path);

    const { firstMs, readyMs, bytes: grown } = await loadElsewhere(program, join(folder, 'lists'));
    const bytes = grown / report.total;
    const memory = listsInMemory();
    const follower = followLists({ shelf, memory, log });
    await follower.look();
    await follower.filled();

    const numbers = leads();
    const bitmaps = [];
    const manifest = await shelf.current('national-US');
    for (const area of areas) bitmaps[area - 200] = await shelf.area(manifest, String(area));
    // in pieces as long as a list that comes over the network is looked at in
    const pieces = Array.from({ length: Math.ceil(lookups / lookupPiece) }, (_, n) =>
      numbers.slice(n * lookupPiece, (n + 1) * lookupPiece),
    );
    const ours = () => {
      let found = 0;
      for (const piece of pieces) {
        for (const hits of memory.hitsOfEach(piece, 'call')) if (hits.length > 0) found += 1;
      }
      return found;
    };
    const alone = () => {
      let found = 0;
      for (const number of numbers) if (memory.hits(number, 'call').length > 0) found += 1;
      return found;
    };
    const ratios = [];
    const aloneRatios = [];
    let wrong = 0;
    for (let round = 0; round < rounds + 1; round += 1) {
      const rawFrom = performance.now();
      const rawFound = rawLookups(numbers, bitmaps);
      const rawS = seconds(rawFrom);
      const oursFrom = performance.now();
      const oursFound = ours();
      if (round > 0) ratios.push(seconds(oursFrom) / rawS);
      const aloneFrom = performance.now();
      const aloneFound = alone();
      if (round > 0) aloneRatios.push(seconds(aloneFrom) / rawS);
      wrong += Math.abs(rawFound - oursFound) + Math.abs(rawFound - aloneFound);
    }
    const ratio = median(ratios);
    const own = await ownElsewhere(program);
    const isRight = wrong === 0 && report.total === written;
    const result = (name, value, target, unit) => {
      const text = `${value.toFixed(2)} ${unit}`;
      return { name, value, target, isMet: value <= target, text, wanted: `at most ${target}` };
    };
    return {
      title: `A registry of ${report.total} numbers in ${Object.keys(manifest.areas).length} area codes`,
      columns: ['', ''],
      rows: [
        ['first answer after a start', `${firstMs.toFixed(0)} ms`],
        ['look-ups against two passes, rounds', ratios.map((one) => one.toFixed(2)).join(' ')],
        ['one number at a time', aloneRatios.map((one) => one.toFixed(2)).join(' ')],
        [`own list of ${ownWanted}, in memory after`, `${own.loadS.toFixed(1)} s`],
        ['memory a number of it', `${(own.bytes / ownWanted).toFixed(1)} bytes`],
        ['look-ups in it', `${(lookups / own.lookS / 1e6).toFixed(1)} million a second`],
      ],
      results: [
        result('numbers that are wrong', isRight ? wrong : 1, 0, 'numbers'),
        result('numbers of the own list that are wrong', own.wrong, 0, 'numbers'),
        result('import of the whole text', importS, 60, 's'),
        result('every hash checked after a start', readyMs / 1_000, 3, 's'),
        result('memory a number', bytes, 1.6, 'bytes'),
        result('a look-up as a multiple of two passes over bits', ratio, 2, 'times'),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
