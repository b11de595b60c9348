/**
 * The register of list access: who got at the data of which list, when, of which version, under
 * which subscription account, for which seller and campaign. 16 CFR 310.5(a)(11) asks for it and for
 * five years of it. Each row is an entry of the audit; the ledger never lets one go.
 */
import { ConsentryError } from '../core/error.ts';
import type { Instant, Uuid } from '../core/words.ts';
import { type Asker, type AuditParts, auditEntry } from './audit.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { PageView, PageWanted } from './list-calls.ts';
import type { ListAccesses, ListAccessKind } from './list-ports.ts';

export interface ListAccessParts extends Omit<AuditParts, 'audit'> {
  readonly accesses: ListAccesses;
}

export interface ListAccess {
  readonly list: string;
  readonly what: ListAccessKind;
  /** When the data was got; null: now. */
  readonly gotAt: Instant | null;
  readonly version: string | null;
  readonly sourceSha256: string | null;
  /** Subscription account number, in full. */
  readonly account: string | null;
  readonly seller: string | null;
  readonly campaign: string | null;
  /** Numbers that were got; null: not counted. */
  readonly numbers: number | null;
  readonly jobId: Uuid | null;
}

const acts = { obtained: 'change', exported: 'export', 'looked-up': 'search' } as const;

/** @throws `unavailable` if it cannot be written; then nothing may be shown or used */
export async function noteListAccess(
  parts: Omit<ListAccessParts, 'openOpening'>,
  asker: Asker,
  access: ListAccess,
  reason: string | null = null,
): Promise<void> {
  const { list, what, gotAt, jobId, numbers, ...rest } = access;
  const act = acts[what];
  const said = {
    list,
    what,
    gotAt: new Date(gotAt ?? parts.clock.now()).toISOString(),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
    ...(numbers !== null && { numbers: String(numbers) }),
    ...(jobId !== null && { import: jobId }),
  } as Readonly<Record<string, string>>;
  const about = { act, operation: 'listAccess', allowed: true, persons: [], subject: said, reason };
  try {
    const entry = auditEntry(parts, asker, about);
    await parts.accesses.add({ entry, act, by: asker.by, list, what, jobId });
  } catch (cause) {
    const text = 'it cannot be written down who got at the list, so nothing is shown; try again';
    throw new ConsentryError('unavailable', text, { cause });
  }
}

export interface ListAccessView {
  readonly id: Uuid;
  readonly at: string;
  readonly by: { readonly id: string; readonly as: string };
  readonly list: string;
  readonly what: string;
  readonly gotAt: string;
  readonly version: string | null;
  readonly sourceSha256: string | null;
  readonly account: string | null;
  readonly seller: string | null;
  readonly campaign: string | null;
  readonly numbers: number | null;
  readonly import: string | null;
  readonly reason: string | null;
  readonly receiptId: Uuid;
}

export interface ListAccessWanted extends PageWanted {
  readonly list: string | null;
  readonly since: Instant | null;
  /** Exclusive. */
  readonly until: Instant | null;
}

/** Newest first. @throws `invalid_request` for a cursor that is not one of ours */
export async function listAccesses(
  { accesses, openOpening }: Pick<ListAccessParts, 'accesses' | 'openOpening'>,
  { list, since, until, limit, cursor }: ListAccessWanted,
): Promise<PageView<ListAccessView>> {
  const page = { limit, after: readCursor(cursor) };
  const { rows, next } = await accesses.list({ list, since, until }, page);
  const data: ListAccessView[] = [];
  for (const row of rows) {
    const opening = await openOpening({ ...row, personId: null });
    const said = (label: string) => opening[label]?.value ?? null;
    const subject = (said('subject') ?? {}) as Readonly<Record<string, string>>;
    const of = (name: string): string | null => subject[name] ?? null;
    data.push({
      id: row.id,
      at: String(said('at')),
      by: { id: String(said('by')), as: String(said('as')) },
      list: of('list') ?? '',
      what: of('what') ?? '',
      gotAt: of('gotAt') ?? String(said('at')),
      version: of('version'),
      sourceSha256: of('sourceSha256'),
      account: of('account'),
      seller: of('seller'),
      campaign: of('campaign'),
      numbers: of('numbers') === null ? null : Number(of('numbers')),
      import: of('import'),
      reason: said('reason') as string | null,
      receiptId: row.id,
    });
  }
  return { data, next: next && writeCursor(next) };
}
