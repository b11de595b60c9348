import type { Purpose } from '../words.ts';
import {
  type FlowDefinition,
  isAsk,
  purposeConditions,
  questionsOf,
  type Step,
  targetsOf,
} from './definition.ts';
import { ringsSomebody } from './definition-bridge.ts';
import { surveyPurpose } from './definition-rate.ts';

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
    ...referenceMistakes(definition),
    ...ringMistakes(definition),
    ...messageMistakes(definition),
    ...endedMistakes(definition),
  ];
}

/** What `*` ends is named: every purpose, none that is never asked for, and each by one prompt. */
function endedMistakes({ steps, bridge }: FlowDefinition): readonly Mistake[] {
  const { ended, other } = bridge;
  if (ended === undefined) return [];
  const asked = new Set(questionsOf({ steps }).map(({ ask }) => ask));
  const missing = [...asked].filter((purpose) => ended[purpose] === undefined);
  const idle = Object.keys(ended).filter((purpose) => !asked.has(purpose as Purpose));
  const others = Object.entries(steps).flatMap(([name, step]) => {
    if (!('stopped' in step)) return [];
    const words = ended['rate' in step ? surveyPurpose : step.question.ask];
    return words === undefined || words === step.stopped ? [] : [{ name, words }];
  });
  return [
    ...missing.map((purpose) => ({
      path: ['bridge', 'ended'],
      message: `lacks a prompt for ${purpose}, which the flow asks for`,
    })),
    ...idle.map((purpose) => ({
      path: ['bridge', 'ended', purpose],
      message: `the flow does not ask for ${purpose}`,
    })),
    ...others.map(({ name, words }) => ({
      path: ['steps', name, 'stopped'],
      message: `must be ${words}, as \`ended\` says at the bridge`,
    })),
    ...(other === undefined
      ? []
      : [{ path: ['bridge', 'other'], message: 'is never spoken beside `ended`' }]),
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
    for (const { target, allowed, path } of ways(step))
      check(target, allowed, ['steps', name, ...path]);
  }
  return mistakes;
}

/** Every place in a step that names where to go on, and what may stand there beside steps. */
function ways(step: Step): readonly {
  readonly target: string;
  readonly allowed: readonly string[];
  readonly path: Mistake['path'];
}[] {
  const anywhere = ['bridge', 'end'];
  if ('ask' in step) {
    return [
      { target: step.granted, allowed: ['bridge'], path: ['granted'] },
      { target: step.refused, allowed: ['bridge'], path: ['refused'] },
      ...(['silence', 'doubt'] as const).flatMap((name) =>
        step[name] === undefined ? [] : [{ target: step[name], allowed: ['bridge'], path: [name] }],
      ),
    ];
  }
  const afterwards =
    ringsSomebody(step) && step.afterwards !== undefined
      ? [{ target: step.afterwards, allowed: anywhere, path: ['afterwards'] }]
      : [];
  if ('dial' in step) {
    return [{ target: step.unanswered, allowed: anywhere, path: ['unanswered'] }, ...afterwards];
  }
  if ('menu' in step || 'queue' in step) {
    return [
      ...Object.entries(step.choices).map(([key, target]) => ({
        target,
        allowed: [...anywhere, 'repeat'],
        path: ['choices', key],
      })),
      { target: step.otherwise, allowed: anywhere, path: ['otherwise'] },
      ...afterwards,
    ];
  }
  if ('branch' in step) {
    return [
      ...step.branch.map(({ next }, i) => ({
        target: next,
        allowed: anywhere,
        path: ['branch', i, 'next'],
      })),
      { target: step.otherwise, allowed: anywhere, path: ['otherwise'] },
    ];
  }
  return 'end' in step ? [] : [{ target: step.next, allowed: anywhere, path: ['next'] }];
}

/** Every path must end, so no step may lead back to itself. */
function circleMistakes({ steps }: FlowDefinition): readonly Mistake[] {
  return Object.keys(steps)
    .filter((name) => reachedFrom(steps, targetsOfName(steps, name)).has(name))
    .map((name) => ({ path: ['steps', name], message: 'leads back to itself' }));
}

function reachMistakes({ first, person, steps }: FlowDefinition): readonly Mistake[] {
  const reached = reachedFrom(steps, [first, ...(person === undefined ? [] : [person])]);
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
  return mistakes;
}

