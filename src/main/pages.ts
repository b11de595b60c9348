/** Joins the public pages to what they do. */
import { showProfile } from '../app/correct-person.ts';
import type { EmailParts } from '../app/email-requests.ts';
import type { NoticeParts } from '../app/notices.ts';
import { checkLimit } from '../app/page-limits.ts';
import type { RightsParts } from '../app/rights.ts';
import { addressBehind } from '../edges/http/address.ts';
import type { PageParts } from '../edges/http/pages/page-parts.ts';
import type { createLog } from '../log.ts';
import type { CallSystem } from './call-system.ts';
import { clock, random } from './chance.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

export interface PageSurroundings {
  readonly rightsParts: RightsParts;
  readonly noticeParts: NoticeParts;
  readonly emailParts: EmailParts;
  readonly publicUrl: string;
  readonly log: ReturnType<typeof createLog>;
}

export function createEmailParts(
  { tenant }: Foundation,
  { emails, forms, sendMail }: Stores,
  { choiceParts, correctParts }: CallSystem,
  { controller, publicUrl }: { controller: () => Promise<string>; publicUrl: string },
): EmailParts {
  return {
    emails,
    forms,
    choiceParts,
    cipher: tenant.cipher,
    random,
    clock,
    controller,
    publicUrl,
    sendMail,
    addressOf: async (personId) => (await showProfile(correctParts, personId)).email,
  };
}

export function createPageParts(
  { tenant }: Foundation,
  stores: Stores,
  system: CallSystem,
  { rightsParts, noticeParts, emailParts, publicUrl, log }: PageSurroundings,
): PageParts {
  const { cipher } = tenant;
  const { pages, forms } = stores;
  const limits = { pages, cipher, clock };
  return {
    preferences: {
      forms,
      choiceParts: system.choiceParts,
      optOutParts: system.optOutParts,
      random,
    },
    formParts: { forms, clock },
    noticeParts,
    emailParts,
    tokens: { pages, cipher, clock, random },
    codes: { ...limits, cipher, sender: rightsParts.sender, random, log },
    rightsParts,
    checkLimit: (limit, who) => checkLimit(limits, limit, who),
    auditParts: {
      audit: stores.audit,
      entries: stores.entries,
      addressToken: stores.addressToken,
      clock,
    },
    addressOf: addressBehind(publicUrl),
    controller: noticeParts.controller,
    receiptOf: (entryId) => stores.receipts.receiptFor(tenant.id, entryId),
    personsOf: async (entryId) =>
      (await stores.subjects.find(tenant.id, 'receipt', entryId))?.persons ?? [],
    publicUrl,
    log,
  };
}
