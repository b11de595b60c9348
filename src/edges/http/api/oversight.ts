/**
 * Every request to a route that has a class is written down: before what is shown leaves, before
 * what is changed changes, and once, whether it was allowed or refused. A page is written down when
 * it is known whom it shows.
 */
import type { Request } from 'express';
import type { ApiKey } from '../../../app/api-ports.ts';
import { type AuditParts, askerOf, writeAudit } from '../../../app/audit.ts';
import { type Subject, type Subjects, subjectKinds } from '../../../app/audit-ports.ts';
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
  spokenOf(subject: Subject, body: unknown): Promise<Subject>;
  /** Does nothing when it was done before, or the route shows nobody. */
  enter(key: ApiKey, persons: readonly Uuid[], reason?: string | null): Promise<void>;
  /** For pages, whose persons are known at the end. */
  enterPage(key: ApiKey, persons: readonly Uuid[], parties: readonly Uuid[]): Promise<void>;
  /** Whatever was thrown: a refusal is written down, once. */
  refused(key: ApiKey, thrown: unknown): Promise<void>;
  /** What was sent of a recording, after it was. */
  heard(
    key: ApiKey,
    subject: Subject,
    spans: readonly (readonly [number, number])[],
  ): Promise<void>;
}

/** One for all requests: it remembers who tried without a key. */
export function createOversight(parts: OversightParts) {
  const tries = recently(parts.clock);
  return (route: Route, request: Request): Watch => watchOne(parts, tries, route, request);
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
  isFirstTry: (address: string) => boolean,
  route: Route,
  request: Request,
): Watch {
  const { subjects } = parts;
  const act = kindOf(route, request);
  let entered = act === null;
  let names: Names = request.params;

  async function write(key: ApiKey, allowed: boolean, persons: readonly Uuid[], reason?: string) {
    if (act === null || entered) return;
    entered = true;
    const about = { act, operation: route.name, allowed, persons, subject: subjectOf(names) };
    await writeAudit(parts, askerOf(key, parts.addressOf(request)), {
      ...about,
      reason: reason ?? null,
    });
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
    async spokenOf(subject, body) {
      if (act === 'reveal') {
        const party = (body as Names)['party'];
        return { ...subject, persons: await subjects.ofParties([String(party)]) };
      }
      if (act === null || subject !== nothing) return subject;
      const number = numberIn(body, route.whom ?? null);
      return number === null ? nothing : { persons: await subjects.ofNumber(number), call: null };
    },
    enter: (key, persons, reason) => write(key, true, persons, reason ?? undefined),
    async enterPage(key, persons, parties) {
      if (entered) return;
      await write(key, true, [...persons, ...(await subjects.ofParties(parties))]);
    },
    async refused(key, thrown) {
      if (!isRefusal(thrown)) return;
      if (key === nobody && !isFirstTry(parts.addressOf(request))) return;
      await write(key, false, []);
    },
    async heard(key, { persons }, spans) {
      await writeAudit(parts, askerOf(key, parts.addressOf(request)), {
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

/** Who asks only how long a recording is hears nothing of it. */
function kindOf({ audit }: Route, { method }: Request): AuditKind | null {
  if (audit === 'none') return null;
  return method === 'HEAD' && (audit === 'listen' || audit === 'download') ? 'read' : audit;
}

const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof ConsentryError && [401, 403, 404].includes(thrown.status);

/** Names out of the path, without numbers of people: those stand as persons, or nowhere. */
function subjectOf(names: Names): Readonly<Record<string, string>> {
  const pairs = Object.entries(names).flatMap(([name, value]) =>
    typeof value === 'string' &&
    name !== 'link' &&
    value.length <= 100 &&
    !/^\+?\d{5,}$/.test(value)
      ? [[name, value] as const]
      : [],
  );
  return Object.fromEntries(pairs);
}

function numberIn(body: unknown, field: string | null): string | null {
  const text = field === null ? null : (body as Names | undefined)?.[field];
  return typeof text === 'string' ? (parseNumber(text)?.e164 ?? null) : null;
}
