/** Redaction by hand, of a call or a person, and legal holds. */
import { z } from 'zod';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import {
  type HeldThing,
  type HoldParts,
  liftHold,
  openLiftReason,
  openReason,
  placeHold,
  type StoredHold,
} from '../../../app/holds.ts';
import { redactCall, redactPerson } from '../../../app/retention.ts';
import { ConsentryError } from '../../../core/error.ts';
import { invalidRequest } from './check-shape.ts';
import {
  type LineNumbers,
  lineNumbers,
  lineOf,
  numberOf,
  type RetentionRouteParts,
  viewRun,
} from './retention.ts';
import { hold, holdPage, redactionWanted, retentionRun, wantedHold } from './retention-shapes.ts';
import { type Route, route } from './route.ts';
import { callName, pageQuery, uuid } from './shapes.ts';

export interface RedactionRouteParts
  extends Pick<RetentionRouteParts, 'retentionParts' | 'lines' | 'ciphers'> {
  readonly holdParts: HoldParts;
}

export function redactionRoutes(parts: RedactionRouteParts): readonly Route[] {
  const { retentionParts, holdParts } = parts;
  const { holds } = holdParts;
  const redacted = [{ status: 200, about: 'What was redacted.', shape: retentionRun }] as const;
  return [
    route({
      method: 'post',
      path: '/calls/{call}/redact',
      name: 'redactCall',
      scope: 'calls:redact',
      audit: 'change',
      because: true,
      once: true,
      summary: 'Take everybody out of the record of a call',
      about:
        'Time, length, line, campaign and what was allowed stay; numbers, sound, words and whose they were go, and cannot come back. Entries of the ledger stand and say nothing any more. Asking again answers the same.',
      params: z.object({ call: callName }),
      body: redactionWanted,
      answers: redacted,
      errors: ['not_found', 'conflict', 'held'],
      handle: async ({ key, params, body: { reason } }) => {
        const id = await holds.callNamed(params.call);
        if (id === null) throw new ConsentryError('not_found');
        const run = await redactCall(retentionParts, id, reason, key.id);
        return { status: 200, json: viewRun(run) };
      },
    }),
    route({
      method: 'post',
      path: '/persons/{person}/redact',
      name: 'redactPerson',
      scope: 'calls:redact',
      audit: 'change',
      because: true,
      once: true,
      summary: 'Take a person out of every record of a call or text',
      about:
        'Every call that the person was on is redacted as by `POST /calls/{call}/redact`. What they chose stays, and so does the own list. What a hold keeps, and calls that run or whose requests are open, are counted and stay.',
      params: z.object({ person: z.string().min(1).max(40) }),
      body: redactionWanted,
      answers: redacted,
      errors: ['not_found', 'conflict'],
      handle: async ({ key, subject, body: { reason } }) => {
        const [person] = subject.persons;
        if (person === undefined) throw new ConsentryError('not_found');
        const run = await redactPerson(retentionParts, person, reason, key.id);
        return { status: 200, json: viewRun(run) };
      },
    }),
    route({
      method: 'get',
      path: '/holds',
      name: 'listHolds',
      scope: 'retention:read',
      audit: 'search',
      summary: 'Legal holds, newest first',
      query: z.strictObject({
        ...pageQuery,
        open: z.stringbool().default(false).describe('True: only those that were not lifted.'),
      }),
      answers: [{ status: 200, about: 'A page of holds.', shape: holdPage }],
      handle: async ({ key, query: { limit, cursor, open: openOnly } }) => {
        const names = await lineNumbers(parts, key.tenantId);
        const page = { limit, after: readCursor(cursor), openOnly };
        const { rows, next } = await holds.list(page);
        return {
          status: 200,
          json: {
            data: rows.map((one) => viewHold(holdParts, one, names)),
            next: next && writeCursor(next),
          },
          persons: rows.flatMap(({ on }) => (on.kind === 'person' ? [on.personId] : [])),
        };
      },
    }),
    route({
      method: 'post',
      path: '/holds',
      name: 'placeHold',
      scope: 'holds:write',
      audit: 'change',
      because: true,
      once: true,
      whom: 'person',
      summary: 'Put a legal hold on a call, a person, a line or a period',
      about:
        'What it is on is neither redacted nor erased, by schedule or by hand, until it is lifted.',
      body: wantedHold,
      answers: [{ status: 201, about: 'The hold.', shape: hold }],
      errors: ['not_found'],
      handle: async ({ key, body }) => {
        const names = await lineNumbers(parts, key.tenantId);
        const on = await thingOf(parts, body, names);
        const placed = await placeHold(holdParts, on, body.reason, key.id);
        return { status: 201, json: viewHold(holdParts, placed, names) };
      },
    }),
    route({
      method: 'post',
      path: '/holds/{hold}/lift',
      name: 'liftHold',
      scope: 'holds:write',
      audit: 'change',
      because: true,
      once: true,
      summary: 'Lift a legal hold',
      about: 'What it kept goes with the next run, if its time is over.',
      params: z.object({ hold: uuid }),
      body: redactionWanted,
      answers: [{ status: 200, about: 'The hold.', shape: hold }],
      errors: ['not_found', 'conflict'],
      handle: async ({ key, params, body: { reason } }) => {
        const lifted = await liftHold(holdParts, params.hold, reason, key.id);
        const names = await lineNumbers(parts, key.tenantId);
        return { status: 200, json: viewHold(holdParts, lifted, names) };
      },
    }),
  ];
}

