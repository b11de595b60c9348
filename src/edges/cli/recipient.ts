/**
 * Who gets data from here. It works on the stores themselves, for a server does not start while a
 * host of its settings stands in no entry.
 */
import { type RecipientVersion, recipientHistory, setRecipients } from '../../app/recipients.ts';
import { ConsentryError } from '../../core/error.ts';
import { type DataKind, dataKinds, type Recipient } from '../../core/recipients/recipient.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { namesOf } from './operands.ts';
import { type CommandParts, withStores } from './parts.ts';

const operator = 'operator';
const idOperand = { name: 'ID', about: 'Short name of the recipient, such as crm.' };

export const recipientList = command({
  summary: 'shows who gets data from here',
  about: 'Receipts and notices name those who may get something of callers.',
  operands: [],
  options: { versions: { about: 'Shows what changed, when, and by whom.' } },
  examples: [
    { args: '', does: 'shows the register in force' },
    { args: '--versions --json', does: 'prints every version, with its differences' },
  ],
  run(input: Input<'versions'>, parts) {
    return withStores(parts, async ({ recipients }) => {
      if (input.has('versions'))
        showVersions(input.json, parts, await recipientHistory(recipients));
      else show(input.json, parts, await recipients.settings.current('recipients'));
      return exitCodes.done;
    });
  },
});

type Option = 'company' | 'host' | 'purpose' | 'data' | 'region' | 'retention' | 'since';

export const recipientSet = command({
  summary: 'writes down who gets data from here, or changes an entry',
  about:
    'What is not given stays as it is; a new entry needs all but --host and --since. Servers that run ' +
    'go by it within a second.',
  operands: [idOperand],
  options: {
    company: { value: 'NAME', about: 'Whom a contract is with.' },
    host: {
      value: 'HOSTS',
      about: 'Where connections go, by commas; *.example.com: all below it.',
    },
    purpose: { value: 'WORDS', about: 'What they do with it.' },
    data: { value: 'KINDS', about: `What they get, by commas: ${dataKinds.join(', ')}.` },
    region: { value: 'PLACE', about: 'Where it lies.' },
    retention: { value: 'WORDS', about: 'How long they keep it.' },
    since: { value: 'DAY', about: 'Such as 2026-11-22.' },
  },
  examples: [
    {
      args: "crm --company 'Example CRM Ltd' --host crm.example.com --data ids --purpose 'is told of calls' --region 'European Union' --retention '30 days'",
      does: 'lets webhooks go there',
    },
    { args: "twilio --region 'Ireland (IE1)' --json", does: 'changes where the carrier keeps it' },
  ],
  run(input: Input<Option>, parts) {
    const id = input.operands[0] ?? '';
    return change(input.json, parts, (register) => {
      const before = register.find((one) => one.id === id);
      const entry = entryOf(input, id, before);
      return before === undefined
        ? [...register, entry]
        : register.map((one) => (one === before ? entry : one));
    });
  },
});

export const recipientRemove = command({
  summary: 'takes an entry out of the register',
  about: 'Refused while something that is set up connects to one of its hosts.',
  operands: [idOperand],
  options: {},
  examples: [
    { args: 'crm', does: 'takes it out' },
    { args: 'crm --json', does: 'takes it out and prints the register' },
  ],
  run(input, parts) {
    const [id] = input.operands;
    return change(input.json, parts, (register) => {
      if (register.every((one) => one.id !== id)) {
        throw new ConsentryError(
          'not_found',
          'no entry has this name; `recipient list` shows them',
        );
      }
      return register.filter((one) => one.id !== id);
    });
  },
});

function entryOf(input: Input<Option>, id: string, before: Recipient | undefined): Recipient {
  const text = (option: Exclude<Option, 'host' | 'data' | 'since'>): string => {
    const value = input.value(option) ?? before?.[option];
    if (value === undefined) throw new UsageError(`a new entry needs --${option}`);
    return value;
  };
  const data: readonly DataKind[] | undefined =
    input.value('data') === null
      ? before?.data
      : namesOf(input.value('data') ?? '', 'data', dataKinds);
  if (data === undefined) throw new UsageError('a new entry needs --data');
  const hosts = input.value('host');
  return {
    id,
    company: text('company'),
    hosts: hosts === null ? (before?.hosts ?? []) : hosts.split(',').map((one) => one.trim()),
    purpose: text('purpose'),
    data,
    region: text('region'),
    retention: text('retention'),
    since: input.value('since') ?? before?.since ?? null,
  };
}

const change = (
  json: boolean,
  parts: CommandParts,
  make: (register: readonly Recipient[]) => readonly Recipient[],
): Promise<number> =>
  withStores(parts, async ({ recipients }) => {
    const now = await recipients.settings.current('recipients');
    const set = await setRecipients(recipients, make(now.value), now.version, operator);
    show(json, parts, set);
    return exitCodes.done;
  });

function show(json: boolean, { terminal }: CommandParts, { version, value }: RecipientVersion) {
  if (json) {
    terminal.out(JSON.stringify({ version, recipients: value }));
    return;
  }
  const head = ['ID', 'COMPANY', 'GETS', 'REGION', 'SINCE', 'HOSTS'];
  const rows = value.map(({ id, company, data, region, since, hosts }) => [
    id,
    company,
    data.join(', '),
    region,
    since ?? '',
    hosts.join(', '),
  ]);
  for (const text of columns([head, ...rows])) terminal.out(text);
}

function showVersions(
  json: boolean,
  { terminal }: CommandParts,
  all: Awaited<ReturnType<typeof recipientHistory>>,
): void {
  if (json) {
    for (const { version, value, by, at, differences } of all) {
      const when = at === null ? null : new Date(at).toISOString();
      const line = { version, recipients: value, by, at: when, differences };
      terminal.out(JSON.stringify(line));
    }
    return;
  }
  const rows = all.flatMap(({ version, by, at, differences }) =>
    differences.map(({ id, field, before, after }) => [
      String(version),
      at === null ? '' : new Date(at).toISOString(),
      by ?? '',
      id,
      field === 'all' ? (before === null ? 'added' : 'removed') : field,
      field === 'all' ? '' : textOf(before),
      field === 'all' ? '' : textOf(after),
    ]),
  );
  const head = ['VERSION', 'WHEN', 'BY', 'ID', 'WHAT', 'BEFORE', 'AFTER'];
  if (rows.length === 0) terminal.err('nothing was ever changed: it is as it was shipped');
  else for (const text of columns([head, ...rows])) terminal.out(text);
}

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : String(value ?? '');
