import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConsentryError } from '../../../src/core/error.ts';
import { compileFlow } from '../../../src/core/flow/compile.ts';
import {
  conditions,
  type FlowDefinition,
  reservedNames,
  taskKinds,
  weekdays,
} from '../../../src/core/flow/definition.ts';
import { flowHash } from '../../../src/core/flow/hash.ts';
import { readDefinition } from '../../../src/core/flow/read.ts';
import { purposes, roles } from '../../../src/core/words.ts';
import { twoQuestions } from '../../model/flows.ts';

const { steps } = twoQuestions;
const recording = steps['recording'];

function readMistakes(change: object): readonly string[] {
  const read = readDefinition(JSON.parse(JSON.stringify({ ...twoQuestions, ...change })));
  if ('definition' in read) return [];
  return read.mistakes.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the shape of a definition', () => {
  test('a right one is read as it is', () => {
    expect(readDefinition(twoQuestions)).toEqual({ definition: twoQuestions });
  });

  test.each<[string, object, string]>([
    ['a member is nearly known', { frist: 'greet' }, 'did you mean first?'],
    ['a member is missing', { steps: undefined }, ': lacks steps'],
    ['a member is unknown', { color: 'red' }, 'color: is not known here; allowed: name, version'],
    ['a name has capitals', { name: 'Inbound' }, 'name: must be a name of lower-case letters'],
    ['a name climbs folders', { name: '../x' }, 'name: must be a name of lower-case letters'],
    ['the version is text', { version: '1' }, 'version: must be a whole number from 1 to 1000000'],
    ['the version is 0', { version: 0 }, 'version: must be a whole number'],
    ['the role is unknown', { role: 'robot' }, 'role: is not known here; allowed: caller, agent'],
    ['no language', { locales: [] }, 'locales: must list at least one language'],
    ['no such language', { locales: ['English'] }, 'locales.0: must be a language tag'],
    ['a language twice', { locales: ['en', 'en'] }, 'locales.1: en is listed twice'],
    ['speech is text', { speech: 'yes' }, 'speech: must be true or false'],
    [
      'a key is a number',
      { keys: { grant: 1, refuse: '2', person: '0' } },
      'keys.grant: must be one digit in quotes',
    ],
    [
      'a key is the star',
      { keys: { grant: '*', refuse: '2', person: '0' } },
      'keys.grant: must be',
    ],
    ['no steps', { steps: {} }, 'steps: has no step'],
    ['a list of steps', { steps: [] }, 'steps: must be a mapping'],
    [
      'a step is ours',
      { steps: { ...steps, bridge: steps['greet'] } },
      'steps.bridge: bridge is a name of ours',
    ],
    [
      'a step says and asks',
      { steps: { ...steps, greet: { ...recording, say: 'x' } } },
      'steps.greet: needs exactly one of say, ask, menu',
    ],
    [
      'a step does neither',
      { steps: { ...steps, greet: { next: 'end' } } },
      'steps.greet: needs exactly one of say, ask, menu',
    ],
    [
      'a purpose is invented',
      { steps: { ...steps, recording: { ...recording, ask: 'spying' } } },
      'steps.recording.ask: is not known here; allowed: recording',
    ],
    [
      'one attempt',
      { steps: { ...steps, recording: { ...recording, attempts: 1 } } },
      'attempts: must be a whole number from 2 to 3',
    ],
    [
      'endless attempts',
      { steps: { ...steps, recording: { ...recording, attempts: 99 } } },
      'attempts: must be',
    ],
    ['no prompt for the bridge', { bridge: { withdrawn: 'x' } }, 'bridge: lacks unrecorded'],
  ])('%s', (_, change, mistake) => {
    expect(readMistakes(change).join('\n')).toContain(mistake);
  });

  test.each([[null], ['text'], [[]], [7]])('%j is no flow', (raw) => {
    expect(readDefinition(raw)).toHaveProperty('mistakes');
  });

  test('every mistake is listed, and what is missing only once', () => {
    expect(readMistakes({ name: 'X', version: undefined, speech: 1 })).toEqual([
      ': lacks version',
      'name: must be a name of lower-case letters, digits and hyphens, at most 64',
      'speech: must be true or false',
    ]);
  });
});