async function thingOf(
  { holdParts: { holds } }: RedactionRouteParts,
  { call, person, line, period }: z.output<typeof wantedHold>,
  names: LineNumbers,
): Promise<HeldThing> {
  const given = [call, person, line, period].filter((one) => one !== undefined);
  if (given.length !== 1) {
    const allowed = 'one of call, person, line and period';
    throw invalidRequest([{ path: 'body', what: 'has to name what is held', allowed }]);
  }
  const missing = (path: string) =>
    new ConsentryError('not_found', `body.${path}: there is nothing under that name`);
  if (call !== undefined) {
    const callId = await holds.callNamed(call);
    if (callId === null) throw missing('call');
    return { kind: 'call', callId };
  }
  if (person !== undefined) {
    const personId = await holds.personNamed(person);
    if (personId === null) throw missing('person');
    return { kind: 'person', personId };
  }
  if (line !== undefined) {
    const lineId = lineOf(names, line);
    if (lineId === null) throw missing('line');
    return { kind: 'line', lineId };
  }
  const [since, until] = [Date.parse(period?.since ?? ''), Date.parse(period?.until ?? '')];
  if (since >= until) {
    const allowed = 'an instant after `since`';
    throw invalidRequest([{ path: 'body.period.until', what: 'is not allowed', allowed }]);
  }
  return { kind: 'period', since, until };
}

const iso = (at: number): string => new Date(at).toISOString();

function viewHold(parts: HoldParts, stored: StoredHold, names: LineNumbers): z.infer<typeof hold> {
  const { id, on, madeBy, madeAt, receiptId, lifted } = stored;
  return {
    id,
    kind: on.kind,
    callId: on.kind === 'call' ? on.callId : null,
    personId: on.kind === 'person' ? on.personId : null,
    line: on.kind === 'line' ? numberOf(names, on.lineId) : null,
    period: on.kind === 'period' ? { since: iso(on.since), until: iso(on.until) } : null,
    reason: openReason(parts, stored),
    by: madeBy,
    at: iso(madeAt),
    receiptId,
    lifted:
      lifted === null
        ? null
        : {
            by: lifted.by,
            at: iso(lifted.at),
            reason: openLiftReason(parts, stored) ?? '',
            receiptId: lifted.receiptId,
          },
  };
}
