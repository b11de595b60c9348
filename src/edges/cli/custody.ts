/** Where keys are. It works on the stores themselves, for keys outlive servers. */
import { noteCustody } from '../../app/breach.ts';
import { type CustodyLine, custodyEvents } from '../../core/breach/custody.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { instantIn } from './list-operand.ts';
import { withStores } from './parts.ts';

const operator = 'operator';

export const custodyRows = (lines: readonly CustodyLine[]): readonly (readonly string[])[] => [
  ['WHEN', 'KEY', 'WHAT', 'WHERE', 'WHO'],
  ...lines.map(({ at, key, event, place, holder }) => [
    new Date(at).toISOString(),
    key,
    event,
    place,
    holder,
  ]),
];

export const custodyList = command({
  summary: 'shows where keys are, and what became of them',
  about: 'What keys say of themselves, what servers opened, and what people wrote down.',
  operands: [],
  options: {},
  examples: [
    { args: '', does: 'shows every line, oldest first' },
    { args: '--json', does: 'prints one JSON object for each' },
  ],
  run(input, parts) {
    return withStores(parts, async ({ breach }) => {
      const lines = await breach.breach.custody();
      if (input.json) for (const line of lines) parts.terminal.out(JSON.stringify(line));
      else for (const text of columns(custodyRows(lines))) parts.terminal.out(text);
      return exitCodes.done;
    });
  },
});

type Option = 'key' | 'place' | 'holder' | 'at';

export const custodyNote = command({
  summary: 'writes down what became of a key',
  about: 'A copy begins where it was made, and ends where it was returned or destroyed.',
  operands: [{ name: 'EVENT', about: `What happened: ${custodyEvents.join(', ')}.` }],
  options: {
    key: { value: 'KEY', about: 'Which.', default: 'the key-encryption key of now' },
    place: { value: 'WORDS', about: 'Where, such as: safe in Bonn.' },
    holder: { value: 'WORDS', about: 'Who has it.' },
    at: { value: 'TIME', about: 'When it happened.', default: 'now' },
  },
  examples: [
    { args: "copied --place 'safe in Bonn' --holder 'Ann Muster'", does: 'notes a copy' },
    { args: "destroyed --place 'safe in Bonn' --json", does: 'notes that it is gone' },
  ],
  run(input: Input<Option>, parts) {
    const event = custodyEvents.find((one) => one === input.operands[0]);
    if (event === undefined) {
      throw new UsageError(`EVENT is one of ${custodyEvents.join(', ')}`);
    }
    const at = instantIn('at', input.value('at'));
    return withStores(parts, async ({ breach }) => {
      const key = input.value('key');
      const place = input.value('place') ?? '';
      const holder = input.value('holder') ?? '';
      const line = await noteCustody(breach, { key, event, place, holder, at }, operator);
      if (input.json) parts.terminal.out(JSON.stringify(line));
      else parts.terminal.out(`noted: ${line.key} ${line.event}`);
      return exitCodes.done;
    });
  },
});
