import { invalidParameter, RestError, unknownParameter } from './rest-errors.ts';
import type { HttpMethod } from './webhook.ts';

/** Names that may be given, and those of them that may be given more than once. */
export interface AllowedParameters {
  readonly names: readonly string[];
  readonly repeatable?: readonly string[];
  /** Further names, such as `Parameter1.Name`. */
  readonly pattern?: RegExp;
}

/** The form of a REST request, every name known, none given twice without leave. */
export class RestForm {
  private readonly fields: URLSearchParams;

  /** Throws RestError 20001. */
  constructor(body: string, allowed: AllowedParameters) {
    this.fields = new URLSearchParams(body);
    for (const name of new Set(this.fields.keys())) {
      const repeatable = allowed.repeatable?.includes(name) === true;
      if (!allowed.names.includes(name) && !repeatable && allowed.pattern?.test(name) !== true) {
        throw unknownParameter(name);
      }
      if (!repeatable && this.fields.getAll(name).length > 1) {
        throw new RestError(400, 20001, `Parameter ${name} is given more than once`);
      }
    }
  }

  text(name: string): string | null {
    return this.fields.get(name);
  }

  all(name: string): readonly string[] {
    return this.fields.getAll(name);
  }

  names(): readonly string[] {
    return [...new Set(this.fields.keys())];
  }

  /** Null if it is absent. Throws RestError with the given code if it is no http(s) URL. */
  url(name: string, code: number): string | null {
    const value = this.text(name);
    if (value === null) return null;
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
      throw invalidParameter(name, 'an absolute http or https URL', code);
    }
    return value;
  }

  method(name: string): HttpMethod {
    const value = this.text(name) ?? 'POST';
    if (value !== 'GET' && value !== 'POST') throw invalidParameter(name, 'GET or POST', 21206);
    return value;
  }

  whole(name: string, from: number, to: number, otherwise: number): number {
    const value = this.text(name);
    if (value === null) return otherwise;
    if (!/^\d+$/.test(value) || Number(value) < from || Number(value) > to) {
      throw invalidParameter(name, `a whole number, ${from} to ${to}`);
    }
    return Number(value);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | null {
    const value = this.text(name);
    if (value === null) return null;
    const found = values.find((each) => each === value);
    if (found === undefined) throw invalidParameter(name, values.join(', '));
    return found;
  }
}
