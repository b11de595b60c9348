import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { KeptRelease, ReleaseStore } from '../../src/app/report-ports.ts';
import { makeRelease, type ReportParts } from '../../src/app/reports.ts';
import type { CallFact } from '../../src/core/reports/facts.ts';

const now = Date.parse('2026-11-27T00:00:00Z');

/** Every month had as many calls. */
function world() {
  const kept: KeptRelease[] = [];
  const time = { now };
  const releases: ReleaseStore = {
    list: async () => [...kept].sort((a, b) => (a.month < b.month ? 1 : -1)),
    find: async (month) => kept.find((one) => one.month === month) ?? null,
    add: async (release) => {
      kept.push(release);
      return 'added';
    },
  };
  const parts: ReportParts = {
    reportReads: { facts: async () => facts },
    releases,
    clock: { now: () => time.now, monotonic: () => time.now },
    random: { bytes: (count) => randomBytes(count), uuid: () => randomUUID() },
  };
  const make = (month: string, epsilon: number | null) =>
    makeRelease(parts, { month, rows: 'line', epsilon, by: 'somebody' });
  return { make, time };
}

const facts = Array.from(
  { length: 400 },
  (_, i): CallFact => ({
    caller: `${i}`,
    line: i % 2 === 0 ? 'a' : 'b',
    campaign: 'none',
    region: 'DE',
    direction: 'inbound',
    language: 'de',
    outcome: i % 3 === 0 ? 'refused' : 'granted',
    day: '2026-01-10',
    durationMs: 60_000,
    answered: true,
  }),
);

test('epsilons of releases add up, and those of a year to four at most', async () => {
  const { make, time } = world();
  for (const [month, epsilon] of [
    ['2026-01', 2],
    ['2026-02', 1.9],
    ['2026-03', 0.1],
  ] as const) {
    expect((await make(month, epsilon)).table.noise?.epsilon).toBe(epsilon);
  }
  await expect(make('2026-04', 0.1)).rejects.toThrow(/epsilon of 4 together; 4.00 of it is spent/);
  expect((await make('2026-04', null)).table.noise).toBeNull();
  time.now += 366 * 86_400_000;
  expect((await make('2026-05', 2)).table.noise?.epsilon).toBe(2);
});

test('small epsilons may be spent on every month', async () => {
  const { make } = world();
  for (let month = 1; month <= 10; month += 1) {
    const name = `2026-${String(month).padStart(2, '0')}`;
    expect((await make(name, 0.4)).month).toBe(name);
  }
  await expect(make('2025-12', 0.4)).rejects.toThrow(/together/);
});
