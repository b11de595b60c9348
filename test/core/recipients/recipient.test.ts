import { describe, expect, test } from 'vitest';
import { mayReach, unlisted } from '../../../src/core/recipients/outgoing.ts';
import {
  type Recipient,
  recipientDifferences,
  recipientFaults,
  recipientOf,
  toldRecipients,
} from '../../../src/core/recipients/recipient.ts';
import { shippedRecipients } from '../../../src/core/recipients/shipped.ts';

const crm: Recipient = {
  id: 'crm',
  company: 'Example CRM Ltd',
  hosts: ['crm.example.com', '*.eu.example.com'],
  purpose: 'is told of calls',
  data: ['ids'],
  region: 'European Union',
  retention: '30 days',
  since: '2026-11-22',
};
const register = [...shippedRecipients, crm];

describe('a host', () => {
  test.each([
    ['crm.example.com', 'crm'],
    ['CRM.example.com', 'crm'],
    ['a.eu.example.com', 'crm'],
    ['a.b.eu.example.com', 'crm'],
    ['api.twilio.com', 'twilio'],
    ['eu.example.com', null],
    ['evil-crm.example.com', null],
    ['crm.example.com.evil.test', null],
    ['noteu.example.com', null],
    ['example.com', null],
  ])('%s is %s', (host, id) => {
    expect(recipientOf(register, host)?.id ?? null).toBe(id);
  });

  test.each([
    ['127.0.0.1', 'webhook', true],
    ['127.8.9.1', 'webhook', true],
    ['[::1]', 'sign-in', true],
    ['localhost', 'carrier', true],
    ['localhost.', 'carrier', true],
    ['127.0.0.1.evil.test', 'webhook', false],
    ['10.0.0.1', 'webhook', false],
    ['postgres', 'webhook', false],
    ['postgres', 'database', true],
    ['10.0.0.1', 'database', true],
    ['172.16.3.4', 'database', true],
    ['172.32.3.4', 'database', false],
    ['192.168.1.2', 'database', true],
    ['[fd12:3456::1]', 'database', true],
    ['db.provider.test', 'database', false],
    ['crm.example.com.', 'webhook', true],
  ] as const)('%s by way of %s: %s', (host, way, may) => {
    expect(mayReach(register, host, way)).toBe(may);
  });

  test('without an entry is told with where it is set', () => {
    const known = { way: 'webhook', from: 'webhook 1', host: 'crm.example.com' } as const;
    const unknown = { way: 'sign-in', from: 'OIDC_ISSUER', host: 'login.test' } as const;
    expect(unlisted(register, [known, unknown])).toEqual([unknown]);
  });
});

describe('a register', () => {
  test('as shipped has no fault', () => {
    expect(recipientFaults(register)).toEqual([]);
  });

  test.each<[string, Partial<Recipient>]>([
    ['id', { id: 'C R M' }],
    ['id', { id: 'twilio' }],
    ['company', { company: ' ' }],
    ['purpose', { purpose: '' }],
    ['region', { region: '' }],
    ['retention', { retention: '' }],
    ['data', { data: [] }],
    ['since', { since: '2026-02-30' }],
    ['hosts.1', { hosts: ['a.example', 'https://a.example/'] }],
    ['hosts.0', { hosts: ['*'] }],
    ['hosts.0', { hosts: ['a.*.example'] }],
  ])('has a fault at %s: %j', (path, change) => {
    const at = shippedRecipients.length;
    const faults = recipientFaults([...shippedRecipients, { ...crm, ...change }]);
    expect(faults.map((one) => one.path)).toEqual([`${at}.${path}`]);
  });

  test('tells of those who may get something of callers, and of nobody else', () => {
    expect(toldRecipients(register).map(({ company }) => company)).toEqual(
      shippedRecipients.map(({ company }) => company),
    );
    expect(toldRecipients([{ ...crm, data: ['ids', 'records'] }])).toEqual([
      {
        company: 'Example CRM Ltd',
        purpose: 'is told of calls',
        region: 'European Union',
        retention: '30 days',
      },
    ]);
  });

  test('says what changed: entries that came and went, and each field', () => {
    const moved = { ...crm, region: 'United Kingdom', hosts: ['crm.example.com'] };
    const others = shippedRecipients.slice(1);
    expect(recipientDifferences(register, [...others, moved])).toEqual([
      { id: 'twilio', field: 'all', before: shippedRecipients[0], after: null },
      { id: 'crm', field: 'hosts', before: crm.hosts, after: ['crm.example.com'] },
      { id: 'crm', field: 'region', before: 'European Union', after: 'United Kingdom' },
    ]);
    expect(recipientDifferences([], [crm])).toEqual([
      { id: 'crm', field: 'all', before: null, after: crm },
    ]);
    expect(recipientDifferences(register, register)).toEqual([]);
  });
});
