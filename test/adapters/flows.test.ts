import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadFlows } from '../../src/adapters/flows/files.ts';
import { compileYaml, rememberingCompiler } from '../../src/adapters/flows/yaml.ts';
import { ConsentryError } from '../../src/core/error.ts';

const shipped = join(import.meta.dirname, '../../flows');
const inbound = await readFile(join(shipped, 'inbound/1.yaml'), 'utf8');

async function mistakes(load: () => unknown): Promise<string> {
  try {
    await load();
  } catch (error) {
    if (error instanceof ConsentryError && error.code === 'flow_invalid') return error.publicText;
    throw error;
  }
  return '';
}

describe('a flow in YAML', () => {
  const wrong = (from: string | RegExp, to: string) =>
    mistakes(() => compileYaml('1.yaml', inbound.replace(from, to)));

  test('that is right is compiled', () => {
    expect(compileYaml('1.yaml', inbound)).toMatchObject({ name: 'inbound', version: 1 });
  });

  test.each<[string, string | RegExp, string, string]>([
    [
      'a wrong target',
      'granted: tell-recorded',
      'granted: tell',
      '1.yaml:21:5: steps.ask-recording.granted: there is no step "tell"',
    ],
    ['a wrong value', 'speech: false', 'speech: no', '1.yaml:7:1: speech: must be true or false'],
    [
      'an unknown member',
      'version: 1',
      'version: 1\ncolour: red',
      '1.yaml:5:1: colour: is not known here',
    ],
    ['a missing member', '    next: ask-recording\n', '', '1.yaml:11:3: steps.greet: lacks next'],
    [
      'a member twice',
      'version: 1',
      'version: 1\nversion: 1',
      '1.yaml:5:1: Map keys must be unique',
    ],
    [
      'an alias',
      'first: greet',
      'first: &a greet\nname2: *a',
      '1.yaml:10:8: an alias is not allowed in a flow',
    ],
    ['bad YAML', 'steps:', 'steps: [', '1.yaml:'],
    ['an unknown tag', 'name: inbound', 'name: !!js/function x', '1.yaml:3:7: Unresolved tag'],
  ])('with %s is refused at its line and column', async (_, from, to, mistake) => {
    expect(await wrong(from, to)).toContain(mistake);
  });

  test('lists all of its mistakes', async () => {
    const text = inbound.replace('say: greeting', 'say: 5').replace('role: caller', 'role: x');
    expect((await mistakes(() => compileYaml('1.yaml', text))).split('\n')).toHaveLength(2);
  });

  test('that is no flow at all, or too long, is refused', async () => {
    for (const text of ['', 'text', '- a', '# '.repeat(200_000)]) {
      expect(await mistakes(() => compileYaml('1.yaml', text))).toContain('1.yaml');
    }
  });
});

describe('a folder of flows', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consentry-flows-'));
    const lines: string[] = [];
    for (const name of ['agent', 'inbound']) {
      await mkdir(join(folder, name));
      await cp(join(shipped, name, '1.yaml'), join(folder, name, '1.yaml'));
      const { hash } = compileYaml('1.yaml', await readFile(join(folder, name, '1.yaml'), 'utf8'));
      lines.push(`${name} 1 ${hash}\n`);
    }
    await write('versions.lock', lines.join(''));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  test('gives the current version, and finds a pinned one', async () => {
    const flows = await loadFlows(folder);
    const flow = flows.current('inbound');
    expect(flow).toMatchObject({ name: 'inbound', version: 1 });
    expect(flows.current('gone')).toBeNull();
    expect(flow && flows.pinned(flow)).toBe(flow);
    expect(() => flows.pinned({ name: 'inbound', version: 1, hash: '00' })).toThrow('flow_invalid');
  });

  test('keeps a draft from running until it is published', async () => {
    await write('inbound/2.yaml', inbound.replace('version: 1', 'version: 2'));
    const before = await loadFlows(folder);
    expect(before.current('inbound')?.version).toBe(1);
    const draft = before.all().find(({ version }) => version === 2);
    expect(draft && before.isPublished(draft)).toBe(false);
    expect(() => before.pinned(draft as never)).toThrow('flow_invalid');

    const lock = await readFile(join(folder, 'versions.lock'), 'utf8');
    await write('versions.lock', `${lock}inbound 2 ${draft?.hash}\n`);
    expect((await loadFlows(folder)).current('inbound')?.version).toBe(2);

    await write('versions.lock', `${lock}inbound 2 ${draft?.hash}\n${lock}`);
    const after = await loadFlows(folder);
    expect(after.current('inbound')?.version).toBe(1);
    expect(draft && after.pinned(draft).version).toBe(2);
  });

  test('compiles again only what has changed', async () => {
    const compile = rememberingCompiler();
    const before = await loadFlows(folder, undefined, compile);
    await write('inbound/2.yaml', inbound.replace('version: 1', 'version: 2'));
    const after = await loadFlows(folder, undefined, compile);
    expect(after.current('agent')).toBe(before.current('agent'));
    expect(after.current('inbound')).toBe(before.current('inbound'));
    await write('inbound/1.yaml', `# a remark\n${inbound}`);
    expect((await loadFlows(folder, undefined, compile)).current('inbound')).not.toBe(
      before.current('inbound'),
    );
  });

  test('refuses a published version that was changed', async () => {
    await write('inbound/1.yaml', inbound.replace('attempts: 2', 'attempts: 3'));
    expect(await mistakes(() => loadFlows(folder))).toContain(
      'was published and has changed since',
    );
  });

  test('takes a remark in a published version for no change', async () => {
    await write('inbound/1.yaml', `# a remark\n${inbound}`);
    expect(await mistakes(() => loadFlows(folder))).toBe('');
  });

  test('refuses a published version that was taken away', async () => {
    await rm(join(folder, 'agent'), { recursive: true });
    expect(await mistakes(() => loadFlows(folder))).toContain('agent version 1 was published');
  });

  test('refuses a file that says it is another flow', async () => {
    await mkdir(join(folder, 'other'));
    await write('other/1.yaml', inbound);
    expect(await mistakes(() => loadFlows(folder))).toContain('says it is inbound version 1');
  });

  test('refuses a file with a strange name, and a line that is none', async () => {
    await write('versions.lock', 'inbound\n');
    expect(await mistakes(() => loadFlows(folder))).toContain('versions.lock:1:1: must be');
    await write('inbound/new.yaml', inbound);
    expect(await mistakes(() => loadFlows(folder))).toContain('must be named after its version');
  });
});
