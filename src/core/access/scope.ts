/** What an API key may do. The list is closed; `admin` stands for all of it. */
export const scopes = [
  'calls:read',
  'calls:place',
  'calls:withdraw',
  'calls:record',
  'calls:parties',
  'calls:redact',
  'recordings:read',
  'recordings:listen',
  'recordings:download',
  'receipts:read',
  'ledger:read',
  'screen',
  'lines:read',
  'lines:write',
  'flows:read',
  'flows:write',
  'flows:publish',
  'tasks:read',
  'tasks:write',
  'choices:read',
  'choices:write',
  'persons:read',
  'persons:write',
  'persons:export',
  'persons:erase',
  'rights:read',
  'rights:write',
  'retention:read',
  'retention:write',
  'holds:write',
  'exports:read',
  'exports:write',
  'lists:read',
  'lists:write',
  'lists:vouch',
  'keys:write',
  'users:write',
  'audit:read',
  'numbers:reveal',
  'reports:read',
  'reports:release',
  'webhooks:read',
  'webhooks:write',
  'registers:read',
  'registers:write',
  'contract:write',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

/** Listening is not downloading, and writing is not reading: no scope implies another. */
export function allows(held: readonly Scope[], needed: Scope): boolean {
  return held.includes('admin') || held.includes(needed);
}

export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
