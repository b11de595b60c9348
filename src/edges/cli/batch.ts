/** Lists that were screened and left something: asked of the server that runs, as the API does. */
import { z } from 'zod';
import { command, exitCodes } from './command.ts';
import { idOf } from './operands.ts';
import { askPerson as ask } from './person.ts';
import { printRows } from './print-rows.ts';
import { writeWhole } from './write-file.ts';

const batches = z.looseObject({
  data: z.array(
    z.looseObject({
      id: z.string(),
      state: z.string(),
      purpose: z.string(),
      startedAt: z.string(),
      lines: z.number().nullable(),
      liveUntil: z.string().nullable(),
      certified: z.boolean(),
    }),
  ),
});

const operand = { name: 'BATCH', about: 'As `consentry batch list` shows it.' };
const exampleId = '0198c2f4-c5aa-4b6f-8d0a-2f0e9d1c4a77';
const pathOf = (operands: readonly string[]): string =>
  `/screenings/batches/${idOf(operands[0], 'a batch', 'batch list')}`;

export const batchList = command({
  summary: 'shows the newest batches that left a certificate or stay live',
  about: 'A batch is a list that was screened, by the API or by `consentry screen --file`.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows them' },
    { args: '--json', does: 'prints them as JSON' },
  ],
  async run(input, parts) {
    const path = '/screenings/batches?limit=200';
    const answer = await ask(parts, 'screen', { method: 'GET', path });
    if (answer === null) return exitCodes.failed;
    const { data } = batches.parse(answer);
    printRows(input, parts.terminal, data, {
      head: ['ID', 'STATE', 'PURPOSE', 'LINES', 'STARTED', 'LIVE UNTIL', ''],
      none: 'there is none',
      cells: ({ id, state, purpose, startedAt, lines, liveUntil, certified }) => [
        ...[id, state, purpose, lines === null ? '' : String(lines), startedAt],
        ...[liveUntil ?? '', certified ? 'certified' : ''],
      ],
    });
    return exitCodes.done;
  },
});

const changes = z.looseObject({
  data: z.array(
    z.looseObject({
      line: z.number(),
      code: z.string(),
      list: z.string(),
      version: z.string(),
      at: z.string(),
    }),
  ),
  next: z.string(),
  more: z.boolean(),
});

export const batchChanges = command({
  summary: 'shows which lines of a live batch may not be contacted any more',
  about:
    'By line of the list as it was sent. At the end, on standard error, is what to give --since the ' +
    'next time: nothing is missed then, and nothing comes twice.',
  operands: [operand],
  options: { since: { value: 'CURSOR', about: 'Only what came after.', default: 'the beginning' } },
  examples: [
    { args: exampleId, does: 'shows all of them' },
    { args: `${exampleId} --since 17 --json`, does: 'prints those after the 17th as JSON' },
  ],
  async run(input, parts) {
    const path = `${pathOf(input.operands)}/changes?limit=1000&since=`;
    let since = input.value('since') ?? '0';
    for (let more = true; more; ) {
      const what = { method: 'GET', path: path + encodeURIComponent(since) } as const;
      const answer = await ask(parts, 'screen', what);
      if (answer === null) return exitCodes.failed;
      const page = changes.parse(answer);
      for (const one of page.data) {
        const { line, code, list, version, at } = one;
        parts.terminal.out(
          input.json ? JSON.stringify(one) : `line ${line}  ${code}  ${list} ${version}  ${at}`,
        );
      }
      since = page.next;
      more = page.more;
    }
    parts.terminal.err(`the next time: --since ${since}`);
    return exitCodes.done;
  },
});

export const batchCertificate = command({
  summary: 'fetches the certificate of a batch',
  about: '`consentry batch verify` checks it.',
  operands: [operand, { name: 'FILE', about: 'Where it is written.' }],
  options: { force: { about: 'Replaces a file that is there.' } },
  examples: [
    { args: `${exampleId} leads.cert`, does: 'writes it to leads.cert' },
    { args: `${exampleId} leads.cert --force --json`, does: 'the same, over what lies there' },
  ],
  async run(input, parts) {
    const path = `${pathOf(input.operands)}/certificate`;
    const response = await parts.askServer('screen', { method: 'GET', path });
    if (!response.ok) {
      parts.terminal.err('there is no such batch, or it was not certified');
      return exitCodes.failed;
    }
    const bytes = Buffer.from(await response.arrayBuffer());
    await writeWhole(input.operands[1] ?? '', [bytes], { force: input.has('force') });
    return exitCodes.done;
  },
});

export const batchEnd = command({
  summary: 'ends a batch: it is not live any more, and its numbers are gone',
  about: 'Its certificate stays.',
  operands: [operand],
  options: {},
  examples: [
    { args: exampleId, does: 'ends it' },
    { args: `${exampleId} --json`, does: 'ends it without a word' },
  ],
  async run(input, parts) {
    const path = pathOf(input.operands);
    const response = await parts.askServer('screen', { method: 'DELETE', path });
    if (response.ok) return exitCodes.done;
    parts.terminal.err('there is no such batch');
    return exitCodes.failed;
  },
});
