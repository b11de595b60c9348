/** A year of calls, redacted by schedule; what goes is counted by a model of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liftHold, placeHold } from '../../src/app/holds.ts';
import { planRetention } from '../../src/app/plan-retention.ts';
import { beginScheduled, carryOut } from '../../src/app/retention.ts';
import type { Counts } from '../../src/app/retention-ports.ts';
import { type RecordKind, type RetentionRule, recordKinds } from '../../src/core/retention/plan.ts';
import { dumpTables } from '../sim/dump.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type RetentionWorld, retentionWorld } from '../support/retention-world.ts';
import { type SeededTenant, seedTenant } from '../support/seed-call.ts';
import {
  dayMs,
  makeYear,
  seedYear,
  type Year,
  type YearCall,
  yearStart,
} from '../support/seed-year.ts';

let database: TestDatabase;
let tenant: SeededTenant;
let world: RetentionWorld;
let year: Year;
let now = yearStart + 366 * dayMs;

const rulesOf = ({ lines: [first, second] }: Year): Partial<RetentionRule>[] => [
  { kind: 'calls', days: 90 },
  { kind: 'calls', lineId: first!, days: 30 },
  { kind: 'calls', campaign: 'spring', days: 180 },
  { kind: 'calls', purpose: 'sale', days: null },
  { kind: 'recordings', days: 60 },
  { kind: 'recordings', lineId: second!, days: 120 },
  { kind: 'texts', days: 1 },
  { kind: 'forms', days: 45 },
  { kind: 'forms', purpose: 'recording', days: 200 },
];

beforeAll(async () => {
  database = await testDatabase();
  tenant = await seedTenant(database.sql);
  year = makeYear('year', { calls: 700, people: 150 });
  await seedYear(database.sql, tenant, year);
  const vault = new Set(year.calls.flatMap((call) => call.recordingId ?? []));
  world = retentionWorld(database.sql, tenant, { now: () => now, vault });
  await world.setRules(rulesOf(year));
}, 120_000);
afterAll(() => database.close());

// ---------------------------------------------------------------- the model

const never = Number.POSITIVE_INFINITY;
type Held = (call: YearCall) => boolean;

/** Days by the rules that fit with the most names; undefined: no rule speaks. */
function daysFor(kind: RecordKind, call: YearCall | null): number | undefined {
  const fitting = rulesOf(year)
    .filter((rule) => rule.kind === kind)
    .map((rule) => {
      const names = [
        rule.lineId === undefined ? null : rule.lineId === call?.line,
        rule.campaign === undefined ? null : rule.campaign === call?.campaign,
        rule.purpose === undefined ? null : call?.purposes.includes(rule.purpose!) === true,
      ].filter((one) => one !== null);
      return { names, days: rule.days ?? never };
    })
    .filter(({ names }) => names.every(Boolean));
  const most = Math.max(...fitting.map(({ names }) => names.length));
  const days = fitting.filter(({ names }) => names.length === most).map((one) => one.days);
  return days.length === 0 ? undefined : Math.min(...days);
}

const isOver = (kind: RecordKind, call: YearCall | null, at: number, asOf: number): boolean =>
  at + (daysFor(kind, call) ?? never) * dayMs <= asOf;

function isCallOver(call: YearCall, asOf: number): boolean {
  const forms = [...call.answers, ...call.requests];
  const parts: [RecordKind, number][] = [
    ...(call.recordingId === null ? [] : [['recordings', call.startedAt] as [RecordKind, number]]),
    ...forms.map((at): [RecordKind, number] => ['forms', at]),
  ];
  const partsOver = parts.every(
    ([kind, at]) => daysFor(kind, call) === undefined || isOver(kind, call, at, asOf),
  );
  return isOver('calls', call, call.endedAt, asOf) && partsOver;
}

