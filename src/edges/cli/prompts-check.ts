import type { CompiledFlow } from '../../core/flow/compile.ts';
import {
  type LocaleReport,
  lintLocale,
  type PromptLength,
} from '../../core/flow/prompt-library.ts';
import { checkedLanguages } from '../../core/flow/prompt-words/languages.ts';
import { columns } from './columns.ts';
import { command, exitCodes, UsageError } from './command.ts';
import type { FlowShelf } from './parts.ts';

/** Every prompt that is there in English has to be there in every language. */
const standard = 'en';

export const promptsCheck = command({
  summary: 'checks the wording of prompts in every language',
  about:
    'Reads every prompt in the words of its language: that the business is named, with what it does ' +
    'and what for; both choices by key, the yes first, in sentences of equal weight; a person and ' +
    'a way to withdraw; the first choice within 12 seconds and 35 words; no pressure, no question ' +
    'that turns “no” into a yes, no vague purpose. Every flow is read in every language, whatever ' +
    'its own are. The table shows seconds of speech at the pace of the language, or of the recording beside the words. Needs neither ' +
    'server nor database. Exit code 1 if a prompt is missing or fails.',
  operands: [
    {
      name: 'LOCALE',
      about: 'Languages or regions; without one, the seven that are known and all that are there.',
      optional: true,
      many: true,
    },
  ],
  options: {},
  examples: [
    { args: '', does: 'checks every language' },
    { args: 'de fr', does: 'checks two languages' },
    { args: '--json', does: 'prints one finding a line: {locale, id, rule, reason, fails}' },
  ],
  async run(input, { terminal, openFlows }) {
    const shelf = await openFlows();
    const asked = input.operands.map(localeOf);
    const locales = asked.length > 0 ? [...new Set(asked)] : everyLocale(shelf);
    const flows = newest(shelf.flows).map(({ definition }) => definition);
    const reports = locales.map((locale) =>
      lintLocale(locale, idsOf(shelf, locale), flows, shelf.promptText, shelf.promptAudio),
    );
    if (input.json) for (const finding of findings(reports)) terminal.out(JSON.stringify(finding));
    else terminal.out(reportText(reports));
    const failed = reports.some(({ faults }) => faults.length > 0);
    return failed ? exitCodes.failed : exitCodes.done;
  },
});

function localeOf(tag: string): string {
  try {
    return new Intl.Locale(tag).toString();
  } catch {
    throw new UsageError('LOCALE is not a language tag; allowed: tags such as en, pt-BR or de-CH');
  }
}

function everyLocale({ flows, promptNames }: FlowShelf): readonly string[] {
  const spoken = flows.flatMap(({ definition }) => definition.locales);
  const there = promptNames.map((name) => name.slice(0, name.indexOf('/')));
  return [...new Set([...checkedLanguages, ...spoken, ...there])];
}

/** The prompts that have to be there, and those that are there besides. */
function idsOf({ promptNames }: FlowShelf, locale: string): readonly string[] {
  const ids = promptNames
    .map((name) => [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1)] as const)
    .filter(([where]) => where === standard || where === locale)
    .map(([, id]) => id);
  return [...new Set(ids)].sort();
}

/** Older versions are spoken only by calls that began with them. */
function newest(flows: readonly CompiledFlow[]): readonly CompiledFlow[] {
  const byName = new Map<string, CompiledFlow>();
  for (const flow of flows) {
    const known = byName.get(flow.name);
    if (known === undefined || known.version < flow.version) byName.set(flow.name, flow);
  }
  return [...byName.values()];
}

interface Finding {
  readonly locale: string;
  /** Null where the finding is about the whole language. */
  readonly id: string | null;
  readonly rule: string;
  readonly reason: string;
  /** False: worth knowing, and no fault. */
  readonly fails: boolean;
}

const unknownLanguage = 'is no language whose words are known: only what all have was checked';

function findings(reports: readonly LocaleReport[]): readonly Finding[] {
  return reports.flatMap(({ locale, knowsLanguage, faults }) => {
    const note = { locale, id: null, rule: 'language', reason: unknownLanguage, fails: false };
    return [
      ...(knowsLanguage ? [] : [note]),
      ...faults.map(({ id, rule, reason }) => ({ locale, id, rule, reason, fails: true })),
    ];
  });
}

function reportText(reports: readonly LocaleReport[]): string {
  const found = findings(reports);
  const faults = found.filter(({ fails }) => fails).length;
  const languages = reports.length === 1 ? '1 language' : `${reports.length} languages`;
  const sum = faults === 0 ? 'nothing to mend' : `${faults} to mend`;
  return [
    ...table('seconds to speak', reports, ({ lengths }) => lengths),
    '',
    ...table('seconds until the first choice', reports, ({ toChoice }) => toChoice),
    '',
    ...found.map(
      ({ locale, id, reason }) => `${id === null ? locale : `${locale}/${id}`} ${reason}`,
    ),
    `${languages}: ${sum}`,
  ].join('\n');
}

/** A row for each prompt, a column for each language; `-` where it is missing. */
function table(
  title: string,
  reports: readonly LocaleReport[],
  lengthsOf: (report: LocaleReport) => readonly PromptLength[],
): readonly string[] {
  const ids = [...new Set(reports.flatMap((report) => lengthsOf(report).map(({ id }) => id)))];
  const cell = (report: LocaleReport, id: string): string => {
    const length = lengthsOf(report).find((one) => one.id === id);
    if (length === undefined) return '-';
    const faulty = report.faults.some((fault) => fault.id === id) ? '!' : '';
    return `${length.seconds?.toFixed(1) ?? '?'}${faulty}`;
  };
  return columns([
    [title, ...reports.map(({ locale }) => locale)],
    ...ids.map((id) => [id, ...reports.map((report) => cell(report, id))]),
  ]);
}
