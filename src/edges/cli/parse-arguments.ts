/** Reads a command line by a command's own table of options and operands. */

import { allowedText } from '../../core/nearest.ts';
import { type Command, commonOptions, type Input, type Option, UsageError } from './command.ts';

/** @throws UsageError saying what is wrong and what is allowed */
export function parseArguments(
  { options, operands }: Pick<Command, 'options' | 'operands'>,
  argv: readonly string[],
): Input {
  const given = readArguments({ ...options, ...commonOptions }, argv);
  const least = operands.filter(({ optional }) => optional !== true);
  const missing = least[given.operands.length];
  if (missing !== undefined) throw new UsageError(`${missing.name} is missing: ${missing.about}`);
  const isOpen = operands.some(({ many }) => many === true);
  if (!isOpen && given.operands.length > operands.length) {
    const names = operands.map(({ name }) => name).join(' ');
    throw new UsageError(
      `“${given.operands[operands.length]}” is too much; it takes ${names === '' ? 'no operand' : names}`,
    );
  }
  return {
    operands: given.operands,
    json: given.values.has('json'),
    has: (name) => given.values.has(name),
    value: (name) => given.values.get(name) ?? null,
  };
}

/** True if help is asked for anywhere before `--`. */
export function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv
    .slice(0, end === -1 ? argv.length : end)
    .some((one) => one === '--help' || one === '-h');
}

interface Given {
  readonly operands: readonly string[];
  /** Null: given without a value. */
  readonly values: ReadonlyMap<string, string | null>;
}

function readArguments(options: Readonly<Record<string, Option>>, argv: readonly string[]): Given {
  const operands: string[] = [];
  const values = new Map<string, string | null>();
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      operands.push(...rest);
      break;
    }
    if (arg === '-' || !arg.startsWith('-')) {
      operands.push(arg);
      continue;
    }
    const [flag, name, written] = splitOption(arg);
    if (!Object.hasOwn(options, name)) {
      const names = Object.keys(options).map((one) => `--${one}`);
      throw new UsageError(`there is no option ${flag}${allowedText(flag, names)}`);
    }
    if (values.has(name) && name !== 'json') throw new UsageError(`${flag} is given twice`);
    values.set(name, takeValue(flag, options[name] ?? commonOptions.help, written, rest));
  }
  return { operands, values };
}

/** Flag as typed, its name, and what follows `=`; null without one. */
function splitOption(arg: string): [flag: string, name: string, written: string | null] {
  const at = arg.indexOf('=');
  const flag = at === -1 ? arg : arg.slice(0, at);
  const name = flag.startsWith('--') ? flag.slice(2) : '';
  return [flag, name, at === -1 ? null : arg.slice(at + 1)];
}

/** Takes the value off `rest` if it stands there. */
function takeValue(
  flag: string,
  { value, valueIf, allowed }: Option,
  written: string | null,
  rest: string[],
): string | null {
  if (value === undefined) {
    if (written !== null) throw new UsageError(`${flag} is a switch and takes no value`);
    return null;
  }
  const [next] = rest;
  const isThere = next !== undefined && (valueIf?.test(next) ?? !/^-./.test(next));
  const text = written ?? (isThere ? (rest.shift() ?? null) : null);
  if (text === null && valueIf !== undefined) return null;
  if (text === null || text === '') throw new UsageError(`${flag} needs a value: ${flag} ${value}`);
  if (allowed !== undefined && !allowed.includes(text)) {
    throw new UsageError(`${flag} cannot be “${text}”${allowedText(text, allowed)}`);
  }
  return text;
}
