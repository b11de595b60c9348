import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadFlows } from '../../../src/adapters/flows/files.ts';
import { loadPrompts } from '../../../src/adapters/prompts/files.ts';
import { scriptFrom } from '../../../src/carrier/script-check.ts';
import { ConsentryError } from '../../../src/core/error.ts';
import { compileFlow } from '../../../src/core/flow/compile.ts';
import { envelopeRules } from '../../../src/core/flow/envelope.ts';
import type { FlowShelf } from '../../../src/edges/cli/parts.ts';
import { consentry, jsonLines, lines } from './console.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let shelf: FlowShelf;
const refused = () => Promise.reject(new Error('this verb publishes'));

beforeAll(async () => {
  const flows = await loadFlows(join(root, 'flows'));
  const prompts = await loadPrompts(join(root, 'prompts'));
  shelf = {
    flows: flows.all(),
    isPublished: flows.isPublished,
    promptText: prompts.text,
    promptAudio: prompts.audioFound,
    promptNames: [],
    published: flows.published,
    lock: { append: refused, alone: refused },
  };
});

const check = (change: Partial<FlowShelf>, ...args: readonly string[]) =>
  consentry({ openFlows: async () => ({ ...shelf, ...change }) }, 'flow', 'check', ...args);

test('[cap 26] [cap 35] [cap 46] every shipped flow is proved, with states and edges and eight theorems', async () => {
  const { code, out, err } = await check({}, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const reports = jsonLines(out);
  expect(reports.map(({ flow }) => (flow as { name: string }).name)).toEqual(
    shelf.flows.map(({ name }) => name),
  );
  for (const report of reports) {
    expect(report).toMatchObject({ holds: true, published: true });
    expect(report['states']).toBeGreaterThan(20);
    expect(report['edges']).toBeGreaterThan(Number(report['states']));
    expect(report['theorems']).toHaveLength(8);
  }
});

test('one flow by name, in words', async () => {
  const { code, out } = await check({}, 'inbound');
  expect(code).toBe(0);
  const [title, ...theorems] = lines(out).slice(0, 9);
  expect(title).toMatch(/^inbound version 1 \(published\): \d+ states, \d+ edges walked$/);
  const versions = shelf.flows.filter(({ name }) => name === 'inbound');
  expect(lines(out)).toHaveLength(9 * versions.length);
  expect(theorems.map((line) => line.slice(0, 11))).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `  ${number} holds  `),
  );
});

test('a flow that is broken fails with the shortest way to see it', async () => {
  const inbound = shelf.flows.find(({ name }) => name === 'inbound');
  if (inbound === undefined) throw new Error('there is no flow inbound');
  const always = { ...envelopeRules, gateOpen: () => true };
  const broken = compileFlow(inbound.definition, always);
  const change = { flows: [broken], isPublished: () => false };
  const { code, out } = await check(change);
  expect(code).toBe(1);
  expect(out).toContain('inbound version 1 (draft)');
  expect(out).toMatch(/\n {2}1 FAILS {2}audio is kept .*\n {11}\S.*\n {11}1\. STARTED\n/);
  expect(out).toMatch(
    /\n {11}script {2}\{"answers":\[.*\],"otherwise":\{"silent":true\},"bridge":\[/,
  );
  const [report] = jsonLines((await check(change, '--json')).out);
  expect(report).toMatchObject({ holds: false, published: false });
});

test('the first failure is written as a script that the practice carrier takes', async () => {
  const inbound = shelf.flows.find(({ name }) => name === 'inbound');
  if (inbound === undefined) throw new Error('there is no flow inbound');
  const ended = { ...envelopeRules, gateOpen: () => true };
  const flows = [inbound, compileFlow(inbound.definition, ended)];
  const folder = await mkdtemp(join(tmpdir(), 'consentry-check-'));
  const file = join(folder, 'fault.json');
  const { code, out } = await check({ flows }, '--script-out', file);
  expect(code).toBe(1);
  expect(out).toContain(`wrote ${file}`);
  const script = JSON.parse(await readFile(file, 'utf8'));
  expect(scriptFrom(script)).toEqual(script);
  expect(await check({ flows }, '--script-out', file)).toMatchObject({ code: 2, out: '' });
  await rm(folder, { recursive: true });
});

test('[cap 27] a flow that asks for three purposes needs a key that refuses them all', async () => {
  const layered = shelf.flows.find(({ name }) => name === 'inbound-purposes');
  if (layered === undefined) throw new Error('there is no flow inbound-purposes');
  const { none, ...keys } = layered.definition.keys;
  expect(none).toBe('9');
  const change = { flows: [compileFlow({ ...layered.definition, keys })] };
  const { code, out } = await check(change);
  expect(code).toBe(1);
  expect(out).toMatch(/7 FAILS .*\n +3 purposes are asked for, and no key \(`none`\)/);
});

test('a prompt that is missing fails theorem 8 by name', async () => {
  const promptText: FlowShelf['promptText'] = (locale, id) =>
    id === 'recorded' ? null : shelf.promptText(locale, id);
  const { code, out } = await check({ promptText }, 'inbound');
  expect(code).toBe(1);
  expect(out).toMatch(/8 FAILS .*\n +en\/recorded is not there/);
});

test('an unknown flow is a failure that names the nearest', async () => {
  const { code, err } = await check({}, 'inbond');
  expect(code).toBe(1);
  expect(err).toMatch(/there is no flow “inbond”; allowed: .*; did you mean inbound\?/);
});

test('files that do not compile are named, one a line', async () => {
  const openFlows = () =>
    Promise.reject(new ConsentryError('flow_invalid', 'a/1.yaml:3:1: x\nb/1.yaml:4:1: y'));
  const { code, err } = await consentry({ openFlows }, 'flow', 'check');
  expect({ code, err }).toEqual({
    code: 1,
    err: 'consentry: a/1.yaml:3:1: x\nb/1.yaml:4:1: y\n',
  });
});
