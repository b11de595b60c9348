import { createHash } from 'node:crypto';
import type { Hex } from '../words.ts';
import type { FlowDefinition } from './definition.ts';

/** SHA-256 of the definition as canonical JSON: names sorted, no spaces, no absent members. */
export function flowHash(definition: FlowDefinition): Hex {
  return createHash('sha256').update(canonical(definition)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
