/** Who saw or changed what: for who oversees, and for the person whose data it is. */
import { z } from 'zod';
import type { AccountStore } from '../../../app/account-ports.ts';
import type { ApiKey, KeyStore } from '../../../app/api-ports.ts';
import { type AuditParts, listAudit, ownView } from '../../../app/audit.ts';
import type { Subjects } from '../../../app/audit-ports.ts';
import { invalid } from '../../../app/cursor.ts';
import type { SupportStore } from '../../../app/support-access.ts';
import { auditActors, auditKinds } from '../../../core/access/audit.ts';
import { parseNumber } from '../../../core/suppression/number.ts';
import type { Uuid } from '../../../core/words.ts';
import { type Route, route } from './route.ts';
import { nameShapes, pageQuery, uuid } from './shapes.ts';

export interface AuditRouteParts extends Pick<AuditParts, 'audit' | 'openOpening'> {
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly subjects: Subjects;
  readonly support: SupportStore;
}

const time = z.iso.datetime({ offset: true });
const query = {
  kind: z.enum(auditKinds).optional(),
  since: time.optional().describe('ISO 8601 with a zone.'),
  until: time.optional().describe('Earlier than this.'),
  ...pageQuery,
};
const auditQuery = z.strictObject({
  person: z
    .string()
    .max(40)
    .optional()
    .describe('Whose data: the id of a person, or a number in international form.'),
  user: z.string().max(36).optional().describe('Who: the id of a user or key, or `nobody`.'),
  allowed: z.enum(['true', 'false']).optional().describe('`false`: what was refused.'),
  ...query,
});
const auditRow = z.object({
  id: uuid,
  at: z.iso.datetime(),
  kind: z.enum(auditKinds).describe('`listened` follows a `listen`, and says what was sent.'),
  operation: z.string().describe('The operation of this API, or the command.'),
  allowed: z.boolean(),
  by: z.object({
    id: z.string(),
    as: z.enum(auditActors),
    name: z.string().nullable().describe('Null for whom there is no account or key any more.'),
  }),
  persons: z.array(uuid).describe('Whose data it was.'),
  subject: z.record(z.string(), z.string()).describe('What the path named.'),
  address: z.string().nullable().describe('Stands for the network address, which is not kept.'),
  reason: z.string().nullable(),
  spans: z
    .array(z.array(z.int().min(0)).length(2))
    .nullable()
    .describe('What was sent of a recording: from and to, in ms.'),
  receiptId: uuid,
});
const auditPage = z.object({ data: z.array(auditRow), next: z.string().nullable() });
nameShapes({ auditRow, auditPage });

export function auditRoutes(parts: AuditRouteParts): readonly Route[] {
  const namesOf =
    ({ tenantId }: ApiKey) =>
    async () => {
      const all = [...(await parts.accounts.list()), ...(await parts.keys.list(tenantId))];
      const support = (await parts.support.list()).map(({ id }) => [id, 'support'] as const);
      return new Map([...all.map(({ id, name }) => [id, name] as const), ...support]);
    };
  return [
    route({
      method: 'get',
      path: '/audit',
      name: 'listAudit',
      scope: 'audit:read',
      audit: 'search',
      summary: 'Who saw or changed what, newest first',
      about:
        'Every read of data of people, every search, and every change, allowed or refused, was written down before it was answered. Each is an entry of the ledger, with a receipt: nobody can change one or leave one out unseen. To ask here is written down too.',
      query: auditQuery,
      answers: [{ status: 200, about: 'A page of the audit.', shape: auditPage }],
      handle: async ({ key, query }) => {
        const person =
          query.person === undefined ? null : await personNamed(parts, key, query.person);
        // Nobody has that number, so nothing was ever seen of them.
        if (person === undefined) return { status: 200, json: { data: [], next: null } };
        const { limit, cursor, user, kind } = query;
        const json = await listAudit(parts, namesOf(key), {
          limit,
          cursor,
          person,
          by: user ?? null,
          kind: kind ?? null,
          allowed: query.allowed === undefined ? null : query.allowed === 'true',
          ...timesOf(query),
        });
        return { status: 200, json, persons: person === null ? [] : [person] };
      },
    }),
    route({
      method: 'get',
      path: '/persons/{person}/who-saw',
      name: 'whoSaw',
      scope: 'audit:read',
      audit: 'export',
      summary: 'Who saw the data of a person, to be given to them',
      about: 'Only what was done with their data; of anybody else who was seen with them, nothing.',
      params: z.object({ person: z.string().min(1).max(40) }),
      query: z.strictObject(query),
      answers: [{ status: 200, about: 'A page of their extract.', shape: auditPage }],
      errors: ['not_found'],
      handle: async ({ key, query, subject }) => {
        const [person = ''] = subject.persons;
        const { limit, cursor, kind } = query;
        const wanted = { limit, cursor, person, kind: kind ?? null, ...timesOf(query) };
        const { data, next } = await listAudit(parts, namesOf(key), wanted);
        return { status: 200, json: { data: data.map((row) => ownView(row, person)), next } };
      },
    }),
  ];
}

function timesOf({ since, until }: { since?: string | undefined; until?: string | undefined }) {
  const instant = (text: string | undefined) => (text === undefined ? null : Date.parse(text));
  return { since: instant(since), until: instant(until) };
}

/** Undefined for a number that nobody is known by. */
async function personNamed(
  { subjects }: AuditRouteParts,
  { tenantId }: ApiKey,
  text: string,
): Promise<Uuid | undefined> {
  if (uuid.safeParse(text).success) {
    return (await subjects.find(tenantId, 'person', text))?.persons[0];
  }
  const number = parseNumber(text);
  if (number === null) throw invalid('person', 'is no person', 'an id, or a number in E.164');
  return (await subjects.ofNumber(number.e164))[0];
}
