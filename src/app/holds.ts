/**
 * Legal holds: what somebody has to be able to show later is neither redacted nor erased, whoever
 * asks and whatever a schedule says, until the hold is lifted. Both have a reason and an entry.
 */
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Instant, Uuid } from '../core/words.ts';
import type { Page, PageAsk } from './api-ports.ts';
import type { Tenant } from './call-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, PreparedEntry, Random } from './ports.ts';

export type HeldThing =
  | { readonly kind: 'call'; readonly callId: Uuid }
  | { readonly kind: 'person'; readonly personId: Uuid }
  | { readonly kind: 'line'; readonly lineId: Uuid }
  /** Calls that took place in it, with all of theirs, and texts from it; `until` is exclusive. */
  | { readonly kind: 'period'; readonly since: Instant; readonly until: Instant };

export interface StoredHold {
  readonly id: Uuid;
  readonly on: HeldThing;
  readonly reasonSealed: Buffer;
  readonly madeBy: string;
  readonly madeAt: Instant;
  readonly receiptId: Uuid;
  readonly lifted: {
    readonly by: string;
    readonly at: Instant;
    readonly reasonSealed: Buffer;
    readonly receiptId: Uuid;
  } | null;
}

export interface HoldStore {
  /** Nothing that was taken away under the lock of holds is taken away after it resolved. */
  add(hold: Omit<StoredHold, 'lifted'>, entry: PreparedEntry): Promise<void>;
  find(id: Uuid): Promise<StoredHold | null>;
  /** Newest first. */
  list(page: PageAsk & { readonly openOnly: boolean }): Promise<Page<StoredHold>>;
  /** False: it is lifted already. */
  lift(
    id: Uuid,
    how: { readonly by: string; readonly at: Instant; readonly reasonSealed: Buffer },
    entry: PreparedEntry,
  ): Promise<boolean>;
  /** Those that keep something of a person: on them, or on a call or a text of theirs. */
  onPerson(personId: Uuid): Promise<readonly StoredHold[]>;
  onCall(callId: Uuid): Promise<readonly StoredHold[]>;
  /** By id or CallSid. */
  callNamed(name: string): Promise<Uuid | null>;
  /** By id or number. */
  personNamed(name: string): Promise<Uuid | null>;
}

export interface HoldParts {
  readonly holds: HoldStore;
  readonly tenant: Pick<Tenant, 'cipher'>;
  readonly entries: Pick<EntryMaker, 'hold'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
}

const contextOf = (id: Uuid, of: 'reason' | 'lift'): string => `hold/${id}/${of}`;

export async function placeHold(
  { holds, tenant, entries, clock, random }: HoldParts,
  on: HeldThing,
  reason: string,
  by: string,
): Promise<StoredHold> {
  const [id, at] = [random.uuid(), clock.now()];
  const facts = { purpose: 'oversight', hold: id, on: on as unknown as Json, by, at } as const;
  const entry = entries.hold({ kind: 'hold', ...facts, reason });
  const reasonSealed = tenant.cipher.seal(null, contextOf(id, 'reason'), Buffer.from(reason));
  const hold = { id, on, reasonSealed, madeBy: by, madeAt: at, receiptId: entry.id };
  await holds.add(hold, entry);
  return { ...hold, lifted: null };
}

/** @throws `not_found`, or `conflict` if it is lifted already */
export async function liftHold(
  { holds, tenant, entries, clock }: HoldParts,
  id: Uuid,
  reason: string,
  by: string,
): Promise<StoredHold> {
  const hold = await holds.find(id);
  if (hold === null) throw new ConsentryError('not_found');
  const at = clock.now();
  const facts = { purpose: 'oversight', hold: id, on: hold.on as unknown as Json, by, at } as const;
  const entry = entries.hold({ kind: 'release', ...facts, reason });
  const reasonSealed = tenant.cipher.seal(null, contextOf(id, 'lift'), Buffer.from(reason));
  if (!(await holds.lift(id, { by, at, reasonSealed }, entry))) {
    throw new ConsentryError('conflict', 'this hold is lifted already');
  }
  return { ...hold, lifted: { by, at, reasonSealed, receiptId: entry.id } };
}

export const openReason = ({ tenant }: Pick<HoldParts, 'tenant'>, hold: StoredHold): string =>
  tenant.cipher.open(null, contextOf(hold.id, 'reason'), hold.reasonSealed).toString('utf8');

export const openLiftReason = ({ tenant }: Pick<HoldParts, 'tenant'>, hold: StoredHold) =>
  hold.lifted === null
    ? null
    : tenant.cipher
        .open(null, contextOf(hold.id, 'lift'), hold.lifted.reasonSealed)
        .toString('utf8');

/** What a held person is told, and by what right. GDPR 17(3)(b) and (e), 18(2). */
export const whyHeld =
  'a legal hold keeps it: what the law makes us keep, or what is needed for legal claims, need ' +
  'not be erased meanwhile (GDPR article 17(3)(b) and (e)); lift the hold first';

/** The error that whoever redacts or erases meets: which holds, and since when, not why. */
export function heldError(holds: readonly Pick<StoredHold, 'id' | 'on' | 'madeAt'>[]) {
  const shown = holds.map(({ id, on, madeAt }) => ({
    id,
    kind: on.kind,
    since: new Date(madeAt).toISOString(),
  }));
  return new ConsentryError('held', whyHeld, { extra: { holds: shown } });
}
