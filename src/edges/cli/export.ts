/** Exports of many records: asked of the server that runs, as the API does. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Scope } from '../../core/access/scope.ts';
import { exportKinds, outcomes } from '../../core/exports/columns.ts';
import { exportFormats } from '../../core/exports/format.ts';
import { instantForm, parseInstant } from '../../core/instant.ts';
import { command, exitCodes, UsageError } from './command.ts';
import { fetchFile } from './fetch-file.ts';
import { idOf, namesOf, numberOf } from './operands.ts';
import type { CommandParts } from './parts.ts';
import { askPerson as ask, personOf } from './person.ts';
import { printRows } from './print-rows.ts';
import { showProgress } from './progress.ts';
import { refuseTaken } from './write-file.ts';

const job = z.looseObject({
  id: z.string(),
  kind: z.string(),
  format: z.string(),
  state: z.string(),
  push: z
    .looseObject({
      target: z.string(),
      state: z.string(),
      bytes: z.number(),
      fault: z.string().nullable(),
    })
    .nullable(),
  expected: z.number().nullable(),
  done: z.number(),
  bytes: z.number().nullable(),
  madeAt: z.string(),
  expiresAt: z.string(),
});
type Job = z.infer<typeof job>;
const page = z.looseObject({ data: z.array(job), next: z.string().nullable() });
const problem = z.looseObject({ title: z.string(), detail: z.string() });

const pollMs = 200;

function instantOf(text: string | null, option: string): string | undefined {
  if (text === null) return undefined;
  const at = parseInstant(text);
  if (at !== null) return new Date(at).toISOString();
  throw new UsageError(`--${option} cannot be “${text}”; allowed: ${instantForm}`);
}

export const exportMake = command({
  summary: 'exports calls, texts, consents, persons, sound, or a whole history',
  about:
    'The server writes it beside the calls; it goes on if this command is stopped, and the file stays ' +
    'there, sealed, for a week. Numbers are masked unless --reveal asks for them and --reason says why. ' +
    '`history` is a workbook of calls, texts, forms, consents, disclosures and who saw what; `vcon` ' +
    'writes calls as conversation containers with what was allowed; `wav` and `age` make an archive ' +
    'of the sound of `recordings`.',
  operands: [{ name: 'KIND', about: `One of ${exportKinds.join(', ')}.` }],
  options: {
    format: {
      value: 'FORMAT',
      about: `One of ${exportFormats.join(', ')}; left out: csv, or what KIND has.`,
    },
    to: { value: 'FILE', about: 'Where it is written when it is ready; without it only made.' },
    force: { about: 'Replaces FILE.' },
    push: { value: 'TARGET', about: 'The SFTP target of DATA_DIR/sftp.json it is brought to.' },
    since: { value: 'TIME', about: 'From then on.' },
    until: { value: 'TIME', about: 'Before then.' },
    line: { value: 'NUMBER', about: 'Only of this number of yours.' },
    campaign: { value: 'NAME', about: 'Only of this campaign.' },
    flow: { value: 'NAME', about: 'Only of this flow.' },
    outcome: { value: 'OUTCOME', about: `Only calls of one of ${outcomes.join(', ')}.` },
    person: { value: 'PERSON', about: 'Only of this person: a number, or the id of a person.' },
    audio: { about: 'With --format vcon: the sound too; --reason says why.' },
    recipient: {
      value: 'RECIPIENT',
      about: 'With --format age: the public key (age1…) it is for.',
    },
    reveal: { about: 'Numbers in full.' },
    reason: { value: 'TEXT', about: 'Why; kept in the audit.' },
  },
  examples: [
    { args: 'calls --since 2026-07-01T00:00Z --to calls.csv', does: 'writes calls as CSV' },
    {
      args: 'persons --reveal --reason "audit of 2026" --to persons.csv',
      does: 'writes numbers in full',
    },
    {
      args: 'history --person +14155550100 --reveal --reason "their request" --to history.xlsx',
      does: 'writes everything of one person as a workbook',
    },
  ],
  async run(input, parts) {
    const [kind] = namesOf(input.operands[0] ?? '', 'KIND', exportKinds);
    const format = input.value('format');
    const person = input.value('person');
    const outcome = input.value('outcome');
    const line = input.value('line');
    const to = input.value('to');
    const reason = input.value('reason')?.trim() ?? null;
    if (input.has('reveal') && reason === null) {
      throw new UsageError('--reveal shows numbers of people; --reason says why');
    }
    if (to !== null) await refuseTaken(to, input.has('force'));
    const since = instantOf(input.value('since'), 'since');
    const until = instantOf(input.value('until'), 'until');
    const body = {
      kind,
      ...(format !== null && { format: namesOf(format, 'format', exportFormats)[0] }),
      ...(person !== null && { person: decodeURIComponent(personOf(person)) }),
      ...(input.has('audio') && { audio: true }),
      ...(input.value('recipient') !== null && { recipient: input.value('recipient') }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(line !== null && { line: numberOf(line) }),
      ...(input.value('campaign') !== null && { campaign: input.value('campaign') }),
      ...(input.value('flow') !== null && { flow: input.value('flow') }),
      ...(input.value('push') !== null && { push: input.value('push') }),
      ...(outcome !== null && { outcome: namesOf(outcome, 'outcome', outcomes)[0] }),
      ...(input.has('reveal') && { reveal: true }),
      ...(reason !== null && { reason }),
    };
    const what = { method: 'POST', path: '/exports', body, also } as const;
    const made = await ask(parts, 'exports:write', what);
    if (made === null) return exitCodes.failed;
    const ready = await follow(parts, made);
    if (ready === null) return exitCodes.failed;
    const { id, state, done, push } = job.parse(ready);
    if (state !== 'ready') {
      parts.terminal.err(`the export is ${state}; ask again, or look at the server's log`);
      return exitCodes.failed;
    }
    if (push?.state === 'failed') {
      parts.terminal.err(`${push.target} did not take it: ${push.fault ?? 'unknown'}`);
      return exitCodes.failed;
    }
    if (to !== null && !(await fetchTo(parts, id, to, input.has('force')))) {
      return exitCodes.failed;
    }
    const { out } = parts.terminal;
    if (input.json) out(JSON.stringify(ready));
    else if (to !== null) out(`${done} rows in ${to}`);
    else if (push !== null) out(`${done} rows at ${push.target}`);
    else out(`${done} rows; \`consentry export fetch ${id} --to FILE\` writes them`);
    return exitCodes.done;
  },
});

/** Until it is written, or cannot be. Null, with the reason said, where the server refused. */
async function follow(parts: CommandParts, made: unknown): Promise<unknown> {
  const progress = showProgress(parts.terminal, 'exporting');
  let answer = made;
  try {
    for (;;) {
      const { id, state, done, expected, push, bytes } = job.parse(answer);
      const isWritten = state !== 'waiting' && state !== 'running';
      if (isWritten && (state !== 'ready' || push?.state !== 'waiting')) return answer;
      if (isWritten) progress.at(push?.bytes ?? 0, bytes ?? 0);
      else progress.at(done, expected ?? 0);
      await setTimeout(pollMs);
      answer = await ask(parts, 'exports:read', { method: 'GET', path: `/exports/${id}` });
      if (answer === null) return null;
    }
  } finally {
    progress.end();
  }
}