function keyMistakes({ keys }: FlowDefinition): readonly Mistake[] {
  const used = Object.values(keys);
  if (new Set(used).size === used.length) return [];
  return [{ path: ['keys'], message: `${Object.keys(keys).join(', ')} need different keys` }];
}

/** A branch can only look at what is asked for, a language must be one of the flow's. */
function referenceMistakes({ steps, locales, hours }: FlowDefinition): readonly Mistake[] {
  const asked = [...new Set(questionsOf({ steps }).map(({ ask }) => ask))];
  const remembered: readonly (string | undefined)[] = Object.values(steps)
    .filter(isAsk)
    .filter(({ remember }) => remember !== undefined)
    .map((step) => step.ask);
  return Object.entries(steps).flatMap(([name, step]): Mistake[] => {
    if ('branch' in step) {
      return step.branch.flatMap(({ when, purpose }, i): Mistake[] => {
        const path = ['steps', name, 'branch', i];
        const needsPurpose = purposeConditions.includes(when);
        if (needsPurpose && (purpose === undefined || !asked.includes(purpose))) {
          const known = asked.length > 0 ? `; asked for are ${asked.join(', ')}` : '';
          return [{ path: [...path, 'purpose'], message: `must be what a step asks for${known}` }];
        }
        if (when.endsWith('-earlier') && !remembered.includes(purpose)) {
          const message = `${when} needs remember in the step that asks for ${purpose}`;
          return [{ path: [...path, 'when'], message }];
        }
        if (!needsPurpose && purpose !== undefined) {
          const those = purposeConditions.join(', ');
          return [{ path: [...path, 'purpose'], message: `belongs to ${those}` }];
        }
        const timed = when === 'open' || when === 'closed';
        return timed && hours === undefined
          ? [{ path: [...path, 'when'], message: `${when} needs hours at the top of the flow` }]
          : [];
      });
    }
    if ('rate' in step && !asked.includes(surveyPurpose)) {
      const message = `keeps an answer, so a step has to ask for ${surveyPurpose}`;
      return [{ path: ['steps', name, 'rate'], message }];
    }
    if (!('language' in step)) return [];
    return Object.entries(step.choices)
      .filter(([, locale]) => !locales.includes(locale))
      .map(([key, locale]) => ({
        path: ['steps', name, 'choices', key],
        message: `${locale} is not one of the flow's locales: ${locales.join(', ')}`,
      }));
  });
}

/** Only a caller waits for somebody; and who wants a person is led to one. */
function ringMistakes({ steps, role, person, bridge }: FlowDefinition): readonly Mistake[] {
  const ringing = Object.entries(steps).filter(([, step]) => ringsSomebody(step));
  const strays = ringing.map(([name]): Mistake => {
    const message = `rings somebody, which only a flow of role caller does; this one's is ${role}`;
    return { path: ['steps', name], message };
  });
  const led = person === undefined || ringing.some(([name]) => name === person);
  const names = ringing.map(([name]) => name).join(', ');
  const known = names === '' ? 'and there is none' : `such as ${names}`;
  const nobody = role !== 'caller' && bridge.agent !== undefined;
  const idle = `belongs to a flow of role caller, which has agents rung; this one's is ${role}`;
  return [
    ...(role === 'caller' ? [] : strays),
    ...(nobody ? [{ path: ['bridge', 'agent'], message: idle }] : []),
    ...(led ? [] : [{ path: ['person'], message: `must be a dial or queue step, ${known}` }]),
  ];
}

/** Permission for a message is permission for nothing else: after it there is only the goodbye. */
function messageMistakes({ steps, role }: FlowDefinition): readonly Mistake[] {
  return Object.entries(steps).flatMap(([name, step]): readonly Mistake[] => {
    if (!('voicemail' in step)) return [];
    const path = ['steps', name];
    if (role !== 'caller') {
      const message = `takes a message, which only a flow of role caller does; this one's is ${role}`;
      return [{ path, message }];
    }
    const after = [...reachedFrom(steps, [step.next])];
    const wrong = after.find((one) => one === 'bridge' || (one !== 'end' && holds(steps[one])));
    const message = `leads to ${wrong}; after a message only say, branch, task, text and end may follow`;
    return wrong === undefined ? [] : [{ path: [...path, 'next'], message }];
  });
}

/** True for what listens or connects; false for what only speaks, and for what is not there. */
function holds(step: Step | undefined): boolean {
  if (step === undefined) return false;
  return !['say', 'branch', 'task', 'text', 'end'].some((kind) => kind in step);
}
