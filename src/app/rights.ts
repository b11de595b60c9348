/**
 * Requests about one's own data. Each act asks the table of `core/rights` whether it is possible,
 * and is written down with its event and its entry in one transaction.
 */
import { ConsentryError } from '../core/error.ts';
import type { ProfileChange } from '../core/person/profile.ts';
import { deadlinesOf, lawOf, type RightLaw } from '../core/rights/deadline.ts';
import {
  afterAct,
  type IdentityMeans,
  type RefusalGround,
  type RequestAct,
  type RequestSpeaker,
  type RightKind,
} from '../core/rights/request.ts';
import type { Hex, Instant, Uuid } from '../core/words.ts';
import type { People, Person } from './call-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, FieldCipher, Random } from './ports.ts';
import type {
  CodeSender,
  RightsChange,
  RightsEvent,
  RightsRequest,
  RightsStore,
  SentCode,
} from './rights-ports.ts';

export interface RightsParts {
  readonly rights: RightsStore;
  readonly people: Pick<People, 'ensure' | 'find'>;
  readonly entries: Pick<EntryMaker, 'rights'>;
  readonly cipher: FieldCipher;
  readonly sender: CodeSender;
  readonly clock: Clock;
  readonly random: Random;
  /** Does what a right asks for; may be repeated. */
  readonly carryOut: (
    request: RightsRequest,
    by: string,
    correction: ProfileChange | null,
  ) => Promise<void>;
  /** Ends a restriction. False: there is none. */
  readonly liftRestriction: (personId: Uuid) => Promise<boolean>;
}

export interface WantedRequest {
  /** E.164. */
  readonly number: string;
  readonly kind: RightKind;
  /** Null: what the number says. */
  readonly law: RightLaw | null;
  readonly speaker: RequestSpeaker;
  readonly guardian: string | null;
  readonly authority: Hex | null;
  readonly note: string | null;
  /** Null: now. */
  readonly receivedAt: Instant | null;
  readonly by: string;
  /** Left in a call; absent: it came by another way. */
  readonly taskId?: Uuid;
}

export const noteContext = (id: Uuid): string => `rights/${id}/note`;

/** @throws `invalid_request` where somebody speaks for another without what shows that they may */
export async function receiveRequest(
  parts: Pick<RightsParts, 'rights' | 'people' | 'entries' | 'cipher' | 'clock' | 'random'>,
  wanted: WantedRequest,
): Promise<RightsRequest> {
  const { people, cipher, random, clock } = parts;
  const now = clock.now();
  refuseMistakes(wanted, now);
  const person = await people.ensure(wanted.number);
  const guardian = wanted.guardian === null ? null : await people.ensure(wanted.guardian);
  const id = random.uuid();
  const receivedAt = wanted.receivedAt ?? now;
  const law = wanted.law ?? lawOf(wanted.number);
  const { answerEnds, answerBy, confirmEnds } = deadlinesOf(law, wanted.kind, receivedAt);
  const { kind, speaker, authority, note, by } = wanted;
  const request: RightsRequest = {
    id,
    personId: person.id,
    kind,
    law,
    speaker,
    guardianId: guardian?.id ?? null,
    authority,
    state: 'received',
    receivedAt,
    confirmedAt: null,
    confirmEnds,
    dueAt: answerEnds,
    answerBy,
    noteSealed: note === null ? null : cipher.seal(person.key, noteContext(id), Buffer.from(note)),
    means: null,
    ground: null,
    closedAt: null,
    by,
    taskId: wanted.taskId ?? null,
    seq: 1,
  };
  const made = { act: 'receive', by, means: null, document: authority, ground: null } as const;
  const [event, entry] = eventOf(parts, request, person, { ...made, at: now });
  await parts.rights.add(request, event, entry);
  return request;
}

function refuseMistakes({ speaker, guardian, authority, receivedAt }: WantedRequest, now: Instant) {
  const mistakes: { path: string; what: string; allowed: string }[] = [];
  const fault = (path: string, what: string, allowed: string) =>
    mistakes.push({ path: `body.${path}`, what, allowed });
  if (speaker !== 'self' && authority === null) {
    const allowed = 'the hash of the document that lets them speak for the person';
    fault('authority', 'is missing', allowed);
  }
  if ((speaker === 'guardian') !== (guardian !== null)) {
    fault('guardian', 'goes with the speaker `guardian`', "the guardian's number, there only");
  }
  if (receivedAt !== null && receivedAt > now) {
    fault('receivedAt', 'lies in the future', 'when it came');
  }
  if (mistakes.length === 0) return;
  const text = mistakes.map(({ path, what, allowed }) => `${path}: ${what}; allowed: ${allowed}`);
  throw new ConsentryError('invalid_request', text.join(' | '), { mistakes });
}

interface Act {
  readonly act: RightsEvent['act'];
  readonly by: string;
  readonly means?: IdentityMeans | null;
  readonly document?: Hex | null;
  readonly ground?: RefusalGround | null;
  readonly at: Instant;
}

