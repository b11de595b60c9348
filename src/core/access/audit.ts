/**
 * Classes of looking at people's data, and of changing what is kept. Every route of the API has
 * one; what it is written down as when somebody uses it.
 */

/** `none`: shows nobody and changes nothing. */
export const auditClasses = [
  'none',
  'read', // one call, recording or receipt, a person's own extract, or a report
  'search', // a list, or a question about a number
  'reveal', // a number in full
  'listen',
  'download',
  'export',
  'change',
] as const;
export type AuditClass = (typeof auditClasses)[number];

/** What stands in the audit. `listened` says, after a `listen`, which parts were sent. */
export const auditKinds = [
  'read',
  'search',
  'reveal',
  'listen',
  'listened',
  'download',
  'export',
  'change',
] as const satisfies readonly (Exclude<AuditClass, 'none'> | 'listened')[];
export type AuditKind = (typeof auditKinds)[number];

/** As what somebody asked: signed in, by an API key, as support, at the command line, or unknown. */
export const auditActors = ['user', 'key', 'support', 'operator', 'nobody'] as const;
export type AuditActor = (typeof auditActors)[number];
