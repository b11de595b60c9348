/** Help texts: what a command does, everything it takes, and lines that work. */

import { columns } from './columns.ts';
import { type Command, type CommandGroup, commonOptions, type Option } from './command.ts';

const widthMax = 88;

/** @param title such as `recording export` */
export function commandHelp(title: string, command: Omit<Command, 'run'>): string {
  const operands = command.operands.map(({ name, about }): [string, string] => [name, about]);
  const options = Object.entries({ ...command.options, ...commonOptions }).map(
    ([name, option]): [string, string] => [usageOf(name, option), aboutOf(option)],
  );
  const name = (text: string) => `consentry ${title} ${text}`.trimEnd();
  return [
    `${name('')}: ${command.summary}`,
    ...(command.about === '' ? [] : ['', ...wrapped(command.about, '')]),
    '',
    `Usage: ${name(usageLine(command))}`,
    ...(operands.length === 0 ? [] : ['', ...described(operands)]),
    '',
    'Options:',
    ...described(options),
    '',
    'Examples:',
    ...command.examples.flatMap(({ args, does }) => [
      `  ${name(args)}`,
      ...wrapped(does, '      '),
    ]),
  ].join('\n');
}

export function groupHelp(verb: string, { summary, about, commands }: CommandGroup): string {
  const subs = Object.entries(commands);
  const shown = subs.flatMap(([name, { examples }]) =>
    examples.slice(0, 1).map(({ args, does }) => ({ line: `${name} ${args}`.trimEnd(), does })),
  );
  return [
    `consentry ${verb}: ${summary}`,
    '',
    ...wrapped(about, ''),
    '',
    `Usage: consentry ${verb} ${subs.map(([name]) => name).join('|')} …`,
    '',
    ...columns(subs.map(([name, command]) => [`  ${verb} ${name}`, command.summary])),
    '',
    'Examples:',
    ...shown.flatMap(({ line, does }) => [
      `  consentry ${verb} ${line}`,
      ...wrapped(does, '      '),
    ]),
    '',
    `\`consentry ${verb} ${subs[0]?.[0]} --help\` says more of one of them.`,
  ].join('\n');
}

/** @param verbs every command with its summary, in the order of the table */
export function programHelp(verbs: readonly (readonly [title: string, summary: string])[]): string {
  return [
    'consentry: records a call only when everyone on it has said yes, and can prove it',
    '',
    'Usage: consentry <verb> … [--json] [--help]',
    '',
    ...columns(verbs.map(([title, summary]) => [`  ${title}`, summary])),
    '',
    'Examples:',
    '  consentry serve',
    '      starts the server, with a database and a practice carrier of its own if none is set',
    '  consentry call --answer 1',
    '      places a call on the practice carrier and shows what the caller hears',
    '  consentry recording list',
    '      shows the newest recordings',
    '',
    ...wrapped(
      'Settings come from the environment, the same as for the server: DATA_DIR (default: ./data) ' +
        'or DATABASE_URL say where things are, and commands work beside a running server. ' +
        '`consentry <verb> --help` says more. Exit codes: 0 done, 1 failed or does not hold, ' +
        '2 the command line cannot be meant.',
      '',
    ),
  ].join('\n');
}

function usageLine({ operands, options }: Pick<Command, 'operands' | 'options'>): string {
  const own = operands.map(({ name, optional, many }) => {
    const text = many === true ? `${name}…` : name;
    return optional === true ? `[${text}]` : text;
  });
  const flags = Object.entries(options).map(([name, option]) => `[${usageOf(name, option)}]`);
  return [...own, ...flags, '[--json]'].join(' ');
}

function usageOf(name: string, { value, valueIf }: Option): string {
  if (value === undefined) return `--${name}`;
  return valueIf === undefined ? `--${name} ${value}` : `--${name} [${value}]`;
}

function aboutOf(option: Option): string {
  const allowed = option.allowed === undefined ? '' : ` Allowed: ${option.allowed.join(', ')}.`;
  const standard = option.default === undefined ? '' : ` Default: ${option.default}.`;
  return `${option.about}${allowed}${standard}`;
}

function described(rows: readonly (readonly [string, string])[]): readonly string[] {
  const left = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.flatMap(([name, about]) => {
    const [first = '', ...more] = wrapped(about, ' '.repeat(left));
    return [`  ${name}`.padEnd(left) + first.trimStart(), ...more];
  });
}

function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > widthMax) {
      lines.push(indent + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
