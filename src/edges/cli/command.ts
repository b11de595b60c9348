/** What a command is: its words, its options, and what it does. */
import type { CommandParts } from './parts.ts';

export interface Option {
  /** Name of its value in help, such as `FILE`; absent: a switch. */
  readonly value?: string;
  /** The value may be left out; the next argument is taken for one only if it matches. */
  readonly valueIf?: RegExp;
  readonly about: string;
  /** The only values there are. */
  readonly allowed?: readonly string[];
  /** What stands when it is not given, for help. */
  readonly default?: string;
}

export interface Operand {
  /** Upper case, such as `ID`. */
  readonly name: string;
  readonly about: string;
  readonly optional?: boolean;
  /** As many as one likes; only the last operand. */
  readonly many?: boolean;
}

/** A command line that works, and what it does. */
export interface Example {
  /** What follows `consentry <verb> <sub>`. */
  readonly args: string;
  readonly does: string;
}

export interface Input<Name extends string = string> {
  readonly operands: readonly string[];
  readonly json: boolean;
  /** True if the option was given, with or without a value. */
  has(option: Name): boolean;
  /** Null if it was not given, or without a value. */
  value(option: Name): string | null;
}

export interface Command<Name extends string = string> {
  /** One line, lower case: what it does. */
  readonly summary: string;
  /** What else one should know before using it. */
  readonly about: string;
  readonly operands: readonly Operand[];
  readonly options: Readonly<Record<Name, Option>>;
  readonly examples: readonly Example[];
  /** Resolves to the exit code; throws what is printed as one line, with exit code 1. */
  run(input: Input<Name>, parts: CommandParts): Promise<number>;
}

/** A verb with verbs below it: `recording list`. */
export interface CommandGroup {
  readonly summary: string;
  readonly about: string;
  readonly commands: Readonly<Record<string, Command>>;
}

/** Keeps the names of options, so that a command cannot ask for one it does not have. */
export function command<const Name extends string>(spec: Command<Name>): Command {
  return spec;
}

/** Every command has these. */
export const commonOptions: Readonly<Record<'json' | 'help', Option>> = {
  json: { about: 'Prints JSON instead of text; lists as one object a line.' },
  help: { about: 'Prints this.' },
};

export const exitCodes = { done: 0, failed: 1, misused: 2 } as const;

/** A command line that cannot be meant: printed as one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
