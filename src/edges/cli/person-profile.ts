/** What is known of a person beside their number, shown and corrected by the server that runs. */
import { z } from 'zod';
import { profileFields } from '../../core/person/profile.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input, UsageError } from './command.ts';
import { namesOf, numberOf } from './operands.ts';
import type { CommandParts } from './parts.ts';
import { askPerson, personOf, personOperand } from './person.ts';

const profile = z.looseObject({
  name: z.string().nullable(),
  email: z.string().nullable(),
  notes: z.string().nullable(),
  place: z.string().nullable(),
  linked: z.array(z.object({ id: z.string(), number: z.string() })),
});

export const correctionOptions = {
  name: { value: 'TEXT', about: 'Their name as it is right.' },
  email: { value: 'ADDRESS', about: 'Their e-mail address.' },
  notes: { value: 'TEXT', about: 'Notes.' },
  place: { value: 'PLACE', about: 'Where they say they are: DE, or US-CA.' },
  forget: { value: 'FIELDS', about: `What is taken away: ${profileFields.join(', ')}.` },
};

/** What of it was given. */
export function correctionOf(input: Input<keyof typeof correctionOptions>) {
  const forget = input.value('forget');
  const gone = forget === null ? [] : namesOf(forget, 'forget', profileFields);
  const given = profileFields.flatMap((field) => {
    const text = input.value(field);
    return text === null ? [] : [[field, text.trim()] as const];
  });
  return Object.fromEntries([...gone.map((field) => [field, null] as const), ...given]);
}

function show({ terminal }: CommandParts, answer: unknown, isJson: boolean): number {
  if (answer === null) return exitCodes.failed;
  if (isJson) {
    terminal.out(JSON.stringify(answer));
    return exitCodes.done;
  }
  const { name, email, notes, place, linked } = profile.parse(answer);
  const rows = [
    ['name', name ?? '-'],
    ['e-mail', email ?? '-'],
    ['notes', notes ?? '-'],
    ['place', place ?? '-'],
    ...linked.map(({ id, number }) => ['also', `${number} (${id})`]),
  ];
  for (const text of columns(rows)) terminal.out(text);
  return exitCodes.done;
}

export const personProfile = command({
  summary: 'shows name, e-mail address, notes and place of a person',
  about: 'And which other numbers are theirs.',
  operands: [personOperand],
  options: {},
  examples: [
    { args: '+14155550100', does: 'shows them' },
    { args: '+14155550100 --json', does: 'prints them as JSON' },
  ],
  async run(input, parts) {
    const path = `/persons/${personOf(input.operands[0])}/profile`;
    const answer = await askPerson(parts, 'persons:read', { method: 'GET', path });
    return show(parts, answer, input.json);
  },
});

export const personCorrect = command({
  summary: 'corrects name, e-mail address, notes or place of a person, or links a number of theirs',
  about:
    'What is left out stays. An old value is overwritten; the ledger keeps a keyed hash of it. All ' +
    'numbers of one person say the same. Calls go by the law of their place and of their number, ' +
    'whichever is stricter.',
  operands: [personOperand],
  options: {
    ...correctionOptions,
    link: { value: 'NUMBER', about: 'Another number of the same person.' },
    unlink: { about: 'This number is theirs alone.' },
    reason: { value: 'TEXT', about: 'Why; kept in the audit.' },
  },
  examples: [
    { args: '+14155550100 --name "Ada Lovelace" --email ada@example.com', does: 'corrects both' },
    { args: '+14155550100 --link +14155550101', does: 'says that both numbers are theirs' },
    { args: '+14155550100 --forget notes --json', does: 'takes notes away, and prints the rest' },
  ],
  async run(input, parts) {
    const [link, reason] = [input.value('link'), input.value('reason')];
    if (link !== null && input.has('unlink')) {
      throw new UsageError('--link and --unlink do not go together');
    }
    const body = {
      ...correctionOf(input),
      ...(link !== null && { linkedTo: numberOf(link) }),
      ...(input.has('unlink') && { linkedTo: null }),
      ...(reason !== null && { reason }),
    };
    const path = `/persons/${personOf(input.operands[0])}`;
    const what = { method: 'PATCH', path, body } as const;
    return show(parts, await askPerson(parts, 'persons:write', what), input.json);
  },
});
