/** What is held of a person, and its end: asked of the server that runs, as the API does. */
import { z } from 'zod';
import type { Scope } from '../../core/access/scope.ts';
import { parseNumber } from '../../core/suppression/number.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Operand, UsageError } from './command.ts';
import { fetchFile } from './fetch-file.ts';
import type { CommandParts, ServerAsk } from './parts.ts';

export const personOperand: Operand = {
  name: 'PERSON',
  about: 'A number in international form, or the id of a person.',
};
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const problem = z.looseObject({ title: z.string(), detail: z.string() });
const inventory = z.looseObject({
  erased: z.boolean(),
  categories: z.array(z.looseObject({ category: z.string(), rows: z.number() })),
});

export function personOf(text = ''): string {
  if (uuidForm.test(text)) return text;
  const number = parseNumber(text);
  if (number !== null) return encodeURIComponent(number.e164);
  throw new UsageError('PERSON is neither; allowed: a number such as +14155550100, or an id');
}

/** Null, with the reason said, where the server refused. */
export async function askPerson(
  parts: CommandParts,
  scope: Scope,
  what: ServerAsk,
): Promise<unknown> {
  const response = await parts.askServer(scope, what);
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { title, detail } = problem.parse(answer);
  parts.terminal.err(detail === '' ? title : detail);
  return null;
}

export const personInventory = command({
  summary: 'shows what is held of a person',
  about: 'By category: how many rows there are. With --json also where, why, and how it ends.',
  operands: [personOperand],
  options: {},
  examples: [
    { args: '+14155550100', does: 'shows the categories' },
    { args: '+14155550100 --json', does: 'prints every place and column as JSON' },
  ],
  async run(input, parts) {
    const path = `/persons/${personOf(input.operands[0])}`;
    const answer = await askPerson(parts, 'persons:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    if (input.json) {
      parts.terminal.out(JSON.stringify(answer));
      return exitCodes.done;
    }
    const { erased, categories } = inventory.parse(answer);
    if (erased) parts.terminal.err('this person was erased');
    const rows = categories.map(({ category, rows }) => [category, String(rows)]);
    for (const text of columns([['CATEGORY', 'ROWS'], ...rows])) parts.terminal.out(text);
    return exitCodes.done;
  },
});

const disclosures = z.looseObject({
  recipients: z.array(z.looseObject({ recipient: z.string(), count: z.number() })),
});

export const personDisclosures = command({
  summary: 'shows to whom data of a person went',
  about:
    'The carrier, with every call and text, and whoever downloaded or exported something. With ' +
    '--json also when, and what.',
  operands: [personOperand],
  options: {},
  examples: [
    { args: '+14155550100', does: 'shows the recipients' },
    { args: '+14155550100 --json', does: 'prints every time as JSON' },
  ],
  async run(input, parts) {
    const path = `/persons/${personOf(input.operands[0])}/disclosures`;
    const answer = await askPerson(parts, 'persons:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    if (input.json) {
      parts.terminal.out(JSON.stringify(answer));
      return exitCodes.done;
    }
    const rows = disclosures
      .parse(answer)
      .recipients.map(({ recipient, count }) => [recipient, String(count)]);
    for (const text of columns([['RECIPIENT', 'TIMES'], ...rows])) parts.terminal.out(text);
    return exitCodes.done;
  },
});

export const personExport = command({
  summary: 'prints everything that is held of a person, for that person',
  about:
    'As JSON: calls, facts with their receipts and what they say, choices, listings, recordings. ' +
    'As a page (--page) to read without a network, or an archive (--zip) of the page, the JSON, the ' +
    'sound and the receipts. It is written in the audit that it was asked for.',
  operands: [personOperand],
  options: {
    page: { value: 'FILE', about: 'Writes a page to read.' },
    zip: { value: 'FILE', about: 'Writes all of it, with sound and receipts.' },
    force: { about: 'Replaces FILE.' },
  },
  examples: [
    { args: '+14155550100 --zip copy.zip', does: 'writes all of it' },
    { args: '+14155550100', does: 'prints it so that people can read it' },
    { args: '+14155550100 --json', does: 'prints it on one line' },
  ],
  async run(input, parts) {
    const path = `/persons/${personOf(input.operands[0])}/export`;
    const [page, zip] = [input.value('page'), input.value('zip')];
    if (page !== null && zip !== null) throw new UsageError('--zip has the page in it already');
    const to = page ?? zip;
    if (to !== null) {
      const wanted = { path: `${path}?as=${zip === null ? 'page' : 'zip'}`, to };
      const done = await fetchFile(parts, 'persons:export', wanted, input.has('force'));
      if (done) parts.terminal.out(input.json ? JSON.stringify({ to }) : `written: ${to}`);
      return done ? exitCodes.done : exitCodes.failed;
    }
    const answer = await askPerson(parts, 'persons:export', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    parts.terminal.out(JSON.stringify(answer, null, input.json ? 0 : 2));
    return exitCodes.done;
  },
});

const certificate = z.looseObject({
  proved: z.boolean(),
  receiptId: z.string(),
  finishedAt: z.string(),
  steps: z.array(z.object({ step: z.string(), found: z.string(), left: z.number().nullable() })),
  beyond: z.array(z.string()),
});

export const personErase = command({
  summary: 'erases a person and prints the certificate',
  about:
    'Recordings first, then everything else that is kept of them, their key last. Every step is ' +
    'looked at again before it is written down. Their number stays on the own list, sealed, if it ' +
    'was there. This cannot be undone. Doing it again finishes what was left over.',
  operands: [personOperand],
  options: { yes: { about: 'Says that you mean it. Without it nobody is erased.' } },
  examples: [
    { args: '+14155550100 --yes', does: 'erases the person' },
    { args: '+14155550100 --yes --json', does: 'prints the certificate as JSON' },
  ],
  async run(input, parts) {
    const path = `/persons/${personOf(input.operands[0])}`;
    if (!input.has('yes')) {
      throw new UsageError('erasing cannot be undone; --yes says that you mean it');
    }
    const answer = await askPerson(parts, 'persons:erase', { method: 'DELETE', path });
    if (answer === null) return exitCodes.failed;
    const { terminal } = parts;
    const { proved, receiptId, finishedAt, steps, beyond } = certificate.parse(answer);
    if (input.json) terminal.out(JSON.stringify(answer));
    else {
      terminal.out(proved ? 'erased, and every step was looked at again' : 'NOT all is erased');
      terminal.out(`certificate ${receiptId}, ${finishedAt}`);
      const rows = steps.map(({ step, found, left }) => [
        step,
        found,
        left === null ? '?' : `${left} left`,
      ]);
      for (const text of columns([['STEP', 'FOUND', 'LEFT'], ...rows])) terminal.out(text);
      for (const text of beyond) terminal.out(text);
    }
    return proved ? exitCodes.done : exitCodes.failed;
  },
});
