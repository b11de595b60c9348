/** The register's part of the public pages: what they show, and what keeps them from being abused. */
import { technical } from './register-service.ts';
import type { KeptTable } from './register-shape.ts';

export const pageTables: Readonly<Record<string, KeptTable>> = {
  'public.page_use': technical('nonce', 'until'),
  'public.page_count': technical('name', 'ends', 'n'),
  'public.page_code': technical('id', 'hash', 'until', 'tries'),
  'public.consent_form': technical(
    'tenant_id',
    'name',
    'locale',
    'version',
    'hash',
    'body',
    'made_by',
    'made_at',
  ),
  'public.notice_version': technical('tenant_id', 'name', 'version', 'hash', 'body', 'at'),
  'public.superseded_words': technical('document', 'purpose'),
};
