import { type FlowDefinition, isAsk, targetsOf } from './definition.ts';

/** One thing wrong in a flow, and where: the path of names from the top of the file. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * What is wrong between the parts of a definition whose shape is right: names that lead nowhere,
 * circles, steps that nothing leads to, a purpose asked for twice, keys that mean two things.
 */
export function mistakesOf(definition: FlowDefinition): readonly Mistake[] {
  return [
    ...targetMistakes(definition),
    ...circleMistakes(definition),
    ...reachMistakes(definition),
    ...purposeMistakes(definition),
    ...keyMistakes(definition),
  ];
}

function targetMistakes({ first, steps }: FlowDefinition): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const check = (target: string, allowed: readonly string[], path: Mistake['path']) => {
    if (Object.hasOwn(steps, target) || allowed.includes(target)) return;
    const names = [...Object.keys(steps), ...allowed].join(', ');
    mistakes.push({
      path,
      message: `there is no step ${JSON.stringify(target)}; there are ${names}`,
    });
  };
  check(first, [], ['first']);
  for (const [name, step] of Object.entries(steps)) {
    if (isAsk(step)) {
      check(step.granted, ['bridge'], ['steps', name, 'granted']);
      check(step.refused, ['bridge'], ['steps', name, 'refused']);
    } else {
      check(step.next, ['bridge', 'end'], ['steps', name, 'next']);
    }
  }
  return mistakes;
}

/** Every path must end, so no step may lead back to itself. */
function circleMistakes({ steps }: FlowDefinition): readonly Mistake[] {
  return Object.keys(steps)
    .filter((name) => reachedFrom(steps, targetsOfName(steps, name)).has(name))
    .map((name) => ({ path: ['steps', name], message: 'leads back to itself' }));
}

function reachMistakes({ first, steps }: FlowDefinition): readonly Mistake[] {
  const reached = reachedFrom(steps, [first]);
  return Object.keys(steps)
    .filter((name) => !reached.has(name))
    .map((name) => ({ path: ['steps', name], message: 'no other step leads here' }));
}

function reachedFrom(steps: FlowDefinition['steps'], from: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...targetsOfName(steps, name));
  }
  return reached;
}

function targetsOfName(steps: FlowDefinition['steps'], name: string): readonly string[] {
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
  return step === undefined ? [] : targetsOf(step);
}

function purposeMistakes({ steps }: FlowDefinition): readonly Mistake[] {
  const seen = new Map<string, string>();
  const mistakes: Mistake[] = [];
  for (const [name, step] of Object.entries(steps)) {
    if (!isAsk(step)) continue;
    const other = seen.get(step.ask);
    if (other === undefined) seen.set(step.ask, name);
    else {
      const message = `${step.ask} is asked for in step ${other} already`;
      mistakes.push({ path: ['steps', name, 'ask'], message });
    }
  }
  if (seen.size === 0) mistakes.push({ path: ['steps'], message: 'no step asks for anything' });
  return mistakes;
}

function keyMistakes({ keys }: FlowDefinition): readonly Mistake[] {
  const { grant, refuse, person } = keys;
  if (new Set([grant, refuse, person]).size === 3) return [];
  return [{ path: ['keys'], message: 'grant, refuse and person need three different keys' }];
}