/** Whoever runs commands here may have all of it. */
const also: readonly Scope[] = ['numbers:reveal', 'recordings:download', 'audit:read'];

const fetchTo = (parts: CommandParts, id: string, to: string, force: boolean): Promise<boolean> =>
  fetchFile(parts, 'exports:read', { path: `/exports/${id}/file`, to, also }, force);

const idOperand = { name: 'ID', about: 'The id of the export, as `export list` shows it.' };
const exampleId = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';

export const exportFetch = command({
  summary: 'writes the file of an export',
  about: 'It can be fetched until it expires or is removed.',
  operands: [idOperand],
  options: {
    to: { value: 'FILE', about: 'Where it is written.' },
    force: { about: 'Replaces FILE.' },
  },
  examples: [
    { args: `${exampleId} --to calls.csv`, does: 'writes it' },
    { args: `${exampleId} --to calls.csv --json`, does: 'writes it and prints {id, to}' },
  ],
  async run(input, parts) {
    const id = idOf(input.operands[0], 'an export', 'export list');
    const to = input.value('to');
    if (to === null) throw new UsageError('--to says into which file');
    await refuseTaken(to, input.has('force'));
    if (!(await fetchTo(parts, id, to, input.has('force')))) return exitCodes.failed;
    parts.terminal.out(input.json ? JSON.stringify({ id, to }) : `written: ${to}`);
    return exitCodes.done;
  },
});

export const exportList = command({
  summary: 'shows exports and how far they are',
  about: 'The newest 200.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows them' },
    { args: '--json', does: 'prints one JSON object a line' },
  ],
  async run(input, parts) {
    const path = '/exports?limit=200';
    const answer = await ask(parts, 'exports:read', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    const { data } = page.parse(answer);
    printRows(input, parts.terminal, data, { head, cells: rowOf, none: 'there are no exports' });
    return exitCodes.done;
  },
});

const head = ['ID', 'KIND', 'FORMAT', 'STATE', 'ROWS', 'MADE', 'EXPIRES'];
const rowOf = ({ id, kind, format, state, done, madeAt, expiresAt }: Job): readonly string[] => [
  id,
  kind,
  format,
  state,
  String(done),
  madeAt,
  expiresAt,
];

export const exportRemove = command({
  summary: 'destroys the file of an export',
  about: 'Its key first, then its bytes; it cannot be fetched any more.',
  operands: [idOperand],
  options: {},
  examples: [
    { args: exampleId, does: 'destroys it' },
    { args: `${exampleId} --json`, does: 'prints {id, removed}' },
  ],
  async run(input, parts) {
    const id = idOf(input.operands[0], 'an export', 'export list');
    const what = { method: 'DELETE', path: `/exports/${id}` } as const;
    const response = await parts.askServer('exports:write', what);
    if (!response.ok) {
      const { title, detail } = problem.parse(await response.json());
      parts.terminal.err(detail === '' ? title : detail);
      return exitCodes.failed;
    }
    parts.terminal.out(input.json ? JSON.stringify({ id, removed: true }) : `removed: ${id}`);
    return exitCodes.done;
  },
});
