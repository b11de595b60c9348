/** How the business itself is held to its duties: the part of the register that is about that. */
import type { KeptTable } from './register-shape.ts';

export const oversightTables: Readonly<Record<string, KeptTable>> = {
  'public.training_reading': {
    of: 'none',
    recipients: [],
    purpose: 'who of the people who work here read which policy',
    source: 'the person, or whoever vouches for them',
    retention: 'contract',
    personal: {
      user_id: {
        category: 'account',
        ending: 'kept',
        why: 'that somebody was trained is shown as long as the business exists',
      },
    },
    plain: ['id', 'tenant_id', 'policy', 'version', 'sha256', 'at', 'by'],
  },
  'public.agreement_acceptance': {
    of: 'none',
    recipients: [],
    purpose: 'who accepted which facts on processing',
    source: 'whoever binds the business',
    retention: 'contract',
    personal: {
      signer_sealed: {
        category: 'account',
        ending: 'kept',
        why: 'that it was accepted is shown as long as the business exists',
      },
    },
    plain: ['id', 'seq', 'tenant_id', 'hash', 'version', 'by', 'at'],
  },
  'public.contract_ending': {
    of: 'none',
    recipients: [],
    purpose: 'that the business ends, and that a copy was offered',
    source: 'whoever runs the service',
    retention: 'contract',
    personal: {},
    plain: ['id', 'tenant_id', 'offered_at', 'until', 'offered_by', 'cancelled_at', 'cancelled_by'],
  },
  'public.key_custody': {
    of: 'none',
    recipients: [],
    purpose: 'where keys are, and what became of them',
    source: 'whoever handles them, and servers that open them',
    retention: 'contract',
    personal: {
      said_sealed: {
        category: 'account',
        ending: 'kept',
        why: 'who had a key is shown as long as anything it opens exists',
      },
    },
    plain: ['id', 'seq', 'tenant_id', 'key', 'event', 'at', 'by', 'written_at'],
  },
};
