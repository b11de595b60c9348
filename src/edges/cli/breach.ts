/** What a breach reached. It works on the stores themselves: a server may be what was broken into. */
import { type BreachScope, breachScope } from '../../app/breach.ts';
import { columns } from './columns.ts';
import { command, exitCodes, type Input } from './command.ts';
import { custodyRows } from './custody.ts';
import { instantIn } from './list-operand.ts';
import { type CommandParts, withStores } from './parts.ts';

export const breachScopeCommand = command({
  summary: 'counts what could be read at a time, and by whom',
  about:
    'Persons, recordings and values, by what somebody got hold of: a copy of the database, of the ' +
    'vault, of the key. What went since is counted from its certificates. Nothing of anybody is shown.',
  operands: [],
  options: { at: { value: 'TIME', about: 'Such as 2026-11-22T09:00:00Z.', default: 'now' } },
  examples: [
    { args: '', does: 'counts what can be read now' },
    { args: '--at 2026-11-22T09:00:00Z --json', does: 'prints every column and its key as JSON' },
  ],
  run(input: Input<'at'>, parts) {
    const at = instantIn('at', input.value('at'));
    return withStores(parts, async ({ breach }) => {
      const scope = await breachScope(breach, at ?? breach.clock.now());
      if (input.json) parts.terminal.out(JSON.stringify(scope));
      else show(scope, parts);
      return exitCodes.done;
    });
  },
});

function show(scope: BreachScope, { terminal: { out } }: CommandParts): void {
  const { persons, recordings, exposures, fields, copies, exposed } = scope;
  const print = (rows: readonly (readonly string[])[]) => {
    for (const text of columns(rows)) out(text);
  };
  const iso = (at: number) => new Date(at).toISOString();
  out(`At ${iso(scope.at)}, as counted at ${iso(scope.asOf)}:`);
  out(`persons     ${persons.kept} whose number can still be opened, ${persons.gone} gone since`);
  for (const { key, kept, gone } of recordings) {
    out(`recordings  ${kept} under ${key}, ${gone} erased since`);
  }
  out(`calls       ${scope.callsRedactedSince} redacted since`);
  out(`exports     ${scope.exports} lay there`);
  out('');
  print([
    ['WHOEVER TOOK', 'NAMES PERSONS', 'HEARS RECORDINGS', 'READS VALUES', 'SEES PSEUDONYMS'],
    ...exposures.map((one) => [
      one.taken.join(' + '),
      ...[one.persons, one.recordings, one.values, one.pseudonyms].map(String),
    ]),
  ]);
  out('');
  const there = fields.filter(({ rows }) => rows > 0);
  print([
    ['CATEGORY', 'WHERE', 'SEALED UNDER', 'VALUES'],
    ...there
      .toSorted((a, b) => a.category.localeCompare(b.category))
      .map(({ place, column, category, sealing, rows }) => [
        category,
        `${place.replace('public.', '')}.${column}`,
        under[sealing],
        String(rows),
      ]),
  ]);
  out('');
  out('Keys and their copies at that time:');
  print(custodyRows(copies));
  if (exposed.length === 0) return;
  out('');
  out('Keys that somebody saw who should not have:');
  print(custodyRows(exposed));
}

const under: Readonly<Record<BreachScope['fields'][number]['sealing'], string>> = {
  open: 'nothing',
  pseudonym: 'nothing: a pseudonym',
  tenant: 'the key of the business',
  person: 'a key of their person',
  recording: 'the key of its year',
};