describe('what the parts say to each other', () => {
  const refused = (change: Partial<FlowDefinition>): string => {
    try {
      compileFlow({ ...twoQuestions, ...change });
    } catch (error) {
      if (error instanceof ConsentryError && error.code === 'flow_invalid') return error.publicText;
      throw error;
    }
    return '';
  };
  const changed = (name: string, change: object) => ({
    steps: { ...steps, [name]: { ...steps[name], ...change } } as FlowDefinition['steps'],
  });

  test.each<[string, Partial<FlowDefinition>, string]>([
    ['the first step is not there', { first: 'gone' }, 'first: there is no step "gone"'],
    ['the bridge is no first step', { first: 'bridge' }, 'first: there is no step "bridge"'],
    [
      'a step leads nowhere',
      changed('greet', { next: 'gone' }),
      'steps.greet.next: there is no step "gone"; there are greet, recording',
    ],
    [
      'a name of every object is no step',
      changed('greet', { next: 'constructor' }),
      'there is no step "constructor"',
    ],
    [
      'a refusal hangs up',
      changed('recording', { refused: 'end' }),
      'steps.recording.refused: there is no step "end"',
    ],
    [
      'a step leads to itself',
      changed('thanks', { next: 'thanks' }),
      'steps.thanks: leads back to itself',
    ],
    [
      'steps lead in a circle',
      changed('thanks', { next: 'recording' }),
      'steps.recording: leads back to itself',
    ],
    [
      'nothing leads to a step',
      changed('transcription', { granted: 'bridge' }),
      'steps.thanks: no other step leads here',
    ],
    [
      'a purpose is asked for twice',
      changed('transcription', { ask: 'recording' }),
      'steps.transcription.ask: recording is asked for in step recording',
    ],
    [
      'a key means two things',
      { keys: { grant: '1', refuse: '1', person: '0' } },
      'keys: grant, refuse, person need different keys',
    ],
  ])('%s', (_, change, mistake) => {
    expect(refused(change)).toContain(mistake);
  });

  test('all mistakes are listed, one a line', () => {
    expect(
      refused({ first: 'gone', keys: { grant: '1', refuse: '1', person: '1' } }).split('\n'),
    ).toHaveLength(6);
  });
});

describe('the hash of a definition', () => {
  test('does not depend on the order of members', () => {
    const turned = Object.fromEntries(Object.entries(twoQuestions).reverse());
    expect(flowHash(turned as never)).toBe(flowHash(twoQuestions));
  });

  test.each([
    { version: 2 },
    { speech: true },
    { locales: ['en', 'de'] },
    { keys: { grant: '2', refuse: '1', person: '0' } },
    { bridge: { withdrawn: 'x', unrecorded: 'y' } },
  ])('changes with %j', (change) => {
    expect(flowHash({ ...twoQuestions, ...change })).not.toBe(flowHash(twoQuestions));
  });
});

test('a compiled flow says what it asks and speaks', () => {
  const flow = compileFlow(twoQuestions);
  expect(flow.purposes).toEqual(['recording', 'transcription']);
  expect(flow.promptIds).toEqual([
    'greeting',
    'recording-purpose',
    'recording-choices',
    'recording-retry',
    'transcription-purpose',
    'transcription-choices',
    'transcription-retry',
    'thanks',
    'stopped',
    'not-recorded',
  ]);
});

test('the schema for editors offers what the program takes', async () => {
  const file = join(import.meta.dirname, '../../../flows/schema.json');
  const { properties, $defs } = JSON.parse(await readFile(file, 'utf8'));
  expect(properties.role.enum).toEqual(roles);
  expect($defs.ask.properties.ask.enum).toEqual(purposes);
  expect(properties.steps.propertyNames.not.enum).toEqual(reservedNames);
  expect(
    Object.keys(properties).filter((name) => !['hours', 'person', 'timeout'].includes(name)),
  ).toEqual(Object.keys(twoQuestions));
  expect($defs.branch.properties.branch.items.properties.when.enum).toEqual(conditions);
  expect($defs.branch.properties.branch.items.properties.purpose.enum).toEqual(purposes);
  expect($defs.task.properties.task.enum).toEqual(taskKinds);
  expect(properties.hours.properties.open.propertyNames.enum).toEqual(weekdays);
});
