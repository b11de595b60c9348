/** What the public pages work with. */
import type { AuditParts } from '../../../app/audit.ts';
import { writeAudit } from '../../../app/audit.ts';
import type { EmailParts } from '../../../app/email-requests.ts';
import type { FormParts } from '../../../app/forms.ts';
import type { NoticeParts } from '../../../app/notices.ts';
import type { PageCodeParts } from '../../../app/page-codes.ts';
import type { PageLimit } from '../../../app/page-limits.ts';
import type { PageTokenParts } from '../../../app/page-tokens.ts';
import type { Log } from '../../../app/ports.ts';
import type { PreferenceParts } from '../../../app/preferences.ts';
import type { RightsParts } from '../../../app/rights.ts';
import type { AuditKind } from '../../../core/access/audit.ts';
import type { Receipt } from '../../../core/ledger/receipt.ts';
import type { Uuid } from '../../../core/words.ts';
import type { RequestLike } from '../api/sessions.ts';

export interface PageParts {
  readonly preferences: PreferenceParts;
  readonly formParts: FormParts;
  readonly noticeParts: NoticeParts;
  readonly emailParts: EmailParts;
  readonly tokens: PageTokenParts;
  readonly codes: PageCodeParts;
  readonly rightsParts: RightsParts;
  readonly checkLimit: (limit: PageLimit, who: string) => Promise<void>;
  readonly auditParts: Omit<AuditParts, 'openOpening'>;
  readonly addressOf: (request: RequestLike) => string;
  /** Who the business is, as its lines say it. */
  readonly controller: () => Promise<string>;
  readonly receiptOf: (entryId: Uuid) => Promise<Receipt | 'pending' | null>;
  /** Whose a receipt is. */
  readonly personsOf: (entryId: Uuid) => Promise<readonly Uuid[]>;
  readonly publicUrl: string;
  readonly log: Log;
}

/**
 * Written down before anything is shown or changed. `caller`: who has shown by a code that the
 * number is theirs; `nobody`: anybody.
 */
export async function enterPage(
  { auditParts }: PageParts,
  { address }: { readonly address: string },
  act: {
    readonly by: 'caller' | 'nobody';
    readonly kind: AuditKind;
    readonly operation: string;
    readonly persons: readonly Uuid[];
  },
): Promise<void> {
  const { by, kind, operation, persons } = act;
  const about = { act: kind, operation, allowed: true, persons, subject: {} };
  await writeAudit(auditParts, { by, as: 'nobody', address }, about);
}
