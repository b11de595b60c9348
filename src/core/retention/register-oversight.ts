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
};
