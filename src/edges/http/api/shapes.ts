/** The shapes of requests and answers: what is checked, and what `/openapi.json` describes. */
import { z } from 'zod';
import type { Screening } from '../../../app/screen.ts';
import type { CallDetailView, CallView, RecordingView } from '../../../app/view-call.ts';
import { type ErrorCode, errorTable } from '../../../core/error.ts';
import { taskKinds } from '../../../core/flow/definition.ts';
import { demands } from '../../../core/jurisdiction/lookup.ts';
import { recordedRoles } from '../../../core/jurisdiction/record.ts';
import { confidences } from '../../../core/jurisdiction/rules.ts';
import { doubts } from '../../../core/jurisdiction/whereabouts.ts';
import { channels } from '../../../core/ledger/consent-facts.ts';
import {
  lineKinds,
  channels as screeningChannels,
  screeningPurposes,
} from '../../../core/suppression/inquiry.ts';
import { exemptionCodes, reasonCodes } from '../../../core/suppression/reasons.ts';
import { gapReasons, purposes, roles, statuses } from '../../../core/words.ts';
import type { Problem } from '../problem.ts';
import { authorShapes } from './shapes-author.ts';
import { statedFields } from './stated.ts';
import { tracking } from './tracking-shape.ts';

/** Which shape has which name under `#/components/schemas`. */
export const named = z.registry<{ readonly id: string }>();

const uuidForm = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
export const uuid = z
  .string()
  .regex(new RegExp(`^${uuidForm}$`))
  .meta({ format: 'uuid' });
const callSid = z.string().regex(/^CA[0-9a-f]{32}$/);
export const callName = z
  .string()
  .regex(new RegExp(`^(?:${uuidForm}|CA[0-9a-f]{32})$`))
  .describe("The call's id, or the CallSid of any of its legs.");
const time = z.iso.datetime().describe('ISO 8601, UTC.');
const ms = z.int().min(0).describe('Milliseconds.');
const masked = z
  .string()
  .nullable()
  .describe('Masked, such as `+49 151 ••••• 678`; null when withheld or erased.');

// ---------------------------------------------------------------- answers

export const recording = z.object({
  id: uuid,
  callId: uuid,
  party: uuid.describe('Whose audio it is: a party of the call.'),
  state: z.enum(['live', 'sealed', 'partial', 'erased', 'quarantined']),
  startedAt: time,
  durationMs: ms.nullable().describe('Length with its gaps; null while it is live.'),
  lostMs: ms.describe('Upper bound of audio that was let through and could not be kept.'),
  gaps: z.array(z.object({ atMs: ms, ms, reason: z.enum(gapReasons) })),
  payloadSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .describe('Of the sealed file; null while it is live.'),
}) satisfies z.ZodType<RecordingView>;

export const party = z.object({
  id: uuid,
  role: z.enum(roles),
  legs: z.array(z.object({ callSid })).describe('Empty while their telephone rings.'),
  number: masked,
  statuses: z
    .record(z.enum(purposes), z.enum(statuses))
    .describe("Where the party's permission for each purpose stands."),
  held: z.boolean().describe('True while the party is on hold: nobody is recorded meanwhile.'),
});

const entry = z.object({
  id: uuid,
  kind: z.string(),
  purpose: z.enum(purposes).exactOptional(),
  party: uuid.exactOptional(),
  at: time,
  receiptId: uuid.describe('For `GET /v1/receipts/{id}`.'),
});

export const call = z.object({
  id: uuid,
  callSid: callSid.nullable().describe("The first leg's."),
  direction: z.enum(['inbound', 'outbound']),
  line: z.string().nullable().describe('Our number, E.164; null when nobody configured it.'),
  flow: z.object({ name: z.string(), version: z.int(), hash: z.string() }),
  state: z.enum(['ringing', 'asking', 'bridged', 'ended']),
  startedAt: time,
  endedAt: time.nullable(),
  tracking,
  parties: z.array(party),
  recordings: z.array(recording),
  entries: z.array(entry),
}) satisfies z.ZodType<CallView>;

const jurisdiction = z
  .object({
    table: z.string().describe('Version of the table of rules.'),
    mode: z.enum(demands),
    rules: z.array(z.string()),
    parties: z.array(
      z.object({
        role: z.enum(recordedRoles),
        places: z.array(z.string()).describe('Such as `US-CA`; none if nothing pointed anywhere.'),
        confidence: z.enum(confidences),
        doubt: z.enum(doubts).nullable(),
      }),
    ),
  })
  .describe('Which rule on recording the call was under: a look-up, and no legal advice.');