function eventOf(
  { entries }: Pick<RightsParts, 'entries'>,
  request: RightsRequest,
  person: Person | null,
  { act, by, means = null, document = null, ground = null, at }: Act,
) {
  const { id, kind, state, law, speaker, answerBy } = request;
  const entry = entries.rights(
    {
      kind: 'rights',
      purpose: 'oversight',
      request: id,
      right: kind,
      act,
      state,
      law,
      speaker,
      number: person?.number ?? null,
      means,
      document,
      ground,
      answerBy,
      by,
      at,
    },
    person,
  );
  const event: RightsEvent = { act, state, at, by, means, document, ground, receiptId: entry.id };
  return [event, entry] as const;
}

/** @throws `not_found` */
export async function findRequest({ rights }: Pick<RightsParts, 'rights'>, id: Uuid) {
  const request = await rights.find(id);
  if (request === null) throw new ConsentryError('not_found');
  return request;
}

/** @throws `conflict`, with where it stands, if the act is not possible from there */
export function stateAfter({ kind, state }: RightsRequest, act: RequestAct) {
  const after = afterAct(kind, state, act);
  if (after !== null) return after;
  throw new ConsentryError('conflict', `the request is ${state}; that does not allow this`);
}

/** Writes an act down. @throws `conflict` if somebody was quicker */
export async function move(
  parts: RightsParts,
  request: RightsRequest,
  act: RequestAct | 'try',
  how: Omit<Act, 'act' | 'at'>,
  change: RightsChange & { readonly code?: SentCode | null } = {},
): Promise<RightsRequest> {
  const at = parts.clock.now();
  const state = act === 'try' ? request.state : stateAfter(request, act);
  const { code: _, ...columns } = change;
  const after: RightsRequest = { ...request, ...columns, state, seq: request.seq + 1 };
  const person = await parts.people.find(request.personId);
  const [event, entry] = eventOf(parts, after, person, { ...how, act, at });
  if (await parts.rights.move(after, change, event, entry)) return after;
  throw new ConsentryError('conflict', 'somebody changed the request since; look at it again');
}

/** They were told that it has come. */
export async function confirmRequest(parts: RightsParts, id: Uuid, by: string) {
  const request = await findRequest(parts, id);
  return move(parts, request, 'confirm', { by }, { confirmedAt: parts.clock.now() });
}

/**
 * It takes longer, and they were told why before the first time was over.
 *
 * @throws `conflict` where the law gives no more time, or it is too late to say so
 */
export async function extendRequest(parts: RightsParts, id: Uuid, by: string) {
  const request = await findRequest(parts, id);
  stateAfter(request, 'extend');
  const { extendedEnds, extendedBy, source } = deadlinesOf(
    request.law,
    request.kind,
    request.receivedAt,
  );
  if (extendedEnds === null || extendedBy === null) {
    throw new ConsentryError('conflict', `no more time is given for this (${source})`);
  }
  if (parts.clock.now() >= request.dueAt) {
    throw new ConsentryError('conflict', 'the time in which they had to be told is over');
  }
  return move(parts, request, 'extend', { by }, { dueAt: extendedEnds, answerBy: extendedBy });
}

/**
 * Does what is asked for, then closes the request.
 *
 * @param correction what a request to correct sets right; it needs one
 * @throws `invalid_request` where that is missing, or there for another kind
 */
export async function fulfilRequest(
  parts: RightsParts,
  id: Uuid,
  document: Hex | null,
  by: string,
  correction: ProfileChange | null = null,
): Promise<RightsRequest> {
  const request = await findRequest(parts, id);
  stateAfter(request, 'fulfil');
  if ((request.kind === 'correct') !== (correction !== null)) {
    const what = 'goes with a request to correct';
    const allowed = 'name, email, notes and place as they are right, there only';
    throw new ConsentryError('invalid_request', `body.correction: ${what}; allowed: ${allowed}`, {
      mistakes: [{ path: 'body.correction', what, allowed }],
    });
  }
  await parts.carryOut(request, by, correction);
  const closedAt = parts.clock.now();
  return move(parts, request, 'fulfil', { by, document }, { closedAt, code: null });
}

export async function refuseRequest(
  parts: RightsParts,
  id: Uuid,
  ground: RefusalGround,
  by: string,
): Promise<RightsRequest> {
  const request = await findRequest(parts, id);
  const closedAt = parts.clock.now();
  return move(parts, request, 'refuse', { by, ground }, { ground, closedAt, code: null });
}

/**
 * A restriction ends; they were told so before (GDPR 18(3)).
 *
 * @throws `conflict` if there is none
 */
export async function liftRestriction(parts: RightsParts, id: Uuid, by: string) {
  const request = await findRequest(parts, id);
  stateAfter(request, 'lift');
  // The entry first: what cannot be written down stays as it was.
  const after = await move(parts, request, 'lift', { by });
  if (await parts.liftRestriction(request.personId)) return after;
  throw new ConsentryError('conflict', 'nothing of theirs is restricted');
}

/** Whoever made it does not want it any more. */
export async function withdrawRequest(parts: RightsParts, id: Uuid, by: string) {
  const request = await findRequest(parts, id);
  return move(parts, request, 'withdraw', { by }, { closedAt: parts.clock.now(), code: null });
}
