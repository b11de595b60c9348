// One decision about a number, against one parse of the same number by libphonenumber-js: whoever
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

/** A lead list as they come: any area code, a fifth of the numbers with something against them. */
function inquiries(suppression, areaCodes, now) {
  const { nothingKnown, standardPolicy, hits } = suppression;
  const chance = chanceFrom(7);
  const codes = [...areaCodes.keys()];
  const states = new Map(
    suppression.lists.map((key) => [
      key,
      { list: key, version: 'v1', obtainedAt: now - dayMs, covers: () => true },
    ]),
  );
  const clear = { hits: [], states, asOf: 1, ageMs: 0 };
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
      seen: kind < 2 ? { ...clear, hits: hits[kind] } : clear,
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
  const hit = (kind) => ({ list: kind, kind, version: 'v1', since: 0 });
  const now = Date.parse('2026-12-03T20:00:00Z');
  const suppression = {
    nothingKnown,
    standardPolicy,
    hits: [[hit('internal'), hit('national')], [hit('national')]],
    lists: shippedCallingRules.rules.flatMap(({ place, registries }) =>
      registries.map(({ kind }) => `${kind} ${place}`),
    ),
  };
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
  const decide = (all) => () => {
    for (const one of all) sink += screener.screen(one).bits;
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