export const callDetail = call.extend({
  entries: z.array(
    entry.extend({
      channel: z.enum(channels).exactOptional().describe('By what way the act reached us.'),
      jurisdiction: jurisdiction.exactOptional(),
    }),
  ),
  timeline: z
    .array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('step'), kind: z.string(), callSid, at: time }),
        entry
          .omit({ id: true, receiptId: true })
          .extend({ type: z.literal('entry'), entryId: uuid }),
      ]),
    )
    .describe('What happened, oldest first: steps of the flow and entries of the ledger.'),
  answers: z
    .array(
      z.object({
        party: uuid,
        flow: z.object({ name: z.string(), version: z.int() }),
        step: z.string().describe('The question.'),
        key: z.string(),
        at: time,
      }),
    )
    .describe('What was answered in a survey; gone once that permission is taken back.'),
}) satisfies z.ZodType<CallDetailView>;

export const line = z.object({
  id: uuid.describe('What an opt-out from this line alone names, as `line:ID`.'),
  number: z.string().describe('E.164, in full: it is your own.'),
  flow: z.string(),
  locale: z.string(),
  controller: z.string().describe('Who asks for permission, as spoken in prompts.'),
  agent: z
    .string()
    .nullable()
    .describe('Where calls are put through to; masked without the scope `lines:write`.'),
  team: z.string().nullable().describe('Whose calls they are, for people limited to teams.'),
  default: z.boolean(),
  updatedAt: time,
});
/** A line as it is shown. */
export type LineView = z.infer<typeof line>;

export const receipt = z
  .looseObject({})
  .describe('A statement with its openings, inclusion proof and checkpoint; verifiable offline.');

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What is wrong, where, and what is allowed.'),
  code: z.enum(Object.keys(errorTable) as [ErrorCode]),
  mistakes: z
    .array(
      z.object({
        path: z.string(),
        what: z.string(),
        allowed: z.string().exactOptional(),
        suggestion: z.string().exactOptional().describe('What was probably meant.'),
        line: z.int().exactOptional().describe('Of the flow that was sent, from 1.'),
        column: z.int().exactOptional(),
      }),
    )
    .exactOptional()
    .describe('Every mistake of the request, the flow or the prompt.'),
}) satisfies z.ZodType<Problem>;

export const deskTask = z.object({
  id: uuid,
  kind: z.enum(taskKinds).describe('What the caller wants.'),
  callId: uuid,
  party: uuid.describe('Who wants it: a party of the call.'),
  number: masked,
  createdAt: time,
  message: z.string().nullable().describe('What they wrote; null if nothing, or it is erased.'),
});

const flow = z.object({
  name: z.string(),
  role: z.enum(roles),
  locales: z.array(z.string()),
  purposes: z.array(z.enum(purposes)).describe('What it asks for, in order.'),
  current: z.int().nullable().describe('What new calls run; null while nothing is published.'),
  versions: z.array(z.object({ version: z.int(), hash: z.string(), published: z.boolean() })),
});
export const flowDetail = flow.extend({
  definition: z
    .looseObject({ name: z.string(), version: z.int() })
    .describe('Of the current version, as `flows/schema.json` describes it.'),
});

const reason = z.object({
  code: z.enum(reasonCodes),
  why: z.string().describe('In plain words.'),
  list: z.string().exactOptional(),
  version: z.string().exactOptional().describe('Of the list.'),
  rule: z.string().exactOptional().describe('Ids of rules of the table.'),
  since: time.exactOptional(),
  until: time.exactOptional(),
});

