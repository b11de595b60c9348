/** What is held of a person: asked of the server that runs, as the API does. */
import { z } from 'zod';
import { parseNumber } from '../../core/suppression/number.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Operand, UsageError } from './command.ts';

const personOperand: Operand = {
  name: 'PERSON',
  about: 'A number in international form, or the id of a person.',
};
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const problem = z.looseObject({ title: z.string(), detail: z.string() });
const inventory = z.looseObject({
  erased: z.boolean(),
  categories: z.array(z.looseObject({ category: z.string(), rows: z.number() })),
});

function personOf(text = ''): string {
  if (uuidForm.test(text)) return text;
  const number = parseNumber(text);
  if (number !== null) return encodeURIComponent(number.e164);
  throw new UsageError('PERSON is neither; allowed: a number such as +14155550100, or an id');
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
    const response = await parts.askServer('persons:read', { method: 'GET', path });
    const answer: unknown = await response.json();
    if (!response.ok) {
      const { title, detail } = problem.parse(answer);
      parts.terminal.err(detail === '' ? title : detail);
      return exitCodes.failed;
    }
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
