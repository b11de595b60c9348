/** The register's part about lists of people who must not be called, as people work on them. */
import { technical } from './register-service.ts';
import type { KeptTable } from './register-shape.ts';

export const listTables: Readonly<Record<string, KeptTable>> = {
  'public.list_job': {
    ...technical(),
    purpose: 'imports of lists of people who must not be called, and the keys of their files',
    retention: 'proof',
    personal: { key_sealed: { category: 'number', ending: 'cleared' } },
    plain: [
      'id',
      'tenant_id',
      'list',
      'kind',
      'wanted',
      'account_sealed',
      'made_by',
      'made_as',
      'made_at',
      'once_token',
      'state',
      'in_place',
      'attempts',
      'due_at',
      'done',
      'expected',
      'taken_by',
      'taken_until',
      'ended_at',
      'report',
      'fault',
      'fault_detail',
      'sealed_bytes',
      'plain_bytes',
      'sha256',
      'cleared',
    ],
  },
  'public.list_vouch': {
    ...technical('job_id', 'tenant_id', 'by', 'at'),
    purpose: 'who let a list become shorter',
    retention: 'proof',
  },
  'public.list_access': {
    ...technical('id', 'tenant_id', 'at', 'list', 'what', 'job_id'),
    purpose: 'who got at the data of which list (16 CFR 310.5)',
    retention: 'proof',
  },
  'public.list_book': technical(
    'tenant_id',
    'list',
    'said',
    'account_sealed',
    'set_by',
    'set_at',
    'retired_at',
  ),
};
