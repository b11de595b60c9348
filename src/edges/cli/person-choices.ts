/** What people chose beyond one call: shown, taken over from elsewhere, and taken back. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ageBands, importChannels } from '../../core/consent/choice.ts';
import { columns } from './columns.ts';
import { command, exitCodes, UsageError } from './command.ts';
import type { CommandParts } from './parts.ts';
import { askPerson, personOf, personOperand } from './person.ts';

const choices = z.looseObject({
  ageBand: z.string().nullable(),
  purposes: z.array(
    z.looseObject({
      purpose: z.string(),
      status: z.string(),
      since: z.string().nullable(),
      validUntil: z.string().nullable(),
      notBefore: z.string().nullable(),
      lines: z.array(z.string()),
    }),
  ),
});

/** Of a form: how the box was before its person saw it, and after. */
const boxes = new Map([
  ['ticked', { before: false, after: true }],
  ['unticked', { before: false, after: false }],
  ['pre-ticked', { before: true, after: true }],
]);

const when = (time: string | null): string => time?.slice(0, 10) ?? '';

/** @returns the exit code */
function print(terminal: CommandParts['terminal'], answer: unknown, json: boolean): number {
  if (answer === null) return exitCodes.failed;
  if (json) {
    terminal.out(JSON.stringify(answer));
    return exitCodes.done;
  }
  const { purposes } = choices.parse(answer);
  const rows = purposes.map(({ purpose, status, since, validUntil, notBefore, lines }) => [
    purpose,
    status === 'none' && lines.length > 0 ? `on ${lines.length} lines` : status,
    when(since),
    when(validUntil),
    when(notBefore),
  ]);
  const head = ['PURPOSE', 'STATUS', 'SINCE', 'VALID UNTIL', 'NOT ASKED BEFORE'];
  for (const text of columns([head, ...rows])) terminal.out(text);
  return exitCodes.done;
}

export const personChoices = command({
  summary: 'shows what a person allowed and refused, beyond single calls',
  about:
    'By purpose: where it stands for the business as a whole, until when it counts, and before ' +
    'which day nobody may ask again. With --json also how it came, with receipts.',
  operands: [personOperand],
  options: {},
  examples: [
    { args: '+14155550100', does: 'shows where each purpose stands' },
    { args: '+14155550100 --json', does: 'prints the history, too' },
  ],
  async run(input, parts) {
    const path = `/persons/${personOf(input.operands[0])}/choices`;
    const answer = await askPerson(parts, 'choices:read', { method: 'GET', path });
    return print(parts.terminal, answer, input.json);
  },
});

export const personWithdraw = command({
  summary: 'takes back what a person allowed, in every call and for later ones',
  about: 'Live recordings stop before anything else is done.',
  operands: [
    personOperand,
    { name: 'PURPOSE', about: 'Such as recording; without it, everything.', optional: true },
  ],
  options: {},
  examples: [
    { args: '+14155550100', does: 'takes back everything' },
    { args: '+14155550100 training', does: 'takes back one purpose' },
  ],
  async run(input, parts) {
    const [person, purpose = 'all'] = input.operands;
    const path = `/persons/${personOf(person)}/withdraw`;
    const ask = { method: 'POST', path, body: { purpose } } as const;
    return print(parts.terminal, await askPerson(parts, 'choices:write', ask), input.json);
  },
});

export const personImportChoice = command({
  summary: 'takes over what somebody chose on a form, in terms, by e-mail or on paper',
  about:
    'A grant needs the document that shows it: its hash is kept, never its content. A box that was ' +
    'ticked beforehand is refused; what was only implied is kept as history and never counts.',
  operands: [
    { name: 'NUMBER', about: 'In international form.' },
    { name: 'PURPOSE', about: 'Such as recording or marketing-calls.' },
    { name: 'KIND', about: 'granted, refused or withdrawn.' },
  ],
  options: {
    channel: { value: 'CHANNEL', about: 'By what way it came.', allowed: importChannels },
    at: { value: 'TIME', about: 'When the person chose, ISO 8601 in UTC.' },
    until: {
      value: 'TIME',
      about: 'Until when it counts; without it, until something else is said.',
    },
    document: { value: 'FILE', about: 'The document that shows it.' },
    box: { value: 'STATE', about: 'Of a form or terms.', allowed: [...boxes.keys()] },
    age: { value: 'BAND', about: 'What is known of their age.', allowed: ageBands },
    guardian: { value: 'NUMBER', about: 'Of the parent or guardian who allowed it.' },
  },
  examples: [
    {
      args: '+14155550100 recording granted --channel form --at 2026-11-02T09:30:00Z --box ticked --document form.pdf',
      does: 'takes over a ticked box',
    },
    {
      args: '+14155550100 sale refused --channel paper --at 2026-11-02T09:30:00Z',
      does: 'takes over a no',
    },
  ],
  async run(input, parts) {
    const [number = '', purpose = '', kind = ''] = input.operands;
    const document = input.value('document');
    const body = {
      number,
      purpose,
      kind,
      channel: needed('channel', input.value('channel')),
      at: needed('at', input.value('at')),
      validUntil: input.value('until'),
      document: document === null ? null : { sha256: await hashOf('document', document) },
      box: boxes.get(input.value('box') ?? '') ?? null,
      ageBand: input.value('age'),
      guardian: input.value('guardian'),
    };
    const ask = { method: 'POST', path: '/choices', body } as const;
    return print(parts.terminal, await askPerson(parts, 'choices:write', ask), input.json);
  },
});

function needed(name: string, value: string | null): string {
  if (value === null) throw new UsageError(`--${name} is missing`);
  return value;
}

export async function hashOf(option: string, file: string): Promise<string> {
  const bytes = await readFile(file).catch(() => {
    throw new UsageError(`--${option} ${file} cannot be read`);
  });
  return createHash('sha256').update(bytes).digest('hex');
}
