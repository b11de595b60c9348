/** The page that teaches how to write flows: every example on it is a flow that holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileYaml } from '../../../src/adapters/flows/yaml.ts';
import { proveFlow } from '../../../src/core/flow/check.ts';
import { promptBreaches } from '../../../src/core/flow/prompt-rules.ts';
import { prompts, shipped } from '../../model/flows.ts';

const page = readFileSync(join(import.meta.dirname, '../../../flows/README.md'), 'utf8');

/** Indented blocks that begin with a name: whole flows. */
const examples = page
  .split(/\n(?! {4}|\n)/)
  .flatMap((part) => /(?:^|\n)( {4}name: [\s\S]*)/.exec(part)?.[1] ?? [])
  .map((block) => block.replace(/^ {4}/gm, ''))
  .map((text) => [/^name: (.+)$/m.exec(text)?.[1] ?? '', text] as const);

test('the page has an example for each kind of step, the first one of five lines', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
  expect(examples[0]?.[1].trim().split('\n')).toHaveLength(5);
  const text = examples.map(([, example]) => example).join('\n');
  for (const kind of [
    'say',
    'ask',
    'menu',
    'language',
    'branch',
    'task',
    'dial',
    'queue',
    'voicemail',
    'rate',
    'text',
    'end',
  ]) {
    expect(text).toContain(` ${kind}: `.replace('branch: ', 'branch:'));
  }
});

describe('an example', () => {
  test.each(examples)('%s compiles, and every theorem holds of it', (name, text) => {
    const flow = compileYaml(`${name}.yaml`, text);
    expect(proveFlow(flow).counterExamples).toEqual([]);
    expect(promptBreaches(flow.definition, prompts.text)).toEqual([]);
  });
});

test('every flow that is shipped is on the page, and no other', () => {
  const [, list = ''] = page.split('## Flows to start from');
  const [table = ''] = list.split('\n## ');
  const named = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name ?? '');
  expect([...named].sort()).toEqual([...new Set(shipped.all().map(({ name }) => name))].sort());
});
