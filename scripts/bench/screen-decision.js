// One decision about a number, with the look-ups it needs (an own list, a national registry and every
// list of a state in memory), against one parse of the same number by libphonenumber-js: whoever
// screens a list has to read every number anyway, and what is decided should not be felt beside it.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { median } from './processes.js';

const numbersCount = 20_000;
const warmRounds = 3;
/** Decisions are short: so many passes over the numbers as make a round of them long enough. */
const passes = 10;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The same numbers in every run (mulberry32). */
function chanceFrom(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const ownCount = 200_000;
/** One in so many numbers stands on the national registry. */
const listedEvery = 5;

/** Registries of every area code, and an own list, as a server has them in memory. */
async function listsOf(from, areaCodes, keys, now) {
  const { emptyArea, add } = await from('core/suppression/area-bits.js');
  const { listsInMemory, loadedList } = await from('app/loaded-lists.js');
  const { OwnIndex } = await from('core/suppression/own-index.js');
  const { ownLists } = await from('app/own-lists.js');
  const { allLists } = await from('app/all-lists.js');
  const bits = emptyArea();
  for (let bit = 0; bit < 8_000_000; bit += listedEvery) add(bits, bit);
  const none = emptyArea();
  const yesterday = new Date(now - dayMs).toISOString();
  const memory = listsInMemory();
  for (const key of keys) {
    const [kind, place] = key.split(' ');
    const within = (one) => one === place || one.startsWith(`${place}-`);
    const covered = [...areaCodes].filter(([, places]) => places.some(within));
    const areas = Object.fromEntries(covered.map(([code]) => [code, { sha256: '', count: 1 }]));
    const facts = { list: `${kind}-${place}`, version: 'v1', obtainedAt: yesterday, areas };
    // a million bytes stand for all: that they do not fit in a cache is what `lists` measures
    const load = () => (key === 'national US' ? bits : none);
    memory.put(loadedList(facts, new Float64Array(0), load));
  }
  const codes = [...areaCodes.keys()];
  const copy = new OwnIndex();
  for (let i = 0; i < ownCount; i += 1) {
    const number = `+1${codes[i % codes.length]}${2_000_000 + ((i * 6_151) % 8_000_000)}`;
    const request = { channel: 'call', scope: 'all', reason: 'request', provisional: false };
    copy.apply({ ...request, seq: i + 1, number, listed: true, until: null, at: now });
  }
  const clock = { now: () => now, monotonic: () => 0 };
  const follower = { isStale: () => false, place: () => ({ xid: '1', seq: ownCount }) };
  return allLists(ownLists({ copy, follower, clock }), memory);
}

/** A lead list as they come: any area code, some tried before, some customers. */
function inquiries(suppression, areaCodes, now) {
  const { nothingKnown, standardPolicy } = suppression;
  const chance = chanceFrom(7);
  const codes = [...areaCodes.keys()];
  const clear = { hits: [], states: new Map(), asOf: 1, ageMs: 0 };
  const tried = [now - hourMs, now - 2 * hourMs].map((at) => ({ at, subject: null }));
  const attempted = { ...nothingKnown, line: 'landline', attempts: tried };
  const customer = { ...nothingKnown, line: 'landline', lastPurchaseAt: now - 40 * dayMs };
  const fresh = { ...nothingKnown, line: 'landline' };
  return Array.from({ length: numbersCount }, () => {
    const kind = chance(10);
    const digits = String(2_000_000 + chance(8_000_000));
    return {
      number: `+1${codes[chance(codes.length)]}${digits}`,
      channel: 'call',
      purpose: 'marketing-calls',
      at: now + chance(hourMs),
      now,
      campaign: null,
      subject: null,
      seen: clear,
      known: kind === 1 ? customer : kind < 5 ? attempted : fresh,
      policy: standardPolicy,
    };
  });
}

export async function screening({ program, rounds }) {
  const from = (path) => import(pathToFileURL(join(dirname(program), path)).href);
  const { screener, shippedCallingRules } = await from('core/suppression/calling-rules-shipped.js');
  const { nothingKnown, standardPolicy } = await from('core/suppression/inquiry.js');
  const { screeningOf } = await from('core/suppression/screening.js');
  const { areaCodes } = await from('core/jurisdiction/table/area-codes.js');
  const now = Date.parse('2026-12-03T20:00:00Z');
  const keys = shippedCallingRules.rules.flatMap(({ place, registries }) =>
    registries.map(({ kind }) => `${kind} ${place}`),
  );
  const lists = (await listsOf(from, areaCodes, new Set(keys), now)).now('');
  const suppression = { nothingKnown, standardPolicy };
  const asked = inquiries(suppression, areaCodes, now);
  const evening = asked.map((one) => ({ ...one, at: one.at + 8 * hourMs }));

  let sink = 0;
  const micros = (times, work) => {
    const started = performance.now();
    for (let pass = 0; pass < times; pass += 1) work();
    return ((performance.now() - started) * 1_000) / (times * numbersCount);
  };
  const parse = () => {
    for (const { number } of asked) sink += parsePhoneNumberFromString(number)?.isValid() ? 1 : 0;
  };
  /** As `inquiryOf` does it for each number. */
  const seen = (number) => {
    const { states, asOf, ageMs } = lists;
    return { hits: lists.hits(number, 'call', null), states, asOf, ageMs };
  };
  const decide = (all) => () => {
    for (const one of all) {
      one.seen = seen(one.number);
      sink += screener.screen(one).bits;
    }
  };
  const view = () => {
    for (const one of asked)
      sink += screeningOf(screener, one, screener.screen(one)).reasons.length;
  };
  const round = () => ({
    decision: micros(passes, decide(asked)),
    parse: micros(1, parse),
    closed: micros(passes, decide(evening)),
    view: micros(1, view),
  });
  for (let i = 0; i < warmRounds; i += 1) round();
  const measured = Array.from({ length: rounds }, round);
  const of = (kind) => median(measured.map((one) => one[kind]));
  const allowed = asked.filter((one) => screener.screen(one).bits === 0).length / numbersCount;
  const result = (name, kind, target) => {
    const ratios = measured.map((one) => one[kind] / one.parse);
    const value = median(ratios);
    const text = `${value.toFixed(3)} (rounds: ${ratios.map((one) => one.toFixed(3)).join(', ')})`;
    return { name, value, target, isMet: value <= target, text, wanted: `at most ${target}` };
  };
  return {
    title: `Screening decisions, ${numbersCount} numbers, ${Math.round(allowed * 100)} % allowed`,
    columns: ['', 'µs a number'],
    rows: [
      ['libphonenumber-js/max, parsed and looked up', of('parse').toFixed(2)],
      ['a decision with every reason', of('decision').toFixed(3)],
      ['a decision where most are closed', of('closed').toFixed(3)],
      ['a decision as it is shown to people', of('view').toFixed(2)],
    ],
    results: [
      result('a decision as a share of a parse', 'decision', 0.1),
      result('a decision where most are closed', 'closed', 0.1),
    ],
    sink,
  };
}