/** What is gone at an instant, if runs came all along, and what holds and requests keep. */
function model(asOf: number, isHeld: Held, heldTexts: (at: number) => boolean) {
  const counts = Object.fromEntries(
    ['calls', 'recordings', 'texts', 'forms'].map((kind) => [
      kind,
      { redacted: 0, held: 0, open: 0 },
    ]),
  ) as Record<string, { redacted: number; held: number; open: number }>;
  const goneCalls = new Set<string>();
  for (const call of year.calls) {
    const forms = [...call.answers, ...call.requests];
    const isDue = isCallOver(call, asOf);
    if (isDue && !isHeld(call) && !call.isOpen) {
      goneCalls.add(call.id);
      counts['calls']!.redacted += 1;
      counts['recordings']!.redacted += call.recordingId === null ? 0 : 1;
      counts['forms']!.redacted += forms.length;
      continue;
    }
    if (isDue) counts['calls']![isHeld(call) ? 'held' : 'open'] += 1;
    const outcome = isHeld(call) ? 'held' : 'redacted';
    if (call.recordingId !== null && isOver('recordings', call, call.startedAt, asOf)) {
      counts['recordings']![outcome] += 1;
    }
    for (const at of forms) if (isOver('forms', call, at, asOf)) counts['forms']![outcome] += 1;
  }
  const goneTexts = new Set<string>();
  for (const { sid, at } of year.texts) {
    if (!isOver('texts', null, at, asOf)) continue;
    if (heldTexts(at)) counts['texts']!.held += 1;
    else goneTexts.add(sid);
  }
  counts['texts']!.redacted = goneTexts.size;
  const goneSent = new Set<string>();
  for (const { id, at } of year.sent) {
    if (!isOver('forms', null, at, asOf)) continue;
    counts['forms']![heldTexts(at) ? 'held' : 'redacted'] += 1;
    if (!heldTexts(at)) goneSent.add(id);
  }
  const needed = new Set([
    ...year.calls
      .filter((call) => !goneCalls.has(call.id) || call.isChoice)
      .flatMap(({ person }) => person?.id ?? []),
    ...year.texts.filter(({ sid }) => !goneTexts.has(sid)).map(({ person }) => person.id),
    ...year.sent.filter(({ id }) => !goneSent.has(id)).map(({ person }) => person.id),
  ]);
  return { counts, goneCalls, goneSent, needed };
}

const shown = (counts: Counts) =>
  Object.fromEntries(
    ['calls', 'recordings', 'texts', 'forms'].map((kind) => {
      const { redacted, held, open } = counts[kind as 'calls'] ?? { redacted: 0, held: 0, open: 0 };
      return [kind, { redacted, held, open }];
    }),
  );

async function runNow() {
  const begun = await beginScheduled(world.parts, 'test');
  const run = await carryOut(world.parts, begun!.id);
  expect([run?.proved, run?.receiptId]).toEqual([true, expect.any(String)]);
  return run!;
}

// ---------------------------------------------------------------- the promises

const heldCall: Held = (call) => call.id === year.calls[3]!.id;
const heldPerson: Held = (call) => call.person?.id === year.people[0]!.id;
const march = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-01-20T00:00:00Z')] as const;
const heldPeriod: Held = ({ startedAt, endedAt }) => startedAt < march[1] && endedAt >= march[0];
const isHeld: Held = (call) => heldCall(call) || heldPerson(call) || heldPeriod(call);
const isTextHeld = (at: number): boolean => at >= march[0] && at < march[1];

