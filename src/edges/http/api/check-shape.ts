/** Checks a request against its shapes and names every mistake: where, what, what is allowed. */
import type { z } from 'zod';
import { ConsentryError, type Mistake } from '../../../core/error.ts';

export type Place = 'query' | 'body' | 'header';

/** The value as its shape wants it, or every mistake in it. No mistake quotes a value. */
export function checkShape(
  shape: z.ZodObject,
  value: unknown,
  place: Place,
): { readonly value: unknown; readonly mistakes: readonly Mistake[] } {
  const result = shape.safeParse(value, { reportInput: true });
  return result.success
    ? { value: result.data, mistakes: [] }
    : {
        value: undefined,
        mistakes: result.error.issues.flatMap((issue) => mistakesOf(shape, issue, place)),
      };
}

export function invalidRequest(mistakes: readonly Mistake[]): ConsentryError {
  const texts = mistakes.map(
    ({ path, what, allowed }) =>
      `${path}: ${what}${allowed === undefined ? '' : `; allowed: ${allowed}`}`,
  );
  return new ConsentryError('invalid_request', texts.join(' | '), { mistakes });
}

function mistakesOf(shape: z.ZodObject, issue: z.core.$ZodIssue, place: Place): Mistake[] {
  const path = [place, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    const fields = Object.keys(shape.shape);
    const allowed = fields.length === 0 ? 'nothing' : fields.join(', ');
    return issue.keys.map((key) => ({ path, what: `${nameOf(key)} is not known`, allowed }));
  }
  if (issue.input === undefined) {
    return [{ path, what: 'is missing', ...allowedBy(issue) }];
  }
  return [{ path, what: 'is not allowed', ...allowedBy(issue) }];
}

/** A name is quoted only if it looks like one: anything may stand there, a number too. */
function nameOf(key: string): string {
  return /^[A-Za-z_][A-Za-z_-]{0,39}$/.test(key) ? `field ${key}` : 'a field';
}

function allowedBy(issue: z.core.$ZodIssue): { allowed?: string } {
  switch (issue.code) {
    case 'invalid_value':
      return { allowed: issue.values.join(', ') };
    case 'invalid_type':
      return { allowed: typeName(issue.expected) };
    case 'too_small':
      return { allowed: `at least ${issue.minimum}${unitOf(issue.origin)}` };
    case 'too_big':
      return { allowed: `at most ${issue.maximum}${unitOf(issue.origin)}` };
    case 'invalid_format':
      return { allowed: formatName(issue.format, issue.pattern) };
    default:
      return {};
  }
}

const typeName = (expected: string): string =>
  expected === 'int' ? 'a whole number' : `a value of type ${expected}`;

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' of them' : '';
}

const formatName = (format: string, pattern: string | undefined): string =>
  format === 'datetime'
    ? 'a date and time with zone, such as 2026-01-31T12:00:00Z'
    : `text that matches ${pattern ?? format}`;
