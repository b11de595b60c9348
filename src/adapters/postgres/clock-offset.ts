/**
 * How far the database's clock is ahead of ours. Deadlines are checked by the database's clock,
 * so one that differs from ours by seconds would refuse, or allow, what it should not.
 */
import type { Sql } from 'postgres';

/** Clocks drift by milliseconds a minute; a step of the clock is noticed within this time. */
const measureEveryMs = 60_000;

export interface ClockOffset {
  /** Milliseconds to add to an instant of ours to get the database's. */
  readonly ms: () => number;
  stop(): void;
}

export async function measureOffset(sql: Sql): Promise<number> {
  const samples: { offset: number; roundTrip: number }[] = [];
  for (let i = 0; i < 3; i += 1) {
    const sent = Date.now();
    const [row] = await sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`;
    const received = Date.now();
    samples.push({
      offset: Number(row?.['now']) - (sent + received) / 2,
      roundTrip: received - sent,
    });
  }
  samples.sort((a, b) => a.roundTrip - b.roundTrip); // the quickest answer is the most exact
  return samples[0]?.offset ?? 0;
}

export async function watchClockOffset(sql: Sql): Promise<ClockOffset> {
  let offset = await measureOffset(sql);
  const timer = setInterval(() => {
    measureOffset(sql).then(
      (fresh) => {
        offset = fresh;
      },
      () => {}, // a database that does not answer is noticed where it is needed
    );
  }, measureEveryMs);
  timer.unref();
  return { ms: () => Math.round(offset), stop: () => clearInterval(timer) };
}
