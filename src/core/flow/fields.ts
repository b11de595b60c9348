import { allowedText } from '../nearest.ts';
import { lineAgent } from './definition-bridge.ts';
import type { Mistake } from './mistakes.ts';

export type Path = Mistake['path'];
export type Fields = Readonly<Record<string, unknown>>;

/** Names of flows, steps and prompts: also file names and names of states. */
const nameShape = /^[a-z][a-z0-9-]{0,63}$/;
/** A language, perhaps with a script and a region: `en`, `pt-BR`. */
const localeShape = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/;
/** E.164; and a SIP address without a password or parameters, which a carrier would pass on. */
const numberShape = /^\+[1-9]\d{6,14}$/;
const sipShape = /^sips?:[A-Za-z0-9._~-]{1,64}@[A-Za-z0-9.-]{1,255}(:\d{1,5})?$/;

/**
 * Reads one member after another and goes on after a mistake, so that an author sees all of them
 * at once. What it returns is used only if it noted none.
 */
export class FieldReader {
  readonly mistakes: Mistake[] = [];

  name(value: unknown, path: Path): string {
    if (typeof value === 'string' && nameShape.test(value)) return value;
    this.wrong(value, path, 'must be a name of lower-case letters, digits and hyphens, at most 64');
    return '';
  }

  locale(value: unknown, path: Path): string {
    if (typeof value === 'string' && localeShape.test(value)) return value;
    this.wrong(value, path, 'must be a language tag, such as en or pt-BR');
    return '';
  }

  /** A key of a telephone: one digit, as text. */
  digit(value: unknown, path: Path): string {
    if (typeof value === 'string' && /^[0-9]$/.test(value)) return value;
    this.wrong(value, path, "must be one digit in quotes, such as '1'");
    return '';
  }

  /** Whom to ring. */
  destination(value: unknown, path: Path): string {
    const text = typeof value === 'string' ? value : '';
    if (text === lineAgent || numberShape.test(text) || sipShape.test(text)) return text;
    const examples = `${lineAgent}, a number such as '+442079460000', or sip:desk@example.com`;
    this.wrong(value, path, `must be ${examples}`);
    return '';
  }

  /** A mapping from keys of a telephone, at least one. */
  byKey(raw: unknown, path: Path, read: (value: unknown, path: Path) => string) {
    const entries = Object.entries(this.fields(raw, path));
    if (raw !== undefined && entries.length === 0) this.note(path, 'names no key');
    return Object.fromEntries(
      entries.map(([key, value]) => {
        if (!/^[0-9]$/.test(key)) this.note([...path, key], `must be one digit, such as '1'`);
        return [key, read(value, [...path, key])];
      }),
    );
  }

  whole(value: unknown, path: Path, min: number, max: number): number {
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) {
      return Number(value);
    }
    this.wrong(value, path, `must be a whole number from ${min} to ${max}`);
    return min;
  }

  flag(value: unknown, path: Path): boolean {
    if (typeof value !== 'boolean') this.wrong(value, path, 'must be true or false');
    return value === true;
  }

  oneOf<T extends string>(value: unknown, path: Path, allowed: readonly T[]): T {
    const found = allowed.find((one) => one === value);
    if (found === undefined) {
      this.wrong(value, path, `is not known here${allowedText(String(value), allowed)}`);
    }
    return found ?? (allowed[0] as T);
  }

  /** The members of a mapping, none missing and none that nobody reads. */
  members(raw: unknown, path: Path, needed: string[], optional: string[] = []): Fields {
    const fields = this.fields(raw, path);
    for (const name of needed) {
      if (fields[name] === undefined) this.note(path, `lacks ${name}`);
    }
    for (const name of Object.keys(fields)) {
      const known = [...needed, ...optional];
      if (!known.includes(name)) {
        this.note([...path, name], `is not known here${allowedText(name, known)}`);
      }
    }
    return fields;
  }

  fields(raw: unknown, path: Path): Fields {
    if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Fields;
    this.wrong(raw, path, 'must be a mapping of names to values');
    return {};
  }

  /** What is missing was noted where it is missing. */
  wrong(value: unknown, path: Path, message: string): void {
    if (value !== undefined) this.note(path, message);
  }

  note(path: Path, message: string): void {
    this.mistakes.push({ path, message });
  }
}
