/** The register's part of the public pages: what they show, and what keeps them from being abused. */
import { technical } from './register-service.ts';
import type { KeptTable } from './register-shape.ts';

export const pageTables: Readonly<Record<string, KeptTable>> = {
  'public.email_request': {
    of: 'person',
    purpose: 'asking for a permission by e-mail, and showing what was asked',
    source: 'the business',
    recipients: [],
    retention: 'proof',
    personal: {
      person_id: { category: 'consent', ending: 'cleared' },
      message_sealed: { category: 'consent', ending: 'cleared' },
    },
    plain: [
      'id',
      'tenant_id',
      'purpose',
      'form_hash',
      'message_hash',
      'made_by',
      'at',
      'until',
      'answer',
      'answered_at',
    ],
  },
  'public.email_reply': {
    of: 'person',
    purpose: 'what somebody answered in their own words, and what it means',
    source: 'the person',
    recipients: [],
    retention: 'proof',
    personal: {
      person_id: { category: 'consent', ending: 'deleted' },
      sealed: { category: 'consent', ending: 'deleted' },
      hash: { category: 'consent', ending: 'deleted' },
    },
    plain: ['id', 'tenant_id', 'request_id', 'received_at', 'meaning', 'decided_by', 'decided_at'],
  },
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
