/** Requests of people about their own data. */
import { z } from 'zod';
import type { Ciphers } from '../../../app/api-ports.ts';
import { readCursor, writeCursor } from '../../../app/cursor.ts';
import type { HoldParts } from '../../../app/holds.ts';
import {
  confirmRequest,
  extendRequest,
  findRequest,
  fulfilRequest,
  liftRestriction,
  noteContext,
  type RightsParts,
  receiveRequest,
  refuseRequest,
  withdrawRequest,
} from '../../../app/rights.ts';
import { sendCode, verifyByDocument, verifyCode } from '../../../app/rights-identity.ts';
import type { RightsRequest } from '../../../app/rights-ports.ts';
import { maskNumber } from '../../../core/access/mask.ts';
import { ConsentryError } from '../../../core/error.ts';
import { deadlinesOf, soonMs, urgencyOf } from '../../../core/rights/deadline.ts';
import { isOpen, possibleActs } from '../../../core/rights/request.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import type { Instant } from '../../../core/words.ts';
import { invalidRequest } from './check-shape.ts';
import {
  rightsDetail,
  rightsPage,
  rightsQuery,
  wantedAnswer,
  wantedCode,
  wantedProof,
  wantedRefusal,
  wantedRight,
} from './rights-shapes.ts';
import { type Route, route } from './route.ts';
import { uuid } from './shapes.ts';

export interface RightsRouteParts {
  readonly rightsParts: RightsParts;
  readonly holdParts: HoldParts;
  readonly ciphers: Ciphers;
}

const params = z.object({ request: uuid });

export function rightsRoutes({
  rightsParts: parts,
  holdParts,
}: RightsRouteParts): readonly Route[] {
  const { rights, clock } = parts;
  const answers = [{ status: 200, about: 'The request.', shape: rightsDetail }] as const;
  const shown = async (request: RightsRequest) =>
    ({ status: 200, json: await detailOf(parts, request) }) as const;
  /** Every act on a request is written down, done once, and answers the request. */
  const act = {
    method: 'post',
    scope: 'rights:write',
    audit: 'change',
    once: true,
    params,
    answers,
    errors: ['not_found', 'conflict'],
  } as const;
  return [
    route({
      method: 'post',
      path: '/rights-requests',
      name: 'receiveRightsRequest',
      scope: 'rights:write',
      audit: 'change',
      whom: 'number',
      once: true,
      summary: 'Write down that somebody asks for a right of theirs',
      about:
        'To know, a copy, a correction, restriction, an objection, no sale, deletion, or everything taken back. The answer says by when it has to be answered, and by which rule. With `Sec-GPC: 1` no sale is written down and carried out besides.',
      body: wantedRight,
      answers: [{ status: 201, about: 'The request.', shape: rightsDetail }],
      handle: async ({ key, body, request: http }) => {
        const { guardian, authority, law, note, receivedAt, ...rest } = body;
        const wanted = {
          ...rest,
          number: numberOf(body.number, 'number'),
          law: law ?? null,
          guardian: guardian === undefined ? null : numberOf(guardian, 'guardian'),
          authority: authority?.sha256 ?? null,
          note: note ?? null,
          receivedAt: receivedAt === undefined ? null : Date.parse(receivedAt),
          by: key.id,
        };
        const made = await receiveRequest(parts, wanted);
        if (http.get('sec-gpc') === '1' && body.kind !== 'do-not-sell') {
          const plain = { speaker: 'self', guardian: null, authority: null, note: null } as const;
          const signal = { ...wanted, ...plain, kind: 'do-not-sell' } as const;
          const { id } = await receiveRequest(parts, signal);
          await fulfilRequest(parts, id, null, key.id);
        }
        return { status: 201, json: await detailOf(parts, made) };
      },
    }),
    route({
      method: 'get',
      path: '/rights-requests',
      name: 'listRightsRequests',
      scope: 'rights:read',
      audit: 'search',
      summary: 'Requests, by what is due first',
      query: rightsQuery,
      answers: [{ status: 200, about: 'A page of requests.', shape: rightsPage }],
      errors: ['not_found'],
      handle: async ({ query: { limit, cursor, open, kind, person, due } }) => {
        const personId = person === undefined ? null : await holdParts.holds.personNamed(person);
        if (person !== undefined && personId === null) throw new ConsentryError('not_found');
        const dueBefore = due === undefined ? null : clock.now() + (due === 'soon' ? soonMs : 0);
        const { rows, next } = await rights.list(
          { open, kind: kind ?? null, personId, dueBefore },
          { limit, after: readCursor(cursor) },
        );
        const data = await Promise.all(rows.map((one) => viewOf(parts, one)));
        return {
          status: 200,
          json: { data, next: next && writeCursor(next) },
          persons: rows.map((one) => one.personId),
        };
      },
    }),
    route({
      method: 'get',
      path: '/rights-requests/{request}',
      name: 'getRightsRequest',
      scope: 'rights:read',
      audit: 'read',
      summary: 'A request, its deadline and its history',
      params,
      answers,
      errors: ['not_found'],
      handle: async ({ params: { request } }) => shown(await findRequest(parts, request)),
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/confirm',
      name: 'confirmRightsRequest',
      summary: 'They were told that it has come',
      body: z.strictObject({}),
      bodyOptional: true,
      handle: async ({ key, params: { request } }) =>
        shown(await confirmRequest(parts, request, key.id)),
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/check',
      name: 'checkRightsRequest',
      summary: 'Send a code to the number it is about, or to the guardian',
      about: 'By text, or spoken in a call. It is good for ten minutes and five tries.',
      body: wantedCode,
      bodyOptional: true,
      errors: [...act.errors, 'not_dialled', 'too_many_tries', 'unavailable'],
      handle: async ({ key, params: { request }, body }) =>
        shown(await sendCode(parts, request, body.by, key.id)),
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/verify',
      name: 'verifyRightsRequest',
      summary: 'Show who asks: by the code, or by a document that was looked at',
      body: wantedProof,
      handle: async ({ key, params: { request }, body: { code, document } }) => {
        if ((code === undefined) === (document === undefined)) {
          const allowed = 'either `code` or `document`';
          throw invalidRequest([{ path: 'body', what: 'has to say what shows it', allowed }]);
        }
        const verified =
          document === undefined
            ? verifyCode(parts, request, code ?? '', key.id)
            : verifyByDocument(parts, request, document.sha256, key.id);
        return shown(await verified);
      },
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/extend',
      name: 'extendRightsRequest',
      summary: 'It takes longer, and they were told why in time',
      body: wantedAnswer,
      bodyOptional: true,
      handle: async ({ key, params: { request } }) =>
        shown(await extendRequest(parts, request, key.id)),
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/fulfil',
      name: 'fulfilRightsRequest',
      summary: 'Do what is asked for, and close the request',
      about:
        'Deletes, takes permissions back, stops sale. A correction needs `correction`, which is done; for copies it says that the answer was given.',
      body: wantedAnswer,
      bodyOptional: true,
      errors: [...act.errors, 'held'],
      handle: async ({ key, params: { request }, body }) =>
        shown(
          await fulfilRequest(
            parts,
            request,
            body.document?.sha256 ?? null,
            key.id,
            body.correction ?? null,
          ),
        ),
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/refuse',
      name: 'refuseRightsRequest',
      summary: 'Refuse it, on one of the grounds the law has',
      body: wantedRefusal,
      handle: async ({ key, params: { request }, body }) =>
        shown(await refuseRequest(parts, request, body.ground, key.id)),
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/lift',
      name: 'liftRestriction',
      summary: 'End a restriction; its person was told before',
      about: 'What there is may be used again. They stay on the own list.',
      body: z.strictObject({}),
      bodyOptional: true,
      handle: async ({ key, params: { request } }) =>
        shown(await liftRestriction(parts, request, key.id)),
    }),
    route({
      ...act,
      path: '/rights-requests/{request}/withdraw',
      name: 'withdrawRightsRequest',
      summary: 'Whoever made it does not want it any more',
      body: z.strictObject({}),
      bodyOptional: true,
      handle: async ({ key, params: { request } }) =>
        shown(await withdrawRequest(parts, request, key.id)),
    }),
  ];
}

