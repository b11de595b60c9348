/**
 * Every request to a route that has a class is written down, as allowed or refused: what shows
 * something when it is known what and whom, and before it leaves; what changes something before it
 * changes. A change that was let in and then refused has a second row, which names the first.
 */
import type { Request } from 'express';
import type { ApiKey } from '../../../app/api-ports.ts';
import { type AuditParts, askerOf, writeAudit } from '../../../app/audit.ts';
import { type Subject, type Subjects, subjectKinds } from '../../../app/audit-ports.ts';
import { type WriteAct, writeTogether } from '../../../app/audit-searches.ts';
import type { Clock } from '../../../app/ports.ts';
import type { AuditKind } from '../../../core/access/audit.ts';
import { isWithin, unlimited } from '../../../core/access/limits.ts';
import { ConsentryError } from '../../../core/error.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import type { Uuid } from '../../../core/words.ts';
import { nobody } from './authenticate.ts';
import type { Route } from './route.ts';
import type { RequestLike } from './sessions.ts';

export interface OversightParts extends Omit<AuditParts, 'openOpening'> {
  readonly subjects: Subjects;
  /** Network address of who asks. */
  readonly addressOf: (request: RequestLike) => string;
}

/** Tries without a key that is known are written down once in this time for an address. */
const unknownRestMs = 60_000;
const unknownMax = 10_000;

export type Names = Readonly<Record<string, unknown>>;

export interface Watch {
  /** Throws `not_found` for what is not there. */
  find(key: ApiKey, params: Names): Promise<Subject>;
  /** Of whom a body speaks, where a path names nobody. */
  spokenOf(key: ApiKey, subject: Subject, body: unknown): Promise<Subject>;
  /**
   * Before anything leaves or changes. Does nothing when it was done before, or the route shows
   * nobody.
   *
   * @param parties who else is shown, where that is known by party
   */
  enter(key: ApiKey, entered: Entered): Promise<void>;
  /** Whatever was thrown: a refusal is written down, once. */
  refused(key: ApiKey, thrown: unknown, how: Refused): Promise<void>;
  /** What was sent of a recording, after it was. */
  heard(
    key: ApiKey,
    subject: Subject,
    spans: readonly (readonly [number, number])[],
  ): Promise<void>;
}

export interface Entered {
  readonly persons: readonly Uuid[];
  readonly parties?: readonly Uuid[];
  readonly reason?: string | null;
}

export interface Refused {
  /** Whose data it would have been; nobody's before it is known who asks. */
  readonly persons: readonly Uuid[];
  readonly reason: string | null;
  /** True: who asked was let in, and the handler refused. */
  readonly inside: boolean;
  /** True: a part of the answer left before. */
  readonly hasLeft: boolean;
}

/** One for all requests: it remembers who tried without a key. */
export function createOversight(parts: OversightParts) {
  const tries = recently(parts.clock);
  const writeAct = writeTogether((asker, act) => writeAudit(parts, asker, act));
  return (route: Route, request: Request): Watch =>
    watchOne(parts, writeAct, tries, route, request);
}

export type Oversight = ReturnType<typeof createOversight>;

/** True at the first try of an address in a while. */
function recently(clock: Clock): (address: string) => boolean {
  const until = new Map<string, number>();
  return (address) => {
    const now = clock.monotonic();
    if ((until.get(address) ?? 0) > now) return false;
    if (until.size >= unknownMax) until.clear();
    until.set(address, now + unknownRestMs);
    return true;
  };
}

