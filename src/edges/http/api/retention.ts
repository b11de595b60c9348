/** How long records are kept: schedules, what they would redact, and runs. */
import { z } from 'zod';
import type { Ciphers, LineStore } from '../../../app/api-ports.ts';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import { openLineNumber } from '../../../app/lines.ts';
import { planRetention } from '../../../app/plan-retention.ts';
import { type IdentifiableParts, reportIdentifiable } from '../../../app/report-identifiable.ts';
import { beginScheduled, type RetentionParts } from '../../../app/retention.ts';
import type { Planned, RetentionRun } from '../../../app/retention-ports.ts';
import type { SettingStore, SettingVersion } from '../../../app/settings.ts';
import { ConsentryError, type Mistake } from '../../../core/error.ts';
import {
  differences,
  isSelective,
  type RetentionRule,
  sameRecords,
} from '../../../core/retention/plan.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import type { Uuid } from '../../../core/words.ts';
import { invalidRequest } from './check-shape.ts';
import {
  identifiableReport,
  retentionPlan,
  retentionRun,
  retentionRunPage,
  schedule,
  scheduleHistory,
  wantedSchedule,
} from './retention-shapes.ts';
import { type Route, route } from './route.ts';
import { pageQuery, uuid } from './shapes.ts';

export interface RetentionRouteParts {
  readonly retentionParts: RetentionParts;
  readonly settings: SettingStore;
  readonly identifiableParts: IdentifiableParts;
  readonly lines: LineStore;
  readonly ciphers: Ciphers;
  /** Carries a run out, after the answer. */
  readonly runLater: (id: Uuid) => void;
}

export function retentionRoutes(parts: RetentionRouteParts): readonly Route[] {
  const { retentionParts, settings, runLater } = parts;
  const { retention, clock } = retentionParts;
  return [
    route({
      method: 'get',
      path: '/retention',
      name: 'getRetention',
      scope: 'retention:read',
      audit: 'none',
      summary: 'How long records are kept',
      answers: [{ status: 200, about: 'The schedule in force.', shape: schedule }],
      handle: async ({ key }) => {
        const names = await lineNumbers(parts, key.tenantId);
        return { status: 200, json: view(await settings.current('retention'), names) };
      },
    }),
    route({
      method: 'put',
      path: '/retention',
      name: 'setRetention',
      scope: 'retention:write',
      audit: 'change',
      summary: 'Set how long records are kept',
      about:
        'By kind, and by purpose, line and campaign where a rule names them. The next run goes by it, once a day or when somebody asks; `GET /retention/plan` counts before. Every change is kept as a version.',
      body: wantedSchedule,
      answers: [{ status: 200, about: 'The schedule in force.', shape: schedule }],
      errors: ['conflict'],
      handle: async ({ key, body }) => {
        const names = await lineNumbers(parts, key.tenantId);
        const rules = readRules(body.rules, names);
        const at = clock.now();
        const set = await settings.put('retention', rules, body.version, key.id, at);
        if (set === null) {
          throw new ConsentryError('conflict', 'somebody changed it since; look at it again');
        }
        return { status: 200, json: view(set, names) };
      },
    }),
    route({
      method: 'get',
      path: '/retention/versions',
      name: 'listRetentionVersions',
      scope: 'retention:read',
      audit: 'none',
      summary: 'Every schedule there was, newest first, with what changed',
      answers: [{ status: 200, about: 'All versions.', shape: scheduleHistory }],
      handle: async ({ key }) => {
        const names = await lineNumbers(parts, key.tenantId);
        const all = await settings.history('retention');
        const data = all.map((version, i) => ({
          ...view(version, names),
          differences: differences(all[i + 1]?.value ?? [], version.value).map(
            ({ lineId, ...rest }) => ({ ...rest, line: numberOf(names, lineId) }),
          ),
        }));
        return { status: 200, json: { data, next: null } };
      },
    }),
    route({
      method: 'get',
      path: '/retention/plan',
      name: 'planRetention',
      scope: 'retention:read',
      audit: 'none',
      summary: 'What a run would redact now',
      about: 'Counted by the rules of the schedule in force; nothing is changed.',
      answers: [{ status: 200, about: 'Counts by kind.', shape: retentionPlan }],
      handle: async () => {
        const asOf = clock.now();
        const { version, value } = await settings.current('retention');
        const kinds = viewPlanned(await planRetention(retention, value, asOf));
        return { status: 200, json: { asOf: iso(asOf), version, kinds } };
      },
    }),
    route({
      method: 'get',
      path: '/retention/report',
      name: 'reportIdentifiable',
      scope: 'retention:read',
      audit: 'none',
      summary: 'What is still identifiable',
      about:
        'By kind: how many records still say whose they are, the oldest of them, and the share that was redacted; and how strong the last release is. Counts of nobody: to be looked at regularly.',
      answers: [{ status: 200, about: 'As of now.', shape: identifiableReport }],
      handle: async () => {
        const now = clock.now();
        const { asOf, kinds, release } = await reportIdentifiable(parts.identifiableParts, now);
        const shown = kinds.map((one) => ({
          ...one,
          oldest: one.oldest === null ? null : iso(one.oldest),
        }));
        return { status: 200, json: { asOf: iso(asOf), kinds: shown, release } };
      },
    }),
    route({
      method: 'post',
      path: '/retention/runs',
      name: 'runRetention',
      scope: 'retention:write',
      audit: 'change',
      summary: 'Redact now what the schedule says',
      about:
        'The answer is the run, under way; `GET /retention/runs/{run}` says how far it is. One that is cut short goes on by itself. The result is an entry of the ledger.',
      body: z.strictObject({}),
      bodyOptional: true,
      once: true,
      answers: [{ status: 201, about: 'The run.', shape: retentionRun }],
      errors: ['conflict'],
      handle: async ({ key }) => {
        const run = await beginScheduled(retentionParts, key.id);
        if (run === null) throw new ConsentryError('conflict', 'a run is under way already');
        runLater(run.id);
        return { status: 201, json: viewRun(run) };
      },
    }),
    route({
      method: 'get',
      path: '/retention/runs',
      name: 'listRetentionRuns',
      scope: 'retention:read',
      audit: 'none',
      summary: 'Runs, newest first, with what they did',
      query: z.strictObject(pageQuery),
      answers: [{ status: 200, about: 'A page of runs.', shape: retentionRunPage }],
      handle: async ({ query: { limit, cursor } }) => {
        const { rows, next } = await retention.list({ limit, after: readCursor(cursor) });
        return {
          status: 200,
          json: { data: rows.map(viewRun), next: next && writeCursor(next) },
        };
      },
    }),
    route({
      method: 'get',
      path: '/retention/runs/{run}',
      name: 'getRetentionRun',
      scope: 'retention:read',
      audit: 'none',
      summary: 'One run, and how far it is',
      params: z.object({ run: uuid }),
      answers: [{ status: 200, about: 'The run.', shape: retentionRun }],
      errors: ['not_found'],
      handle: async ({ params: { run: id } }) => {
        const run = await retention.find(id);
        if (run === null) throw new ConsentryError('not_found');
        return { status: 200, json: viewRun(run) };
      },
    }),
  ];
}

