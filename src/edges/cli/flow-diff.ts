import { ConsentryError } from '../../core/error.ts';
import { differencesOf, differenceText, type FlowDifference } from '../../core/flow/diff.ts';
import { command, exitCodes } from './command.ts';
import { flowNamed, flowsNamed, versionOf } from './flow-shelf.ts';

export const flowDiff = command({
  summary: 'says what callers will hear differently between two versions of a flow',
  about:
    'Words that are new, changed or gone, in each language; answers that lead elsewhere; attempts ' +
    'and keys. Names that nobody hears do not count. Needs neither server nor database.',
  operands: [
    { name: 'NAME', about: 'The flow.' },
    { name: 'A', about: 'The earlier version; without it, the current one.', optional: true },
    { name: 'B', about: 'The later version; without it, the newest one.', optional: true },
  ],
  options: {},
  examples: [
    { args: 'inbound', does: 'compares what is current with the newest draft' },
    { args: 'inbound 1 2 --json', does: 'compares two versions; prints one JSON object' },
  ],
  async run(input, { terminal, openFlows }) {
    const [name = '', a, b] = input.operands;
    const [from, to] = [versionOf(a), versionOf(b)];
    const shelf = await openFlows();
    const before = flowNamed(shelf, name, from);
    const newest = flowsNamed(shelf, name).at(-1)?.version ?? null;
    const after = flowNamed(shelf, name, to ?? newest);
    if (from === null && before.version === after.version) {
      throw new ConsentryError(
        'not_found',
        `version ${before.version} of ${name} is the current and the newest one; name two versions`,
      );
    }
    const differences = differencesOf(before, after, shelf.promptText);
    if (input.json) {
      const sentences = differences.map((one) => ({ ...one, sentence: differenceText(one) }));
      const versions = { from: before.version, to: after.version };
      terminal.out(JSON.stringify({ name, ...versions, differences: sentences }));
    } else {
      for (const line of lines(differences, `${name} ${before.version} → ${after.version}`)) {
        terminal.out(line);
      }
    }
    return exitCodes.done;
  },
});

function lines(differences: readonly FlowDifference[], title: string): readonly string[] {
  if (differences.length === 0) return [`${title}: callers hear no difference.`];
  const locales = [...new Set(differences.map(({ locale }) => locale))];
  return [
    `${title}: ${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
    ...locales.flatMap((locale) => [
      '',
      locale === null ? 'In every language:' : `In ${locale}:`,
      ...differences
        .filter((one) => one.locale === locale)
        .map((one) => `  ${differenceText(one)}`),
    ]),
  ];
}
