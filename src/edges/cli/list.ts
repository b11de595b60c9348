import { noteListAccess } from '../../app/list-access.ts';
import { accountIn } from '../../app/list-parts.ts';
import { openList } from '../../app/read-list.ts';
import { termOf, toldOf } from '../../core/suppression/list-manifest.ts';
import { ageOf, daysMaxOf, usableUntil } from '../../core/suppression/list-use.ts';
import { columns } from './columns.ts';
import { command, exitCodes } from './command.ts';
import { listIn, listOperand, operatorAsker } from './list-operand.ts';
import { withStores } from './parts.ts';

export const listShow = command({
  summary: 'shows the national-size lists, their versions and their age',
  about:
    'The national list may be 31 days old at most when somebody is called, the TPS 28; six days ' +
    'before, this says so. A list that is too old is as good as none.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows what is in force' },
    { args: '--json', does: 'prints one JSON object a line, with counts by area code' },
  ],
  run(input, parts) {
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const now = lists.clock.now();
      const rows: string[][] = [];
      for (const list of await lists.shelf.lists()) {
        const manifest = await lists.shelf.current(list);
        if (manifest === null) continue;
        const age = ageOf(termOf(manifest), daysMaxOf(list), now);
        const until = new Date(usableUntil(termOf(manifest), daysMaxOf(list))).toISOString();
        if (input.json) terminal.out(JSON.stringify({ ...manifest, age, usableUntil: until }));
        const { version, total, obtainedAt } = manifest;
        const reach = toldOf(manifest).channels.join('+');
        rows.push([list, version, String(total), reach, obtainedAt, age, until]);
      }
      if (input.json) return exitCodes.done;
      if (rows.length === 0) terminal.err('no list was imported yet; see consentry list import');
      else for (const text of columns([head, ...rows])) terminal.out(text);
      return exitCodes.done;
    });
  },
});

const head = ['LIST', 'VERSION', 'NUMBERS', 'FOR', 'OBTAINED', 'AGE', 'USABLE UNTIL'];

export const listExport = command({
  summary: 'prints the numbers of a list',
  about:
    'One number a line. Who took them out stands in the register of list access. Registries may be ' +
    'used for not calling people only.',
  operands: [listOperand],
  options: {
    campaign: { value: 'NAME', about: 'For which campaign they are taken out.' },
    reason: { value: 'TEXT', about: 'Why; kept in the register.' },
  },
  examples: [
    { args: 'litigator', does: 'prints every number on the list' },
    { args: 'own --json', does: 'prints one JSON object a line, with why each stands there' },
  ],
  run(input, parts) {
    const list = listIn(input.operands);
    const { terminal } = parts;
    return withStores(parts, async ({ lists }) => {
      const { manifest, text } = await openList(lists, list, input.json ? 'ndjson' : 'txt');
      const known = await lists.book.find(list);
      const facts = {
        list,
        what: 'exported',
        gotAt: null,
        version: manifest?.version ?? null,
        sourceSha256: null,
        account: accountIn(lists, known),
        seller: known?.seller ?? null,
        campaign: input.value('campaign'),
        numbers: manifest?.total ?? null,
        jobId: null,
      } as const;
      await noteListAccess(lists, operatorAsker, facts, input.value('reason'));
      for await (const piece of text) terminal.out(piece.slice(0, -1));
      return exitCodes.done;
    });
  },
});