const iso = (at: number): string => new Date(at).toISOString();

/** Lines by id, as numbers. */
export type LineNumbers = ReadonlyMap<Uuid, string>;

export async function lineNumbers(
  { lines, ciphers }: Pick<RetentionRouteParts, 'lines' | 'ciphers'>,
  tenantId: Uuid,
): Promise<LineNumbers> {
  const all = await lines.list(tenantId);
  return new Map(all.map((line) => [line.id, openLineNumber(ciphers(tenantId), line)]));
}

export const numberOf = (names: LineNumbers, lineId: Uuid | null): string | null =>
  lineId === null ? null : (names.get(lineId) ?? null);

/** Null: it is no line of yours. */
export function lineOf(names: LineNumbers, text: string): Uuid | null {
  const number = parseNumber(text)?.e164;
  for (const [id, known] of names) if (known === number) return id;
  return null;
}

function readRules(
  wanted: z.output<typeof wantedSchedule>['rules'],
  names: LineNumbers,
): readonly RetentionRule[] {
  const mistakes: Mistake[] = [];
  const rules = wanted.map(({ line, ...rest }, i): RetentionRule => {
    const lineId = line === null ? null : lineOf(names, line);
    const path = `body.rules.${i}`;
    if (line !== null && lineId === null) {
      const allowed = 'numbers of GET /v1/lines';
      mistakes.push({ path: `${path}.line`, what: 'is no line', allowed });
    }
    const rule = { ...rest, lineId };
    if (rule.kind === 'texts' && isSelective(rule)) {
      const allowed = 'rules for all texts: a text is of no call, line or campaign';
      mistakes.push({ path, what: 'names more than texts have', allowed });
    }
    return rule;
  });
  rules.forEach((rule, i) => {
    const first = rules.findIndex((one) => sameRecords(one, rule));
    if (first === i) return;
    const allowed = 'one rule for the same records';
    mistakes.push({ path: `body.rules.${i}`, what: `says again what rule ${first} says`, allowed });
  });
  if (mistakes.length > 0) throw invalidRequest(mistakes);
  return rules;
}

function view({ version, value, by, at }: SettingVersion<'retention'>, names: LineNumbers) {
  const rules = value.map(({ lineId, ...rest }) => ({ ...rest, line: numberOf(names, lineId) }));
  return { rules, version, by, at: at === null ? null : iso(at) };
}

function viewPlanned(planned: Planned) {
  const kinds = Object.entries(planned).map(([kind, { oldest, ...counts }]) => [
    kind,
    { ...counts, oldest: oldest === null ? null : iso(oldest) },
  ]);
  return Object.fromEntries(kinds) as z.infer<typeof retentionPlan>['kinds'];
}

export function viewRun(run: RetentionRun): z.infer<typeof retentionRun> {
  const { id, scope, callId, by, schedule: version, counts, proved, receiptId } = run;
  return {
    id,
    scope,
    callId,
    by,
    version,
    asOf: iso(run.asOf),
    startedAt: iso(run.startedAt),
    finishedAt: run.finishedAt === null ? null : iso(run.finishedAt),
    expected: run.expected === null ? null : viewPlanned(run.expected),
    counts: { ...counts } as z.infer<typeof retentionRun>['counts'],
    proved,
    receiptId,
  };
}
