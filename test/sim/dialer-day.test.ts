/**
 * A dialer's day, small: `npm run sim -- SEED` lives the whole one, of 100,000 attempts.
 * `SEED=… ATTEMPTS=… npx vitest run test/sim/dialer-day.test.ts` lives any.
 */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { type DayReport, liveDay, wrongLegs } from './dialer-day.ts';

const attempts = Number(process.env['ATTEMPTS'] ?? 300);
const seed = Number(process.env['SEED'] ?? randomBytes(4).readUInt32LE());

function summary({ answers, legs, refusals, kills, seconds }: DayReport): string {
  const statuses: Record<string, number> = {};
  for (const { status } of legs) statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
  const counts = { attempts, refusals: refusals.length, legs: legs.length, kills, statuses };
  return JSON.stringify({ seed, ...counts, answers, seconds: Math.round(seconds) });
}

test('[cap 41] on a dialer’s day nobody is called who had said no', {
  timeout: 120_000 + attempts * 200,
}, async () => {
  console.log(`seed ${seed}`);
  const report = await liveDay(seed, attempts, attempts < 5_000 ? 2 : 12);
  console.log(summary(report));
  const { legs, refusals, answers } = report;
  expect(wrongLegs(report)).toEqual([]);
  expect(report.usedTwice).toBe(0);
  expect(report.forgotten).toEqual([]);
  // No request of ours became two calls, whatever the carrier answered.
  const invites = legs.flatMap(({ invite }) => (invite === null ? [] : [invite]));
  expect(new Set(invites).size).toBe(invites.length);
  expect(report.screenings).toBeGreaterThanOrEqual(report.answered);
  // The day was one: people were called, people refused, and by every way.
  expect(answers['call 201']).toBeGreaterThan(attempts / 10);
  expect(answers['call 403 not_dialled']).toBeGreaterThan(attempts / 50);
  expect(legs.length).toBeGreaterThan(attempts / 10);
  expect(refusals.length).toBeGreaterThan(attempts / 100);
});
