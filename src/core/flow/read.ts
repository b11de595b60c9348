import { type Purpose, purposes, type Role, roles } from '../words.ts';
import {
  type AskStep,
  type FlowDefinition,
  type KeyMap,
  reservedNames,
  type SayStep,
  type Step,
} from './definition.ts';
import type { Mistake } from './mistakes.ts';

type Path = Mistake['path'];
type Fields = Readonly<Record<string, unknown>>;

/** Names of flows, steps and prompts: also file names and names of states. */
const nameShape = /^[a-z][a-z0-9-]{0,63}$/;
/** A language, perhaps with a script and a region: `en`, `pt-BR`. */
const localeShape = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/;
const stepsMax = 100;
/** The choices are spoken once more after silence or doubt; a third time is the most. */
const attemptsMin = 2;
const attemptsMax = 3;

/**
 * Reads a flow from whatever a file held. Either the definition or every mistake in its shape;
 * names that lead nowhere are found by `mistakesOf`.
 */
export function readDefinition(
  raw: unknown,
): { readonly definition: FlowDefinition } | { readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const reader = new Reader(mistakes);
  const definition = reader.flow(raw);
  return mistakes.length === 0 ? { definition } : { mistakes };
}

/**
 * Reads one member after another and goes on after a mistake, so that an author sees all of them
 * at once. What it returns is used only if it noted none.
 */
class Reader {
  readonly #mistakes: Mistake[];

  constructor(mistakes: Mistake[]) {
    this.#mistakes = mistakes;
  }

  flow(raw: unknown): FlowDefinition {
    const names = [
      'name',
      'version',
      'role',
      'locales',
      'speech',
      'keys',
      'first',
      'steps',
      'bridge',
    ];
    const at = this.#members(raw, [], names);
    return {
      name: this.#name(at['name'], ['name']),
      version: this.#whole(at['version'], ['version'], 1, 1_000_000),
      role: this.#oneOf<Role>(at['role'], ['role'], roles),
      locales: this.#locales(at['locales']),
      speech: this.#flag(at['speech'], ['speech']),
      keys: this.#keys(at['keys']),
      first: this.#name(at['first'], ['first']),
      steps: this.#steps(at['steps']),
      bridge: this.#bridge(at['bridge']),
    };
  }

  #steps(raw: unknown): Readonly<Record<string, Step>> {
    const entries = Object.entries(this.#fields(raw, ['steps']));
    if (entries.length === 0) this.#note(['steps'], 'has no step');
    if (entries.length > stepsMax) this.#note(['steps'], `has more than ${stepsMax} steps`);
    return Object.fromEntries(
      entries.map(([name, step]) => {
        const path = ['steps', name];
        this.#name(name, path);
        if ((reservedNames as readonly string[]).includes(name)) {
          this.#note(path, `${name} is a name of ours; call the step something else`);
        }
        return [name, this.#step(step, path)];
      }),
    );
  }

  #step(raw: unknown, path: Path): Step {
    const fields = this.#fields(raw, path);
    if ('say' in fields === 'ask' in fields) {
      this.#note(path, 'needs either `say` or `ask`');
    }
    return 'ask' in fields ? this.#ask(fields, path) : this.#say(fields, path);
  }

  #say(raw: Fields, path: Path): SayStep {
    const at = this.#members(raw, path, ['say', 'next']);
    return {
      say: this.#name(at['say'], [...path, 'say']),
      next: this.#name(at['next'], [...path, 'next']),
    };
  }

  #ask(raw: Fields, path: Path): AskStep {
    const names = ['purpose', 'choices', 'retry', 'granted', 'refused'] as const;
    const at = this.#members(raw, path, ['ask', ...names], ['again', 'attempts']);
    const name = (key: string) => this.#name(at[key], [...path, key]);
    return {
      ask: this.#oneOf<Purpose>(at['ask'], [...path, 'ask'], purposes),
      purpose: name('purpose'),
      choices: name('choices'),
      ...(at['again'] === undefined ? {} : { again: name('again') }),
      retry: name('retry'),
      attempts:
        at['attempts'] === undefined
          ? attemptsMin
          : this.#whole(at['attempts'], [...path, 'attempts'], attemptsMin, attemptsMax),
      granted: name('granted'),
      refused: name('refused'),
    };
  }

  #bridge(raw: unknown): FlowDefinition['bridge'] {
    const at = this.#members(raw, ['bridge'], ['withdrawn', 'unrecorded']);
    return {
      withdrawn: this.#name(at['withdrawn'], ['bridge', 'withdrawn']),
      unrecorded: this.#name(at['unrecorded'], ['bridge', 'unrecorded']),
    };
  }

  #keys(raw: unknown): KeyMap {
    const at = this.#members(raw, ['keys'], ['grant', 'refuse', 'person']);
    const key = (name: string): string => {
      const value = at[name];
      if (typeof value === 'string' && /^[0-9]$/.test(value)) return value;
      this.#wrong(value, ['keys', name], "must be one digit in quotes, such as '1'");
      return '';
    };
    return { grant: key('grant'), refuse: key('refuse'), person: key('person') };
  }

  #locales(raw: unknown): readonly string[] {
    if (!Array.isArray(raw) || raw.length === 0) {
      this.#wrong(raw, ['locales'], 'must list at least one language, such as [en]');
      return [];
    }
    for (const [index, locale] of raw.entries()) {
      if (typeof locale !== 'string' || !localeShape.test(locale)) {
        this.#note(['locales', index], 'must be a language tag, such as en or pt-BR');
      } else if (raw.indexOf(locale) !== index) {
        this.#note(['locales', index], `${locale} is listed twice`);
      }
    }
    return raw.map(String);
  }

  #name(value: unknown, path: Path): string {
    if (typeof value === 'string' && nameShape.test(value)) return value;
    this.#wrong(
      value,
      path,
      'must be a name of lower-case letters, digits and hyphens, at most 64',
    );
    return '';
  }

  #whole(value: unknown, path: Path, min: number, max: number): number {
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) {
      return Number(value);
    }
    this.#wrong(value, path, `must be a whole number from ${min} to ${max}`);
    return min;
  }

  #flag(value: unknown, path: Path): boolean {
    if (typeof value !== 'boolean') this.#wrong(value, path, 'must be true or false');
    return value === true;
  }

  #oneOf<T extends string>(value: unknown, path: Path, allowed: readonly T[]): T {
    const found = allowed.find((one) => one === value);
    if (found === undefined) this.#wrong(value, path, `must be one of ${allowed.join(', ')}`);
    return found ?? (allowed[0] as T);
  }

  /** The members of a mapping, none missing and none that nobody reads. */
  #members(raw: unknown, path: Path, needed: string[], optional: string[] = []): Fields {
    const fields = this.#fields(raw, path);
    for (const name of needed) {
      if (fields[name] === undefined) this.#note(path, `lacks ${name}`);
    }
    for (const name of Object.keys(fields)) {
      if (![...needed, ...optional].includes(name)) {
        this.#note(
          [...path, name],
          `is not known here; known are ${[...needed, ...optional].join(', ')}`,
        );
      }
    }
    return fields;
  }

  #fields(raw: unknown, path: Path): Fields {
    if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Fields;
    this.#wrong(raw, path, 'must be a mapping of names to values');
    return {};
  }

  /** What is missing was noted where it is missing. */
  #wrong(value: unknown, path: Path, message: string): void {
    if (value !== undefined) this.#note(path, message);
  }

  #note(path: Path, message: string): void {
    this.#mistakes.push({ path, message });
  }
}
