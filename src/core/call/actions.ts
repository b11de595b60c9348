import { assert } from '../error.ts';
import type { Action } from '../flow/transition.ts';
import type { Effect, StatusChange } from './effect.ts';

type Group = 'document' | 'edge' | 'change';

/** Every action a machine may ask for. XState accepts any name; we do not. */
const groups: Readonly<Record<string, Group>> = {
  say: 'document',
  ask: 'document',
  choose: 'document',
  wait: 'document',
  bridge: 'document',
  hangup: 'document',
  ring: 'edge',
  unring: 'edge',
  answer: 'edge',
  text: 'edge',
  fetch: 'edge',
  'call-agent': 'edge',
  task: 'edge',
  erase: 'edge',
  change: 'change',
};

/** Actions as effects and changes. Throws on an action that is not one of ours. */
export function effectsOf(actions: readonly Action[]): {
  readonly document: readonly Effect[];
  readonly edge: readonly Effect[];
  readonly changes: readonly StatusChange[];
} {
  const document: Effect[] = [];
  const edge: Effect[] = [];
  const changes: StatusChange[] = [];
  for (const { type, params } of actions) {
    const group = groups[type];
    if (group === 'document') document.push({ ...(params as object), type } as Effect);
    else if (group === 'edge') edge.push({ ...(params as object), type } as Effect);
    else if (group === 'change') changes.push(params as StatusChange);
    else assert(isPlumbing(type), `the machine asked for ${type}`);
  }
  return { document, edge, changes };
}

/** XState reports its own assignments too; they are in the context already. */
function isPlumbing(type: string): boolean {
  return type.startsWith('xstate.');
}
