/** What a screening for a contact leaves behind: its entry, and the answer to who may not dial. */
import { ConsentryError } from '../core/error.ts';
import type { Json } from '../core/ledger/canonical.ts';
import type { Channel, ScreeningPurpose } from '../core/suppression/inquiry.ts';
import type { Uuid } from '../core/words.ts';
import type { Person } from './call-ports.ts';
import type { EntryMaker } from './make-entry.ts';
import type { Screened } from './outbound-ports.ts';
import type { Clock, PreparedEntry } from './ports.ts';
import { purposeOf } from './rest-after-opt-out.ts';

export interface ScreenedContact {
  /** The call it is for; null: it becomes none of ours. */
  readonly callId: Uuid | null;
  /** As it was written, where it is nobody's. */
  readonly number: string;
  readonly purpose: ScreeningPurpose;
  readonly campaign: string | null;
  /** A call, unless something else is said. */
  readonly channel?: Channel;
  /** A user's or key's id. */
  readonly by: string;
}

export function screeningEntry(
  { entries, clock }: { readonly entries: Pick<EntryMaker, 'screening'>; readonly clock: Clock },
  { purpose, channel = 'call', ...about }: ScreenedContact,
  person: Person | null,
  { decision, evidence }: Pick<Screened, 'decision' | 'evidence'>,
): PreparedEntry {
  const found = JSON.parse(JSON.stringify(evidence)) as Json;
  const facts = { kind: 'screening', purpose: purposeOf[channel], contactFor: purpose } as const;
  return entries.screening({ ...facts, ...about, decision, found, at: clock.now() }, person);
}

/** What a last look at the list finds that forbids a contact. */
export const listedMeanwhile: Omit<Screened, 'caps'> = {
  decision: 'deny',
  reasons: [{ code: 'INTERNAL_DNC' }],
  view: { decision: 'deny', allowed: false, reasons: [{ code: 'INTERNAL_DNC' }] },
  evidence: { decision: 'deny', reasons: [{ code: 'INTERNAL_DNC' }] },
};

/** With every reason, and the entry that keeps them. */
export function notDialled(
  { decision, reasons, view }: Pick<Screened, 'decision' | 'reasons' | 'view'>,
  entry: Pick<PreparedEntry, 'id'>,
): ConsentryError {
  const codes = reasons.map(({ code }) => code).join(', ');
  return new ConsentryError('not_dialled', `${decision}: ${codes}`, {
    extra: { screening: view, reasons, evidenceId: entry.id },
  });
}
