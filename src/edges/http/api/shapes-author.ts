/** The shapes of flows and prompts as their authors send and get them. */
import { z } from 'zod';
import type { ComparedVersions, FlowVersionDetail, Published } from '../../../app/author-flows.ts';
import type { PromptSummary } from '../../../app/author-prompts.ts';

const name = z.string();
const whole = z.int().min(0);
const versionNumber = z.int().min(1).max(1_000_000);
const reference = z.object({ name, version: z.int(), hash: z.string() });
const definition = z
  .looseObject({ name, version: z.int() })
  .describe('With everything written out, as `flows/schema.json` describes it.');

export const flowVersion = reference.extend({
  published: z.boolean().describe('True: it never changes any more.'),
  current: z.boolean().describe('True: new calls run it.'),
  source: z.string().describe('As it was written.'),
  definition,
}) satisfies z.ZodType<Omit<FlowVersionDetail, 'definition'>>;

/** What a flow has at its top; the rest is read, and its mistakes are named, by line and column. */
const part = z.unknown();
export const flowText = z
  .strictObject({
    name: part,
    version: part,
    role: part.optional(),
    locales: part.optional(),
    speech: part.optional(),
    keys: part.optional(),
    timeout: part.optional(),
    hours: part.optional(),
    first: part.optional(),
    person: part.optional(),
    steps: part,
    bridge: part.optional(),
  })
  .describe('A flow as `flows/README.md` describes it.');

const script = z.looseObject({}).describe('What `consentry call --script` plays.');
export const flowProof = z.object({
  flow: reference,
  holds: z.boolean(),
  partial: z
    .boolean()
    .describe('True with `record: each`: not enough where the law asks for everybody.'),
  states: whole.describe('States that a call can reach.'),
  edges: whole.describe('Steps out of them that were walked.'),
  theorems: z.array(
    z.object({
      number: z.int(),
      sentence: z.string(),
      holds: z.boolean(),
      counterExamples: z.array(
        z.object({
          theorem: z.int(),
          reason: z.string(),
          path: z.array(z.looseObject({ type: z.string() })).describe('The shortest way to it.'),
          playable: z
            .object({
              script,
              remarks: z.array(z.object({ step: z.int(), how: z.string() })),
            })
            .nullable()
            .describe("The caller's part of it; null where it is about no call."),
        }),
      ),
    }),
  ),
});

export const flowPublication = z.object({
  flow: reference,
  before: z.int().nullable().describe('The version that was current; null if none was.'),
  states: whole,
  edges: whole,
}) satisfies z.ZodType<Published>;

export const flowComparison = z.object({
  name,
  from: z.int(),
  to: z.int(),
  differences: z.array(
    z.object({
      kind: z.string(),
      locale: z.string().nullable().describe('Null: the same in every language.'),
      step: z.string().nullable(),
      part: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      sentence: z.string(),
    }),
  ),
}) satisfies z.ZodType<Omit<ComparedVersions, 'differences'>>;

const prompt = z.object({
  id: name,
  locales: z.array(z.string()).describe('With words of their own for it.'),
  published: z.boolean().describe('True: a published flow speaks it, and its words stay.'),
}) satisfies z.ZodType<PromptSummary>;

export const promptDetail = z.object({
  locale: z.string(),
  id: name,
  text: z.string().describe('As written: `{controller}` is open.'),
  sha256: z.string(),
  words: whole,
  seconds: z.number().nullable().describe('To speak it; null where the pace is not known.'),
  published: z.boolean(),
  faults: z.array(z.object({ id: z.string(), rule: z.string(), reason: z.string() })),
});

export const promptPage = z.object({ data: z.array(prompt), next: z.null() });

/** By name, for the description. */
export const authorShapes = {
  flowVersion,
  flowProof,
  flowPublication,
  flowComparison,
  prompt,
  promptDetail,
  promptPage,
};

export const rollbackWanted = z.strictObject({
  version: versionNumber.optional().describe('Left out: the one before.'),
});

export const wantedComparison = z.strictObject({
  against: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('The earlier version; left out: the current one.'),
});

export const promptWords = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(2_000)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u)
    .describe('In one line; `{controller}` stands for who asks.'),
});