function numberOf(text: string, field: string): string {
  const parsed = parseNumber(text);
  if (parsed !== null) return parsed.e164;
  const allowed = 'E.164 such as +14155550100';
  throw invalidRequest([{ path: `body.${field}`, what: 'is no number', allowed }]);
}

const iso = (at: Instant): string => new Date(at).toISOString();
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at));

async function viewOf({ people, clock }: RightsParts, request: RightsRequest) {
  const { id, kind, personId, law, speaker, state, answerBy, means, ground, by } = request;
  const person = await people.find(personId);
  const { confirmEnds, confirmedAt, dueAt } = request;
  const first = confirmedAt === null ? Math.min(confirmEnds ?? dueAt, dueAt) : dueAt;
  return {
    id,
    kind,
    person: personId,
    number: person === null ? null : maskNumber(person.number),
    law,
    speaker,
    state,
    receivedAt: iso(request.receivedAt),
    confirmedAt: isoOrNull(confirmedAt),
    confirmBy: isoOrNull(confirmEnds),
    dueAt: iso(dueAt),
    answerBy,
    urgency: isOpen(state) ? urgencyOf(first, clock.now()) : null,
    identity: means,
    ground,
    closedAt: isoOrNull(request.closedAt),
    by,
  };
}

async function detailOf(parts: RightsParts, request: RightsRequest) {
  const { id, personId, noteSealed, authority, guardianId, law, kind, state } = request;
  const person = noteSealed === null ? null : await parts.people.find(personId);
  const { rule, table, source, extendedBy } = deadlinesOf(law, kind, request.receivedAt);
  const history = await parts.rights.history(id);
  return {
    ...(await viewOf(parts, request)),
    note:
      noteSealed === null || person === null
        ? null
        : parts.cipher.open(person.key, noteContext(id), noteSealed).toString('utf8'),
    authority,
    guardian: guardianId,
    deadline: { rule, table, source, extendedBy },
    possible: [...possibleActs(kind, state)],
    history: history.map(({ at, means, ...event }) => ({ ...event, at: iso(at), identity: means })),
  };
}