export const screening = z.object({
  number: z.string().describe('Masked.'),
  channel: z.enum(screeningChannels),
  purpose: z.enum(screeningPurposes),
  decision: z
    .enum(['allow', 'deny', 'hold'])
    .describe('`hold`: it may become allowed without the person doing anything.'),
  allowed: z.boolean(),
  reasons: z.array(reason).describe('All of them, not the first.'),
  lifted: z.array(reason).describe('Reasons that an exemption lifted.'),
  exemptions: z.array(
    z.object({
      code: z.enum(exemptionCodes),
      receiptId: z.string().exactOptional(),
      since: time,
      until: time.nullable(),
    }),
  ),
  window: z.object({
    open: z.boolean(),
    nextOpen: time.nullable().describe('The first instant from `at` on that is within hours.'),
    zones: z.array(z.string()).describe('Every time zone the number may be in.'),
    places: z.array(z.string()),
    hours: z.string().nullable(),
  }),
  nextPermitted: time
    .nullable()
    .describe('The first instant at which only time stood against it; null if more does.'),
  at: time,
  asOf: z.int().nullable().describe('How far the own lists were read.'),
  rules: z.object({
    version: z.string(),
    ids: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
  lists: z.array(
    z.object({
      list: z.string(),
      version: z.string(),
      obtainedAt: time,
      age: z.enum(['fresh', 'old', 'too-old']),
      usableUntil: time.describe('The last instant at which it can be relied on.'),
    }),
  ),
  evidenceId: uuid.nullable().describe('The receipt that keeps it, if `evidence` was wanted.'),
}) satisfies z.ZodType<Screening>;

const next = z.string().nullable().describe('`cursor` of the next page; null on the last.');
export const callPage = z.object({ data: z.array(call), next });
export const recordingPage = z.object({ data: z.array(recording), next });
export const linePage = z.object({ data: z.array(line), next: z.null() });
export const flowPage = z.object({ data: z.array(flow), next: z.null() });
export const deskTaskPage = z.object({ data: z.array(deskTask), next });

/** Shapes of answers that were given a name, in order: what `/docs` shows. */
const namedShapes: z.ZodObject[] = [];
export const answerShapes: readonly z.ZodObject[] = namedShapes;

export function nameShapes(shapes: Readonly<Record<string, z.ZodObject>>): void {
  for (const [id, shape] of Object.entries(shapes)) {
    named.add(shape, { id });
    namedShapes.push(shape);
  }
}

nameShapes({
  recording,
  party,
  call,
  callDetail,
  line,
  flow,
  flowDetail,
  deskTask,
  receipt,
  screening,
  problem,
  callPage,
  recordingPage,
  linePage,
  flowPage,
  deskTaskPage,
  ...authorShapes,
});

// ---------------------------------------------------------------- requests

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(100).optional().describe('`next` of the page before.'),
};

const queryTime = z.iso.datetime({ offset: true });
export const callsQuery = z.strictObject({
  state: call.shape.state.optional(),
  since: queryTime.optional().describe('Calls that began then or later; ISO 8601 with a zone.'),
  until: queryTime.optional().describe('Calls that began earlier.'),
  line: z.string().max(40).optional().describe('Calls to or from this number of yours.'),
  person: z.string().max(40).optional().describe('Calls with this person: a number, or an id.'),
  ...pageQuery,
});

export const withdrawal = z.strictObject({
  purpose: z.enum(purposes),
  party: uuid.optional().describe('Whose permission is taken back; left out: of every party.'),
  erase: z
    .boolean()
    .default(false)
    .describe('True: what was recorded under the permission is erased too.'),
});

export const pause = z.strictObject({
  state: z.enum(['paused', 'resumed']),
  resumeAfterMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(300_000)
    .describe('A paused recording resumes by itself after this long.'),
});

export const screeningQuery = z.strictObject({
  channel: z.enum(screeningChannels).default('call'),
  purpose: z
    .enum(screeningPurposes)
    .default('service')
    .describe('All but `service` sell, and need the registries of the place.'),
  at: z
    .string()
    .max(40)
    .optional()
    .describe('When; ISO 8601 with a zone. Moves hours and caps; lists are read as of now.'),
  campaign: z
    .string()
    .max(100)
    .optional()
    .describe('What sells and names none may be for any that somebody wants to be left alone by.'),
  subject: z.string().max(100).optional().describe('What it is about; caps may count by it.'),
});

export const screeningAsk = screeningQuery.extend({
  number: z.string().max(100).describe('In international form, such as +12125550100.'),
  from: uuid
    .optional()
    .describe('The id of the line of yours that it is from; said or not as for campaigns.'),
  ...statedFields,
  place: z.string().max(6).optional().describe('An address that is known, such as `US-TX`.'),
  line: z.enum(lineKinds).optional().describe('What kind of line it is known to be.'),
  evidence: z.boolean().default(false).describe('True: it is kept, and can be replayed.'),
});

/** A name that people of one team have in common. */
export const teamName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[^\p{C}]*$/u);

export const lineSettings = z.strictObject({
  flow: z.string().max(100),
  locale: z.string().max(35),
  controller: z.string().max(200).describe('Who asks for permission, as spoken in prompts.'),
  agent: z
    .string()
    .max(300)
    .nullable()
    .optional()
    .describe('E.164 or `sip:` address to put calls through to; null: nobody is dialled.'),
  team: teamName
    .nullable()
    .optional()
    .describe('Whose calls they are, for people limited to teams; null: of no team.'),
  default: z
    .boolean()
    .optional()
    .describe('True: calls go out from this line when nothing else is said.'),
});
