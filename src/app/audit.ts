/** Writes down who saw or changed what, and shows it again. */
import type { AuditActor, AuditKind } from '../core/access/audit.ts';
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Opening } from '../core/ledger/entry.ts';
import type { AuditFacts } from '../core/ledger/facts.ts';
import type { Hex, Uuid } from '../core/words.ts';
import type { ApiKey } from './api-ports.ts';
import type { AuditFilter, AuditStore } from './audit-ports.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { OpenOpening } from './ledger-ports.ts';
import type { PageView, PageWanted } from './list-calls.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Clock, PreparedEntry } from './ports.ts';

export interface AuditParts {
  readonly audit: AuditStore;
  readonly entries: Pick<EntryMaker, 'audit'>;
  /** Stands for a network address. */
  readonly addressToken: (address: string) => Hex;
  readonly openOpening: OpenOpening;
  readonly clock: Clock;
}

/** Who asks, and from where. */
export interface Asker {
  /** A user's or key's id, `operator` or `nobody`. */
  readonly by: string;
  readonly as: AuditActor;
  /** Network address; null: this machine's command line. */
  readonly address: string | null;
}

export type Act = Omit<
  AuditFacts,
  'kind' | 'purpose' | 'entryId' | 'at' | 'by' | 'as' | 'address' | 'reason' | 'spans'
> &
  Partial<Pick<AuditFacts, 'reason' | 'spans'>>;

export function askerOf({ id, session, isSupport = false }: ApiKey, address: string): Asker {
  if (id === nobodyId) return { by: 'nobody', as: 'nobody', address };
  const as = session !== undefined ? 'user' : isSupport ? 'support' : 'key';
  return { by: id, as, address };
}

/** Who asks where nobody has to sign in, or whose key is not known. */
export const nobodyId = '00000000-0000-0000-0000-000000000000';

/** The entry that says who did what. */
export function auditEntry(
  { entries, addressToken, clock }: Pick<AuditParts, 'entries' | 'addressToken' | 'clock'>,
  { by, as, address }: Asker,
  act: Act,
): PreparedEntry {
  return entries.audit({
    kind: 'audit',
    purpose: 'oversight',
    at: clock.now(),
    reason: null,
    spans: null,
    ...act,
    by,
    as,
    persons: [...new Set(act.persons)].sort(),
    address: address === null ? null : addressToken(address),
  });
}

/**
 * Resolves to the entry's id once it is committed; nothing may be shown or changed before.
 *
 * @throws `unavailable` if it cannot be written
 */
export async function writeAudit(
  { audit, ...parts }: Omit<AuditParts, 'openOpening'>,
  asker: Asker,
  act: Act,
): Promise<Uuid> {
  const persons = [...new Set(act.persons)].sort();
  try {
    const entry = auditEntry(parts, asker, act);
    const given = act.allowed && act.act === 'export';
    const exportId = given ? (act.subject['export'] ?? null) : null;
    const { by } = asker;
    await audit.add({ entry, kind: act.act, allowed: act.allowed, by, persons, exportId });
    return entry.id;
  } catch (cause) {
    const text = 'it cannot be written down who asks, so nothing is shown or changed; try again';
    throw new ConsentryError('unavailable', text, { cause });
  }
}

// ---------------------------------------------------------------- shown again

export interface AuditWanted extends PageWanted, Partial<AuditFilter> {
  readonly address?: string | undefined;
}

export interface AuditView {
  readonly id: Uuid;
  readonly at: string;
  readonly kind: AuditKind;
  readonly operation: string;
  readonly allowed: boolean;
  /** `name` is null for who is gone, and for programs that were. */
  readonly by: { readonly id: string; readonly as: AuditActor; readonly name: string | null };
  readonly persons: readonly Uuid[];
  readonly subject: Readonly<Record<string, string>>;
  readonly address: string | null;
  readonly reason: string | null;
  readonly spans: AuditFacts['spans'];
  readonly receiptId: Uuid;
}

/** Names of users and keys by their ids. */
export type NamesOf = () => Promise<ReadonlyMap<string, string>>;

/** @throws `invalid_request` for a cursor that is not one of ours */
export async function listAudit(
  { audit, openOpening }: Pick<AuditParts, 'audit' | 'openOpening'>,
  names: NamesOf,
  wanted: AuditWanted,
): Promise<PageView<AuditView>> {
  const { person, by, kind, allowed, since, until } = wanted;
  const filter: AuditFilter = {
    person: person ?? null,
    by: by ?? null,
    kind: kind ?? null,
    allowed: allowed ?? null,
    since: since ?? null,
    until: until ?? null,
  };
  const page = { limit: wanted.limit, after: readCursor(wanted.cursor) };
  const { rows, next } = await audit.list(filter, page);
  const known = await names();
  const data: AuditView[] = [];
  for (const row of rows) data.push(viewAudit(row.id, await openOpening(row), known));
  return { data, next: next && writeCursor(next) };
}

/** The person's own extract: what was done with their data, and nothing of anybody else. */
export const ownView = ({ persons: _, ...rest }: AuditView, person: Uuid): AuditView => ({
  ...rest,
  persons: [person],
});

/** What is shown is what the ledger holds, not the index it was found by. */
function viewAudit(id: Uuid, opening: Opening, names: ReadonlyMap<string, string>): AuditView {
  const said = (label: keyof AuditFacts): Json => opening[label]?.value ?? null;
  const by = String(said('by'));
  return {
    id,
    at: String(said('at')),
    kind: said('act') as AuditKind,
    operation: String(said('operation')),
    allowed: said('allowed') === true,
    by: { id: by, as: said('as') as AuditActor, name: names.get(by) ?? null },
    persons: (said('persons') ?? []) as readonly Uuid[],
    subject: (said('subject') ?? {}) as Readonly<Record<string, string>>,
    address: said('address') as string | null,
    reason: said('reason') as string | null,
    spans: said('spans') as AuditFacts['spans'],
    receiptId: id,
  };
}
