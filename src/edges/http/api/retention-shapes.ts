/** The shapes of schedules, plans, runs and holds. */
import { z } from 'zod';
import { outcomes } from '../../../app/retention-ports.ts';
import { identifiableKinds } from '../../../core/retention/identifiable.ts';
import { daysMax, daysMin, recordKinds, retentionPurposes } from '../../../core/retention/plan.ts';
import { reasonText } from './audio-shapes.ts';
import { callName, nameShapes, uuid } from './shapes.ts';

const whole = z.int().min(0);
const time = z.iso.datetime();
const selectors = {
  kind: z.enum(recordKinds),
  purpose: z
    .enum(retentionPurposes as [string, ...string[]])
    .nullable()
    .default(null)
    .describe('What a call was placed for, or what was granted in it; null: whatever.'),
  line: z
    .string()
    .max(40)
    .nullable()
    .default(null)
    .describe('Only calls to or from this number of yours; null: of any.'),
  campaign: z.string().min(1).max(100).nullable().default(null),
};
export const retentionRule = z.strictObject({
  ...selectors,
  days: z
    .int()
    .min(daysMin)
    .max(daysMax)
    .nullable()
    .describe('From the end of the call, or from the text or answer; null: for ever.'),
});
export const wantedSchedule = z.strictObject({
  rules: z
    .array(retentionRule)
    .max(500)
    .describe('The one that names most decides; of such the shortest. Without one, it stays.'),
  version: whole.describe('The version that was looked at.'),
});
const stamp = { version: whole, by: z.string().nullable(), at: time.nullable() };
const sameRule = z.object({
  kind: selectors.kind,
  purpose: z.string().nullable(),
  line: z.string().nullable().describe('Null: any, or one that is gone.'),
  campaign: z.string().nullable(),
});
export const schedule = z.object({
  rules: z.array(sameRule.extend({ days: z.int().nullable() })),
  ...stamp,
});
const days = z.union([z.int(), z.literal('none')]).nullable();
export const scheduleHistory = z.object({
  data: z.array(
    schedule.extend({
      differences: z
        .array(sameRule.extend({ before: days, after: days }))
        .describe('From the version before; `none`: no such rule, null: for ever.'),
    }),
  ),
  next: z.null(),
});

const planned = z.object({
  due: whole.describe('Would be redacted now.'),
  held: whole.describe('Would be, and a legal hold keeps them.'),
  open: whole.describe('Would be, and something asked for is still to be seen to.'),
  oldest: time.nullable().describe('Of what is due.'),
});
const perKind = <Shape extends z.ZodType>(shape: Shape) =>
  z.object(
    Object.fromEntries(recordKinds.map((kind) => [kind, shape])) as Record<
      (typeof recordKinds)[number],
      Shape
    >,
  );
export const retentionPlan = z.object({
  asOf: time,
  version: whole.describe('Of the schedule.'),
  kinds: perKind(planned),
});
export const identifiableReport = z.object({
  asOf: time,
  kinds: z.array(
    z.object({
      kind: z.enum(identifiableKinds),
      raw: whole.describe('Records that still say whose they are.'),
      redacted: whole.describe('Records that did once.'),
      redactedPercent: whole.nullable().describe('Rounded down; null: there never was any.'),
      oldest: time.nullable().describe('Of the raw ones.'),
      oldestDays: whole.nullable(),
    }),
  ),
  release: z
    .object({
      month: z.string(),
      k: whole.describe('The fewest callers behind anything it tells, as it was held to.'),
      l: z.number(),
      t: z.number(),
      epsilon: z.number().nullable().describe('Of its noise; null: there is none.'),
      smallest: whole.nullable().describe('The smallest number in it that is not 0.'),
      hidden: whole.describe('Cells that it does not tell.'),
    })
    .nullable()
    .describe('The last one; null: nothing was released.'),
});
const counted = z.object(
  Object.fromEntries(outcomes.map((outcome) => [outcome, whole])) as Record<
    (typeof outcomes)[number],
    typeof whole
  >,
);
export const retentionRun = z.object({
  id: uuid,
  scope: z.enum(['schedule', 'call', 'person']),
  callId: uuid.nullable().describe('The call that was redacted by hand.'),
  by: z.string(),
  version: whole.nullable().describe('Of the schedule; null: by hand.'),
  asOf: time,
  startedAt: time,
  finishedAt: time.nullable().describe('Null: it is under way, or will be gone on with.'),
  expected: perKind(planned).nullable(),
  counts: z
    .record(z.string(), counted)
    .describe('By kind; `permits` and `people` are what was left of those nothing is kept of.'),
  proved: z.boolean().describe('True: everything was read again and found done.'),
  receiptId: uuid.nullable().describe('The result as it stands in the ledger.'),
});
const next = z.string().nullable();
export const retentionRunPage = z.object({ data: z.array(retentionRun), next });
export const redactionWanted = z.strictObject({ reason: reasonText });

export const wantedHold = z.strictObject({
  call: callName.optional(),
  person: z.string().min(1).max(40).optional().describe('A number, or the id of a person.'),
  line: z.string().max(40).optional().describe('A number of yours.'),
  period: z
    .strictObject({
      since: z.iso.datetime({ offset: true }),
      until: z.iso.datetime({ offset: true }),
    })
    .optional()
    .describe(
      'Calls that took place in it, with all of theirs, and texts from it; `until` is exclusive.',
    ),
  reason: reasonText,
});
export const hold = z.object({
  id: uuid,
  kind: z.enum(['call', 'person', 'line', 'period']),
  callId: uuid.nullable(),
  personId: uuid.nullable(),
  line: z.string().nullable(),
  period: z.object({ since: time, until: time }).nullable(),
  reason: z.string(),
  by: z.string(),
  at: time,
  receiptId: uuid,
  lifted: z.object({ by: z.string(), at: time, reason: z.string(), receiptId: uuid }).nullable(),
});
export const holdPage = z.object({ data: z.array(hold), next });

nameShapes({
  schedule,
  scheduleHistory,
  retentionPlan,
  identifiableReport,
  retentionRun,
  retentionRunPage,
  hold,
  holdPage,
});
