/** The command line: finds the verb, reads its arguments, runs it, and says what went wrong. */
import { ConsentryError, errorTable } from '../../core/error.ts';
import { allowedText } from '../../core/nearest.ts';
import { type Command, exitCodes, UsageError } from './command.ts';
import { audited } from './command-audit.ts';
import { commandHelp, groupHelp, programHelp } from './help.ts';
import { parseArguments, wantsHelp } from './parse-arguments.ts';
import type { CommandParts } from './parts.ts';
import { type Verb, verbs } from './verbs.ts';

/**
 * What goes wrong outside the program is one line on standard error. Throws on what nobody
 * foresaw: wrong settings and programming errors.
 *
 * @param argv what follows `consentry`
 * @returns the exit code: 0 done, 1 failed or does not hold, 2 a command line that cannot be meant
 */
export async function runCommand(argv: readonly string[], parts: CommandParts): Promise<number> {
  const args = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  try {
    return await dispatch(args, parts);
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === null) throw error;
    parts.terminal.err(`consentry: ${sentence}`);
    return error instanceof UsageError ? exitCodes.misused : exitCodes.failed;
  }
}

async function dispatch(argv: readonly string[], parts: CommandParts): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === '-h') {
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
  return named(title, () => {
    const input = parseArguments(command, argv);
    return command.run(input, audited(title, input.operands, parts));
  });
}

async function runExternal(
  name: keyof CommandParts['external'],
  argv: readonly string[],
  { external, terminal }: CommandParts,
): Promise<number> {
  const verb = external[name];
  if (!wantsHelp(argv)) return named(name, () => verb.run(argv));
  terminal.out(verb.help.trimEnd());
  return exitCodes.done;
}

/** A command line that cannot be meant is told with the command it was for. */
async function named(title: string, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${title}: ${error.message}`);
    throw error;
  }
}

function titles({ external }: CommandParts): readonly (readonly [string, string])[] {
  const titled = ([name, verb]: [string, Verb]): readonly (readonly [string, string])[] => {
    if (typeof verb === 'string') return [[name, external[verb].summary]];
    if ('run' in verb) return [[name, verb.summary]];
    return Object.entries(verb.commands).map(([sub, { summary }]) => [`${name} ${sub}`, summary]);
  };
  return [...verbs].flatMap(titled);
}

/** Codes of sockets, and of the database's driver, when nobody is at the other end. */
const unanswered: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
]);

/**
 * Null for what nobody foresaw. Messages of the system and of the database may quote data, so
 * only their code is shown.
 */
function sentenceOf(error: unknown): string | null {
  if (error instanceof UsageError) return error.message;
  if (error instanceof ConsentryError) return error.publicText;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !/^[A-Z0-9_]{1,60}$/.test(code)) return null;
  const [, sentence] = unanswered.has(code) ? errorTable.unavailable : errorTable.internal;
  return `${sentence} (${code})`;
}