function watchOne(
  parts: OversightParts,
  writeAct: WriteAct,
  isFirstTry: (address: string) => boolean,
  route: Route,
  request: Request,
): Watch {
  const { subjects } = parts;
  const act = kindOf(route, request);
  /** Null: nothing yet. */
  let written: { readonly allowed: boolean; readonly id: Uuid | null } | null = null;
  let names: Names = request.params;

  async function write(key: ApiKey, allowed: boolean, entered: Entered, more: Names = {}) {
    if (act === null) return;
    written = { allowed, id: null };
    const persons = [...entered.persons, ...(await subjects.ofParties(entered.parties ?? []))];
    const subject = { ...subjectOf(names), ...subjectOf(more) };
    const about = { act, operation: route.name, allowed, persons, subject };
    const reason = entered.reason ?? null;
    const asker = askerOf(key, parts.addressOf(request));
    written = { allowed, id: await writeAct(asker, { ...about, reason }) };
  }

  return {
    async find({ id, tenantId, session }, params) {
      names = params;
      const limits = session?.user.limits ?? unlimited;
      for (const kind of subjectKinds) {
        const name = params[kind];
        if (typeof name !== 'string') continue;
        const found = await subjects.find(tenantId, kind, name);
        if (found === null || !isWithin(limits, found.call)) throw new ConsentryError('not_found');
        if (found.onlyFor !== undefined && found.onlyFor !== id) {
          throw new ConsentryError('forbidden', 'the link is for somebody else');
        }
        return found;
      }
      return nothing;
    },
    async spokenOf({ tenantId }, subject, body) {
      if (act === 'reveal') {
        const party = (body as Names)['party'];
        return { ...subject, persons: await subjects.ofParties([String(party)]) };
      }
      if (act === null || subject !== nothing) return subject;
      const text = textIn(body, route.whom ?? null);
      const number = parseNumber(text)?.e164 ?? null;
      if (number !== null) return { persons: await subjects.ofNumber(number), call: null };
      return (uuidForm.test(text) && (await subjects.find(tenantId, 'person', text))) || nothing;
    },
    async enter(key, entered) {
      if (written === null) await write(key, true, entered);
    },
    async refused(key, thrown, { persons, reason, inside, hasLeft }) {
      if (hasLeft || !isRefusal(thrown, inside, route)) return;
      // What could not be written down before cannot be now.
      if (written !== null && (!written.allowed || written.id === null)) return;
      if (key === nobody && !isFirstTry(parts.addressOf(request))) return;
      const before = written === null ? {} : { entry: written.id };
      await write(key, false, { persons, reason }, before);
    },
    async heard(key, { persons }, spans) {
      await writeAct(askerOf(key, parts.addressOf(request)), {
        act: 'listened',
        operation: route.name,
        allowed: true,
        persons,
        subject: subjectOf(names),
        spans,
      });
    },
  };
}

const nothing: Subject = { persons: [], call: null };
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who asks only how long a recording is hears nothing of it. */
function kindOf({ audit }: Route, { method }: Request): AuditKind | null {
  if (audit === 'none') return null;
  return method === 'HEAD' && (audit === 'listen' || audit === 'download') ? 'read' : audit;
}

/**
 * Outside, what keeps somebody out. Inside, whatever kept an answer from leaving; a change that broke
 * on our side may have been made, and stays as it was entered.
 */
function isRefusal(thrown: unknown, inside: boolean, route: Route): boolean {
  if (inside && showsOnly(route)) return true;
  if (!(thrown instanceof ConsentryError) || thrown.partly) return false;
  return inside ? thrown.status < 500 : [401, 403, 404].includes(thrown.status);
}

/** Whether a route shows something and changes nothing: it is entered when that is at hand. */
export const showsOnly = ({ method, audit }: Route): boolean =>
  method === 'get' || audit === 'reveal' || audit === 'listen' || audit === 'download';

/** Where a number may stand in place of an id, in whatever way somebody writes it. */
const byNumber = ['person', 'number'];

/** Names out of the path, without numbers of people: those stand as persons, or nowhere. */
function subjectOf(names: Names): Readonly<Record<string, string>> {
  const pairs = Object.entries(names).flatMap(([name, value]) =>
    typeof value === 'string' &&
    name !== 'link' &&
    value.length <= 100 &&
    (byNumber.includes(name) ? uuidForm.test(value) : !/^\+?\d{5,}$/.test(value))
      ? [[name, value] as const]
      : [],
  );
  return Object.fromEntries(pairs);
}

function textIn(body: unknown, field: string | null): string {
  const text = field === null ? null : (body as Names | undefined)?.[field];
  return typeof text === 'string' ? text : '';
}
