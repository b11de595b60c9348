/**
 * Who gets data from here: one entry for each company, with what it gets, what for, where, how long
 * and since when. GDPR articles 13(1)(e), 28 and 30(1)(d). Nothing connects to a host that stands
 * in no entry.
 */
import { type Day, parseDay } from '../jurisdiction/day.ts';

export const dataKinds = ['number', 'voice', 'words', 'records', 'ids', 'accounts'] as const;
/**
 * `words`: spoken or written by a caller; `records`: exports; `ids`: of calls and entries, and of
 * nobody; `accounts`: e-mail addresses of people who work here.
 */
export type DataKind = (typeof dataKinds)[number];

export interface Recipient {
  /** Short name, the same for ever. */
  readonly id: string;
  readonly company: string;
  /** Exact, or `*.` before a name for everything below it; none: reached through another one. */
  readonly hosts: readonly string[];
  readonly purpose: string;
  readonly data: readonly DataKind[];
  /** Where it lies, as people know the place. */
  readonly region: string;
  /** How long it is kept there, and what ends it. */
  readonly retention: string;
  /** Null: from the beginning. */
  readonly since: Day | null;
}

export const recipientsMax = 100;
export const hostsMax = 50;
export const wordsMax = 500;

const idForm = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const hostForm = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.:-]{0,251}[a-z0-9])?$/;

export interface RecipientFault {
  /** Such as `0.hosts.1`. */
  readonly path: string;
  readonly what: string;
  readonly allowed: string;
}

/** What is wrong with a register, every fault of it. */
export function recipientFaults(register: readonly Recipient[]): readonly RecipientFault[] {
  const faults: RecipientFault[] = [];
  const ids = new Set<string>();
  register.forEach((one, i) => {
    const fault = (field: string, what: string, allowed: string) =>
      faults.push({ path: `${i}.${field}`, what, allowed });
    if (!idForm.test(one.id)) fault('id', 'is no name', 'a-z, 0-9 and -, up to 40');
    if (ids.has(one.id)) fault('id', 'is there twice', 'a name of its own for each');
    ids.add(one.id);
    for (const field of ['company', 'purpose', 'region', 'retention'] as const) {
      if (one[field].trim() === '') fault(field, 'is empty', `1 to ${wordsMax} characters`);
    }
    if (one.data.length === 0) fault('data', 'is empty', dataKinds.join(', '));
    one.hosts.forEach((host, n) => {
      if (!hostForm.test(host)) {
        fault(`hosts.${n}`, 'is no host', 'lower case, such as api.example.com or *.example.com');
      }
    });
    if (one.since !== null && parseDay(one.since) === null) {
      fault('since', 'is no day', 'such as 2026-11-22, or null for the beginning');
    }
  });
  return faults;
}

/** The entry of a host; null: it stands nowhere. */
export function recipientOf(register: readonly Recipient[], host: string): Recipient | null {
  const wanted = host.toLowerCase();
  return register.find(({ hosts }) => hosts.some((one) => covers(one, wanted))) ?? null;
}

const covers = (entry: string, host: string): boolean =>
  entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : entry === host;

/** What receipts and notices say of a recipient. */
export interface ToldRecipient {
  readonly company: string;
  readonly purpose: string;
  readonly region: string;
  readonly retention: string;
}

const ofCallers: readonly DataKind[] = ['number', 'voice', 'words', 'records'];

/** Whether they may get something of people who call or are called. */
export const getsOfCallers = ({ data }: Pick<Recipient, 'data'>): boolean =>
  data.some((kind) => ofCallers.includes(kind));

/** Those who may get something of people who call or are called, in the order of the register. */
export function toldRecipients(register: readonly Recipient[]): readonly ToldRecipient[] {
  return register
    .filter(getsOfCallers)
    .map(({ company, purpose, region, retention }) => ({ company, purpose, region, retention }));
}

export type RecipientField = keyof Omit<Recipient, 'id'>;
type RecipientValue = Recipient[RecipientField];

export interface RecipientDifference {
  readonly id: string;
  readonly field: RecipientField | 'all';
  /** With `all`, null: the entry was not there, or is not any more. */
  readonly before: RecipientValue | Recipient;
  readonly after: RecipientValue | Recipient;
}

const fields = [
  'company',
  'hosts',
  'purpose',
  'data',
  'region',
  'retention',
  'since',
] as const satisfies readonly RecipientField[];

/** What changed from one version of the register to the next, field by field. */
export function recipientDifferences(
  before: readonly Recipient[],
  after: readonly Recipient[],
): readonly RecipientDifference[] {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))];
  return ids.flatMap((id): readonly RecipientDifference[] => {
    const [was, is] = [before, after].map((all) => all.find((one) => one.id === id) ?? null);
    if (was == null || is == null) {
      return [{ id, field: 'all', before: was ?? null, after: is ?? null }];
    }
    return fields
      .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
      .map((field) => ({ id, field, before: was[field], after: is[field] }));
  });
}