describe('[cap 58] [cap 64] a year redacted by schedule', () => {
  const holds: string[] = [];

  test('counts what goes, and what holds keep, as a model of its own does', async () => {
    const { parts } = world;
    const reason = 'court';
    for (const on of [
      { kind: 'call', callId: year.calls[3]!.id },
      { kind: 'person', personId: year.people[0]!.id },
      { kind: 'period', since: march[0], until: march[1] },
    ] as const) {
      holds.push((await placeHold(parts, on, reason, 'test')).id);
    }
    const wanted = model(now, isHeld, (at) => isTextHeld(at));
    // Texts of the held person are held too, whenever they came.
    const ofPerson = year.texts.filter(
      ({ person, at }) =>
        person.id === year.people[0]!.id && !isTextHeld(at) && isOver('texts', null, at, now),
    );
    wanted.counts['texts']!.redacted -= ofPerson.length;
    wanted.counts['texts']!.held += ofPerson.length;
    const sentBy = year.sent.filter(
      ({ person, at }) =>
        person.id === year.people[0]!.id && !isTextHeld(at) && isOver('forms', null, at, now),
    );
    wanted.counts['forms']!.redacted -= sentBy.length;
    wanted.counts['forms']!.held += sentBy.length;
    expect(wanted.counts['calls']!.redacted).toBeGreaterThan(200);
    for (const kind of ['calls', 'recordings', 'texts', 'forms']) {
      expect([kind, wanted.counts[kind]!.held > 0]).toEqual([kind, true]);
    }

    const plan = await planRetention(parts.retention, (await rules()).value, now);
    const planned = recordKinds
      .filter((kind) => kind !== 'transcripts')
      .map((kind) => [
        kind,
        { redacted: plan[kind].due, held: plan[kind].held, open: plan[kind].open },
      ]);
    expect(Object.fromEntries(planned)).toEqual(wanted.counts);
    expect(plan.transcripts).toEqual({ due: 0, held: 0, open: 0, oldest: null });
    const oldest = year.calls
      .filter(({ id }) => wanted.goneCalls.has(id))
      .map((one) => one.endedAt);
    expect(plan.calls.oldest).toBe(Math.min(...oldest));

    const run = await runNow();
    expect(shown(run.counts)).toEqual(wanted.counts);
    const rows = await database.sql`select id from call where redacted_at is not null`;
    expect(new Set(rows.map(({ id }) => id))).toEqual(wanted.goneCalls);
  });

  test('a second run changes nothing', async () => {
    const before = await dumpOfRecords();
    const { counts } = await runNow();
    for (const { redacted, failed } of Object.values(counts)) {
      expect([redacted, failed]).toEqual([0, 0]);
    }
    expect(await dumpOfRecords()).toBe(before);
  });

  test('what the holds kept goes once they are lifted, and nothing else', async () => {
    for (const id of holds) await liftHold(world.parts, id, 'settled', 'test');
    const free = model(
      now,
      () => false,
      () => false,
    );
    const before =
      await database.sql`select count(*)::int as n from call where redacted_at is not null`;
    const run = await runNow();
    expect(run.counts.calls?.redacted).toBe(free.goneCalls.size - before[0]!['n']);
    expect(Object.values(run.counts).map(({ held }) => held)).toEqual(
      Object.values(run.counts).map(() => 0),
    );
    const gone = await database.sql`select id from call where redacted_at is not null`;
    expect(new Set(gone.map(({ id }) => id))).toEqual(free.goneCalls);
    const sent = await database.sql`select id from form_submission where person_id is null`;
    expect(new Set(sent.map(({ id }) => id))).toEqual(free.goneSent);
    expect(sent.length).toBeGreaterThan(20);
    const known = await database.sql`select id from person where key_wrapped is not null`;
    expect(new Set(known.map(({ id }) => id))).toEqual(free.needed);
    expect(world.vault).toEqual(
      new Set(
        year.calls
          .filter((call) => !free.goneCalls.has(call.id) && call.recordingId !== null)
          .filter((call) => !isOver('recordings', call, call.startedAt, now))
          .map(({ recordingId }) => recordingId),
      ),
    );
  });

  test('what stays of a call is as it was, and the month has as many', async () => {
    const calls = await database.sql`select * from call where redacted_at is not null`;
    expect(calls.length).toBeGreaterThan(200);
    for (const row of calls) {
      const call = year.calls.find(({ id }) => id === row['id'])!;
      const outcome = call.purposes.includes('recording') ? 'granted' : 'refused';
      expect({
        at: row['started_at'].getTime(),
        end: row['ended_at'].getTime(),
        line: row['line_id'],
        campaign: row['campaign'],
        outcome: row['state'].legs[0].statuses.recording,
      }).toEqual({
        at: call.startedAt,
        end: call.endedAt,
        line: call.line,
        campaign: call.campaign,
        outcome,
      });
    }
    const months = await database.sql`
      select to_char(started_at at time zone 'UTC', 'YYYY-MM') as month, count(*)::int as n
      from call group by 1`;
    for (const { month, n } of months) {
      const own = year.calls.filter(({ startedAt }) =>
        new Date(startedAt).toISOString().startsWith(month),
      );
      expect(n).toBe(own.length);
    }
  });

  test('in a dump, no row of any table ties a redacted call to its person', async () => {
    const lines = (await dumpTables(database.sql)).split('\n');
    const { goneCalls } = model(
      now,
      () => false,
      () => false,
    );
    const gone = year.calls.filter(({ id, person }) => goneCalls.has(id) && person !== null);
    const byName = new Map<string, string[]>();
    for (const line of lines) {
      for (const [name] of line.matchAll(
        /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|CA[0-9a-f]{32}/g,
      )) {
        byName.set(name, [...(byName.get(name) ?? []), line]);
      }
    }
    let ties = 0;
    for (const { id, partyId, callSid, person } of gone) {
      const token = tenant.cipher.token(person!.number).toString('hex');
      const rows = [id, partyId, callSid].flatMap((name) => byName.get(name) ?? []);
      expect(rows.length).toBeGreaterThan(1);
      ties += rows.filter((row) => row.includes(person!.id) || row.includes(token)).length;
      // Nor over one other row: an entry of the call that is somebody's.
      const entries = rows.filter((row) => row.startsWith('"public"."entry"'));
      for (const row of entries) {
        const [entry] = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(row) ?? [];
        const near = byName.get(entry!) ?? [];
        ties += near.filter((one) => one.includes(person!.id) || one.includes(token)).length;
      }
    }
    expect(ties).toBe(0);
    const dump = lines.join('\n');
    for (const { number } of year.people) expect(dump.includes(number.slice(1))).toBe(false);
    // The look itself sees ties where they are meant to be.
    const kept = year.calls.find(({ id, person }) => !goneCalls.has(id) && person !== null)!;
    expect(byName.get(kept.id)!.some((row) => row.includes(kept.person!.id))).toBe(true);
  });

  test('a permission that outlives its call keeps its proof, apart from the call', async () => {
    const rows = await database.sql`
      select choice.id, entry.opening is not null as proved, entry.call_id from choice
      join entry on entry.id = choice.id`;
    expect(rows.length).toBe(year.calls.filter((one) => one.isChoice && one.person).length);
    const gone = model(
      now,
      () => false,
      () => false,
    ).goneCalls;
    expect(rows.every(({ proved }) => proved)).toBe(true);
    expect(rows.some(({ call_id }) => call_id === null)).toBe(true);
    expect(rows.some(({ call_id }) => gone.has(call_id))).toBe(false);
  });

  test('as days pass, each day’s run redacts what that day is over', async () => {
    for (let days = 0; days < 3; days += 1) {
      const before = model(
        now,
        () => false,
        () => false,
      );
      now += 25 * dayMs;
      const after = model(
        now,
        () => false,
        () => false,
      );
      const run = await runNow();
      expect(run.counts.calls?.redacted ?? 0).toBe(after.goneCalls.size - before.goneCalls.size);
    }
  });
});

const rules = () => world.parts.settings.current('retention');

/** Everything but runs and their entries. */
async function dumpOfRecords(): Promise<string> {
  // Bytes may have line feeds in them.
  const rows = (await dumpTables(database.sql)).split(/\n(?="(?:public|headers)"\.")/);
  return rows
    .filter((row) => !/^"public"\."(retention_run|entry|ledger_queue)"/.test(row))
    .join('\n');
}
