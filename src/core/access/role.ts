/**
 * What people in a contact centre may do. A role is a list of scopes, the same that API keys have;
 * what a role does not list, it may not do.
 */
import type { Scope } from './scope.ts';

export const userRoles = [
  'agent',
  'supervisor',
  'manager',
  'privacy-officer',
  'auditor',
  'billing',
  'flow-author',
  'dialer',
  'administrator',
] as const;
/** Support never runs the tenant. */
export const supportRoles = userRoles.filter((role) => role !== 'administrator');
export type SupportRole = (typeof supportRoles)[number];
export type UserRole = (typeof userRoles)[number];

export const scopesOf: Readonly<Record<UserRole, readonly Scope[]>> = {
  agent: ['calls:read', 'calls:record', 'calls:withdraw', 'calls:parties'],
  supervisor: [
    'calls:read',
    'calls:record',
    'calls:withdraw',
    'calls:parties',
    'recordings:read',
    'recordings:listen',
    'tasks:read',
    'tasks:write',
  ],
  manager: [
    'reports:read',
    'calls:read',
    'calls:record',
    'calls:withdraw',
    'calls:parties',
    'recordings:read',
    'recordings:listen',
    'recordings:download',
    'numbers:reveal',
    'receipts:read',
    'screen',
    'lines:read',
    'lines:write',
    'flows:read',
    'tasks:read',
    'tasks:write',
    'exports:read',
    'exports:write',
  ],
  'privacy-officer': [
    'reports:read',
    'reports:release',
    'persons:read',
    'persons:write',
    'persons:export',
    'persons:erase',
    'rights:read',
    'rights:write',
    'retention:read',
    'retention:write',
    'holds:write',
    'calls:redact',
    'choices:read',
    'choices:write',
    'lists:read',
    'lists:write',
    'lists:vouch',
    'calls:read',
    'calls:withdraw',
    'recordings:read',
    'recordings:listen',
    'recordings:download',
    'numbers:reveal',
    'receipts:read',
    'ledger:read',
    'audit:read',
    'screen',
    'flows:read',
    'lines:read',
    'tasks:read',
    'tasks:write',
    'exports:read',
    'exports:write',
    'registers:read',
    'registers:write',
  ],
  auditor: [
    'reports:read',
    'calls:read',
    'retention:read',
    'recordings:read',
    'receipts:read',
    'ledger:read',
    'audit:read',
    'flows:read',
    'lines:read',
    'registers:read',
  ],
  billing: ['reports:read'],
  'flow-author': ['flows:read', 'lines:read'],
  dialer: ['calls:read', 'screen'],
  administrator: ['admin'],
};

export function isUserRole(text: string): text is UserRole {
  return (userRoles as readonly string[]).includes(text);
}
