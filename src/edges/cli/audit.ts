import { type AuditView, listAudit, writeAudit } from '../../app/audit.ts';
import { type AuditKind, auditKinds } from '../../core/access/audit.ts';
import { ConsentryError } from '../../core/error.ts';
import { instantForm, parseInstant } from '../../core/instant.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import type { Instant, Uuid } from '../../core/words.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { countOf, namesOf } from './operands.ts';
import { type CommandStores, withStores } from './parts.ts';
import { printRows } from './print-rows.ts';

const shownMax = 10_000;
const pageMax = 200;
const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const head = ['WHEN', 'WHO', 'AS', 'DID', 'BY', 'PERSONS', ''];

export const auditList = command({
  summary: 'shows who saw or changed what',
  about:
    'Newest first: who, what, whose data, when, allowed or refused. Each line is an entry of the ' +
    'ledger; its receipt is `consentry receipt show ID`. Looking here is written down too.',
  operands: [],
  options: {
    person: { value: 'PERSON', about: 'Only data of this person: an id or a number.' },
    user: { value: 'WHO', about: 'Only of this user: an address, the id of a key, or `nobody`.' },
    kind: { value: 'KIND', about: 'Only this kind.', allowed: auditKinds },
    since: { value: 'TIME', about: 'Only then or later; ISO 8601 with a zone.' },
    until: { value: 'TIME', about: 'Only earlier than this.' },
    refused: { about: 'Only what was refused.' },
    limit: { value: 'N', about: 'Shows this many at most.', default: '50' },
  },
  examples: [
    { args: '', does: 'shows the last fifty' },
    { args: '--person +14155550123 --kind listen', does: 'shows who listened to somebody' },
    { args: '--user ann@example.com --since 2026-11-01T00:00Z --json', does: 'prints JSON' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    const limit = countOf(input, 'limit', 50, shownMax);
    const kind = input.value('kind');
    const wanted = {
      kind: kind === null ? null : (namesOf(kind, 'kind', auditKinds)[0] as AuditKind),
      allowed: input.has('refused') ? false : null,
      since: timeOf(input, 'since'),
      until: timeOf(input, 'until'),
    };
    return withStores(parts, async (stores) => {
      const person = await personOf(stores, input.value('person'));
      const by = await userOf(stores, input.value('user'));
      const asker = { by: 'operator', as: 'operator', address: null } as const;
      await writeAudit(stores.audit, asker, {
        act: 'search',
        operation: 'audit list',
        allowed: true,
        persons: person === null ? [] : [person],
        subject: {},
      });
      const rows: AuditView[] = [];
      const names = () => namesIn(stores);
      let cursor: string | undefined;
      do {
        const page = { limit: Math.min(pageMax, limit - rows.length), cursor };
        const found = await listAudit(stores.audit, names, { ...wanted, ...page, person, by });
        rows.push(...found.data);
        cursor = found.next ?? undefined;
      } while (cursor !== undefined && rows.length < limit);
      printRows(input, terminal, rows, {
        head,
        cells: rowOf,
        none: 'nothing is written down of that',
      });
      return exitCodes.done;
    });
  },
});

function rowOf({ at, by, kind, operation, persons, allowed }: AuditView): readonly string[] {
  const state = allowed ? '' : 'refused';
  return [at, by.name ?? by.id, by.as, kind, operation, String(persons.length), state];
}

function timeOf(input: Input, option: string): Instant | null {
  const text = input.value(option);
  if (text === null) return null;
  const at = parseInstant(text);
  if (at === null) throw new UsageError(`--${option} cannot be that; allowed: ${instantForm}`);
  return at;
}

async function personOf(
  { audit, tenantId }: CommandStores,
  text: string | null,
): Promise<Uuid | null> {
  if (text === null) return null;
  const name = uuidForm.test(text) ? text : parseNumber(text)?.e164;
  if (name === undefined) throw new UsageError('--person has to be an id or a number in E.164');
  const found = await audit.subjects.find(tenantId, 'person', name);
  const [person] = found?.persons ?? [];
  if (person === undefined) throw new ConsentryError('not_found', 'nobody is known by that');
  return person;
}

async function userOf({ users }: CommandStores, text: string | null): Promise<string | null> {
  if (text === null || !text.includes('@')) return text;
  const same = text.trim().toLowerCase();
  const user = (await users.accounts.list()).find(({ email }) => email.toLowerCase() === same);
  if (user === undefined) {
    throw new ConsentryError('not_found', 'nobody has an account of that address; see `user list`');
  }
  return user.id;
}

async function namesIn({ users, keys, tenantId }: CommandStores) {
  const all = [...(await users.accounts.list()), ...(await keys.keys.list(tenantId))];
  return new Map(all.map(({ id, name }) => [id, name]));
}
