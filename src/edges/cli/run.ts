/** The command line: finds the verb, reads its arguments, runs it, and says what went wrong. */
import { ConsentryError, errorTable } from '../../core/error.ts';
import { type Command, exitCodes, UsageError } from './command.ts';
import { commandHelp, groupHelp, programHelp } from './help.ts';
import { allowedText } from './nearest.ts';
import { parseArguments, wantsHelp } from './parse-arguments.ts';
import type { CommandParts } from './parts.ts';
import { type Verb, verbs } from './verbs.ts';

/**
 * Never throws: what goes wrong is one line on standard error.
 *
 * @param argv what follows `consentry`
 * @returns the exit code: 0 done, 1 failed or does not hold, 2 a command line that cannot be meant
 */
export async function runCommand(argv: readonly string[], parts: CommandParts): Promise<number> {
  const args = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  try {
    return await dispatch(args, parts);
  } catch (error) {
    parts.terminal.err(`consentry: ${sentenceOf(error)}`);
    return error instanceof UsageError ? exitCodes.misused : exitCodes.failed;
  }
}

async function dispatch(argv: readonly string[], parts: CommandParts): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') {
    parts.terminal.out(programHelp(titles(parts)));
    return exitCodes.done;
  }
  const verb = verbs.get(name);
  if (verb === undefined) {
    throw new UsageError(`there is no verb “${name}”${allowedText(name, [...verbs.keys()])}`);
  }
  if (typeof verb === 'string') return runExternal(verb, rest, parts);
  if ('run' in verb) return runOne(name, verb, rest, parts);

  const [sub, ...args] = rest;
  if (sub === '--help' || sub === '-h') {
    parts.terminal.out(groupHelp(name, verb));
    return exitCodes.done;
  }
  const subs = Object.keys(verb.commands);
  const command = subs.includes(sub ?? '') ? verb.commands[sub ?? ''] : undefined;
  if (command === undefined) {
    const what = sub === undefined ? `${name} needs to know what` : `${name} has no “${sub}”`;
    throw new UsageError(`${what}${allowedText(sub ?? '', subs)}`);
  }
  return runOne(`${name} ${sub}`, command, args, parts);
}

async function runOne(
  title: string,
  command: Command,
  argv: readonly string[],
  parts: CommandParts,
): Promise<number> {
  if (wantsHelp(argv)) {
    parts.terminal.out(commandHelp(title, command));
    return exitCodes.done;
  }
  try {
    return await command.run(parseArguments(command, argv), parts);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${title}: ${error.message}`);
    throw error;
  }
}

async function runExternal(
  name: keyof CommandParts['external'],
  argv: readonly string[],
  { external, terminal }: CommandParts,
): Promise<number> {
  const verb = external[name];
  if (!wantsHelp(argv)) return verb.run(argv);
  terminal.out(verb.help.trimEnd());
  return exitCodes.done;
}

function titles({ external }: CommandParts): readonly (readonly [string, string])[] {
  const titled = ([name, verb]: [string, Verb]): readonly (readonly [string, string])[] => {
    if (typeof verb === 'string') return [[name, external[verb].summary]];
    if ('run' in verb) return [[name, verb.summary]];
    return Object.entries(verb.commands).map(([sub, { summary }]) => [`${name} ${sub}`, summary]);
  };
  return [...verbs].flatMap(titled);
}

/** Messages of foreign errors may quote data, so only their code is shown. */
function sentenceOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof ConsentryError) return error.publicText;
  const code = (error as { code?: unknown } | null)?.code;
  const known = typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown error';
  return `${errorTable.internal[1]} (${known})`;
}
