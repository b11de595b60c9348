import { z } from 'zod';
import { type EvidenceParts, keepAsked } from '../../../app/keep-screening.ts';
import { type ReplayParts, replayScreening } from '../../../app/replay-screening.ts';
import { type BatchParts, type BatchRun, beginBatch } from '../../../app/run-batch.ts';
import { type ScreeningAsk, type ScreenParts, screenNumber, viewOf } from '../../../app/screen.ts';
import { createBatchScreener } from '../../../app/screen-batch.ts';
import { maskNumber } from '../../../core/access/mask.ts';
import type { Mistake } from '../../../core/error.ts';
import { instantForm, parseInstant } from '../../../core/instant.ts';
import { parsePlace } from '../../../core/jurisdiction/place.ts';
import { statedOf } from '../../../core/suppression/stated.ts';
import { invalidRequest, type Place } from './check-shape.ts';
import { type Route, route } from './route.ts';
import { answerBatch, batchTypes, formatOf, readerOf } from './screen-batch.ts';
import { batchQuery, replay } from './screening-shapes.ts';
import { screening, screeningAsk, uuid } from './shapes.ts';

export interface ScreeningRouteParts {
  readonly screening: ScreenParts;
  readonly evidence: EvidenceParts;
  readonly replayParts: ReplayParts;
  readonly batchParts: BatchParts;
}

export function screeningRoutes({
  screening: parts,
  evidence,
  replayParts,
  batchParts,
}: ScreeningRouteParts): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/screenings',
      name: 'screenNumber',
      scope: 'screen',
      limited: 'own',
      audit: 'search',
      whom: 'number',
      summary: 'Whether a number may be called or texted, with every reason',
      about:
        'Nothing is dialled, and nothing is kept but where `evidence` is wanted: then the decision is ' +
        'an entry before it is answered, and `evidenceId` its receipt. What is no number is ' +
        'answered too, as one that may not be contacted. Not legal advice.',
      body: screeningAsk,
      answers: [{ status: 200, about: 'The decision.', shape: screening }],
      once: true,
      handle: async ({ key, body }) => {
        const { number, place = null, line = null } = body;
        const one = { number, place: placeOf(place), line, stated: statedOf(body) };
        const ask = askOf(body, 'body');
        const screened = await screenNumber(parts, key.tenantId, ask, one);
        const json = body.evidence
          ? await keepAsked(evidence, parts, ask, number, screened, key.id)
          : viewOf(parts.screener, screened.inquiry, screened.verdict);
        return { status: 200, json };
      },
    }),
    route({
      method: 'get',
      path: '/screenings/{receipt}/replay',
      name: 'replayScreening',
      scope: 'receipts:read',
      audit: 'read',
      summary: 'Takes a decision of the past again, from the lists, rules and settings of then',
      about:
        'Of any decision that was kept: of a call, a permit, or a screening with `evidence`. An ' +
        'entry comes under a signed checkpoint a moment after it was made.',
      params: z.object({ receipt: uuid }),
      answers: [{ status: 200, about: 'Both answers, and whether they agree.', shape: replay }],
      errors: ['not_found', 'receipt_pending', 'conflict', 'key_missing'],
      handle: async ({ key, params }) => {
        const found = await replayScreening(replayParts, key.tenantId, params.receipt);
        return { status: 200, json: { ...found, number: maskNumber(found.number) } };
      },
    }),
    route({
      method: 'post',
      path: '/screenings/batch',
      name: 'screenBatch',
      scope: 'screen',
      limited: 'own',
      audit: 'search',
      summary: 'Whether the numbers of a list may be called or texted',
      about:
        'Of any length, answered while it is sent: read the answer while you send. JSON a line ' +
        '(`{"number": "+12125550100"}`), CSV (with a head that has `number`, or the number first), ' +
        'or one JSON array. A record may have a `place`, and a `channel`, `purpose`, `at`, ' +
        '`campaign` or `subject` of its own. One answer for each record, in their order, ' +
        'with its `line` and without what is empty; a record that cannot be read is ' +
        'answered too, with a `fault`. NDJSON, unless CSV is ' +
        'asked for by `format` or `Accept`: line, number, decision, codes, next permitted instant. Nothing is ' +
        'looked up of each person: what they allowed, and how often they were tried, is not counted. ' +
        'Nothing is kept of it either, unless `certificate` or `live` is asked for: then the header ' +
        '`Consentry-Batch` names the batch, and both are there when the answer ends; an answer that ' +
        'breaks off leaves neither.',
      query: batchQuery,
      takes: batchTypes,
      answers: [
        {
          status: 200,
          about: 'A screening a line, with its `line`.',
          type: 'application/x-ndjson',
        },
      ],
      errors: ['content_type_unsupported', 'encoding_unsupported', 'body_malformed'],
      handle: async ({ key, query, request, response }) => {
        const ask = askOf(query, 'query');
        const reader = readerOf(request);
        const format = formatOf(request, query.format);
        const run = await runOf(batchParts, parts, ask, query, key.id);
        const screener = createBatchScreener(parts, key.tenantId, ask, format, run?.watch);
        await answerBatch({ screener, reader, format, run }, { request, response });
        return 'sent';
      },
    }),
  ];
}

const dayMs = 86_400_000;

/** Null: nothing is to be left of the batch. */
async function runOf(
  batchParts: BatchParts,
  parts: ScreenParts,
  ask: ScreeningAsk,
  { live, certificate }: z.output<typeof batchQuery>,
  by: string,
): Promise<BatchRun | null> {
  if (live === undefined && certificate !== 'true') return null;
  const liveMs = live === undefined ? null : Number.parseInt(live, 10) * dayMs;
  return beginBatch(batchParts, parts, { ask, by, liveMs, isCertified: certificate === 'true' });
}

type Wanted = Pick<z.output<typeof screeningAsk>, 'channel' | 'purpose' | 'at'> & {
  readonly campaign?: string | undefined;
  readonly from?: string | undefined;
  readonly subject?: string | undefined;
};

function askOf(wanted: Wanted, place: Place): ScreeningAsk {
  const { channel, purpose, at, campaign = null, from = null, subject = null } = wanted;
  const instant = at === undefined ? null : parseInstant(at);
  if (at !== undefined && instant === null) {
    throw invalidRequest([notAllowed(`${place}.at`, instantForm)]);
  }
  return { channel, purpose, at: instant, campaign, from, subject };
}

function placeOf(text: string | null) {
  if (text === null) return null;
  const place = parsePlace(text);
  if (place !== null) return place;
  throw invalidRequest([
    notAllowed('body.place', 'a country such as DE, or a state such as US-CA'),
  ]);
}

const notAllowed = (path: string, allowed: string): Mistake => ({
  path,
  what: 'is not allowed',
  allowed,
});
