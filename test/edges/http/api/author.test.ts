/** Flows and prompts written through the API, in folders of the test's own. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadFlows, lockFileIn } from '../../../../src/adapters/flows/files.ts';
import { openWorkshop, type Workshop } from '../../../../src/adapters/flows/workshop.ts';
import { rememberingCompiler } from '../../../../src/adapters/flows/yaml.ts';
import { loadPrompts } from '../../../../src/adapters/prompts/files.ts';
import { problem } from '../../../../src/edges/http/api/shapes.ts';
import {
  flowComparison,
  flowProof,
  flowPublication,
  flowText,
  flowVersion,
  promptDetail,
  promptPage,
} from '../../../../src/edges/http/api/shapes-author.ts';
import { type ThreadProver, threadProver } from '../../../../src/main/prover.ts';
import { type ApiServer, startApi } from './support.ts';

const root = join(import.meta.dirname, '../../../..');
const inbound = await readFile(join(root, 'flows/inbound/1.yaml'), 'utf8');
const second = inbound
  .replace('version: 1', 'version: 2')
  .replace(/next: ask-recording/, 'next: ask-recording # soon');

let server: ApiServer;
let prover: ThreadProver;
let scripts: Workshop;
let folder: string;
let flowsDir: string;
let promptsDir: string;
let keys: { reader: string; writer: string; publisher: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consentry-author-'));
  flowsDir = join(folder, 'flows');
  promptsDir = join(folder, 'prompts');
  prover = threadProver();
  scripts = openWorkshop({
    flowsDir,
    promptsDir,
    compile: rememberingCompiler(),
    loadPrompts: () => loadPrompts(promptsDir),
  });
  server = await startApi({ scripts, prover });
  keys = {
    reader: await server.key(['flows:read']),
    writer: await server.key(['flows:read', 'flows:write']),
    publisher: await server.key(['flows:publish']),
  };
});
afterAll(async () => {
  await server.close();
  await prover.close();
  await scripts.close();
  await rm(folder, { recursive: true });
});

const lockText = () => readFile(lockFileIn(flowsDir), 'utf8');
const currentNow = async () => (await loadFlows(flowsDir)).current('inbound')?.version;

beforeEach(async () => {
  await rm(flowsDir, { recursive: true, force: true });
  await rm(promptsDir, { recursive: true, force: true });
  await mkdir(join(flowsDir, 'inbound'), { recursive: true });
  await writeFile(join(flowsDir, 'inbound/1.yaml'), inbound);
  await cp(join(root, 'prompts/en'), join(promptsDir, 'en'), { recursive: true });
  const listed = (await readFile(join(root, 'flows/versions.lock'), 'utf8')).split('\n');
  await writeFile(lockFileIn(flowsDir), `${listed.find((line) => line.startsWith('inbound 1'))}\n`);
});

const put = (path: string, text: string, type = 'application/yaml', key = keys.writer) =>
  supertest(server.app)
    .put(path)
    .set('authorization', `Bearer ${key}`)
    .set('content-type', type)
    .send(text);
const post = (path: string, key: string, body?: object) => server.send('post', path, key, body);

describe('writing a draft', () => {
  test('makes it, changes it, and shows it as it was written', async () => {
    const made = await put('/v1/flows/inbound/2', second);
    expect([made.status, made.body.published, made.body.current]).toEqual([201, false, false]);
    expect(flowVersion.parse(made.body)).toEqual(made.body);
    const changed = await put('/v1/flows/inbound/2', second.replace('attempts: 2', 'attempts: 3'));
    expect([changed.status, changed.body.hash === made.body.hash]).toEqual([200, false]);
    const { body } = await server.get('/v1/flows/inbound/2', keys.reader);
    expect(body).toEqual(changed.body);
    expect(body.source).toContain('# soon');
    const { body: listed } = await server.get('/v1/flows/inbound', keys.reader);
    expect(listed.versions.map(({ version }: { version: number }) => version)).toEqual([1, 2]);
    expect(listed.current).toBe(1);
    expect(await readdir(flowsDir)).toEqual(['inbound', 'versions.lock']);
  });

  test('may be done in JSON, and of a flow that is new', async () => {
    const hello = { name: 'hello', version: 1, steps: { 'ask-recording': { ask: 'recording' } } };
    const { status, body } = await put(
      '/v1/flows/hello/1',
      JSON.stringify(hello),
      'application/json',
    );
    expect([status, body.name, body.definition.keys.grant]).toEqual([201, 'hello', '1']);
  });

  test('names every mistake with line, column, what is allowed and what was meant', async () => {
    const wrong = second
      .replace('role: caller', 'role: caler')
      .replace('attempts: 2', 'attempts: 9')
      .replace('speech: false', 'speach: false');
    const { status, body, type } = await put('/v1/flows/inbound/2', wrong);
    expect([status, body.code, type]).toEqual([422, 'flow_invalid', 'application/problem+json']);
    expect(problem.parse(body)).toEqual(body);
    const lineOf = (text: string) => wrong.split('\n').findIndex((line) => line.includes(text)) + 1;
    expect(body.mistakes).toEqual(
      expect.arrayContaining([
        {
          path: 'role',
          line: lineOf('role: caler'),
          column: 1,
          what: 'is not known here',
          allowed: 'caller, agent, transferee, joiner',
          suggestion: 'caller',
        },
        expect.objectContaining({ path: 'speach', line: lineOf('speach'), suggestion: 'speech' }),
        expect.objectContaining({
          path: 'steps.ask-recording.attempts',
          line: lineOf('attempts: 9'),
        }),
      ]),
    );
    expect(await readdir(join(flowsDir, 'inbound'))).toEqual(['1.yaml']);
  });

  test.each([
    ['another name', '/v1/flows/other/2', second, 'name'],
    ['another version', '/v1/flows/inbound/3', second, 'version'],
    ['no flow', '/v1/flows/inbound/2', '- a\n- b', ''],
    ['broken YAML', '/v1/flows/inbound/2', 'steps: [', ''],
    ['what nests without end', '/v1/flows/inbound/2', '['.repeat(5_000), ''],
    ['an alias', '/v1/flows/inbound/2', 'a: &a 1\nb: *a', ''],
    ['nothing', '/v1/flows/inbound/2', '', ''],
  ])('%s is refused', async (_, path, text, where) => {
    const { status, body } = await put(path, text);
    expect([status, body.code]).toEqual([422, 'flow_invalid']);
    expect(body.mistakes[0].path).toBe(where);
  });

  test.each([
    ['brackets', '['.repeat(65_000)],
    ['braces', '{a: '.repeat(16_000)],
    ['dashes', '- '.repeat(32_000)],
    ['question marks', '? '.repeat(32_000)],
    ['names', Array.from({ length: 5_000 }, (_, i) => `a${i}: 1`).join('\n')],
    ['anchors', Array.from({ length: 5_000 }, (_, i) => `- &a${i} 1`).join('\n')],
    ['quotes', '"'.repeat(65_000)],
  ])('64 KiB of %s are refused, and hold nobody up', async (_, text) => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const { status, body } = await put('/v1/flows/inbound/2', text);
    delay.disable();
    expect([422, 503]).toContain(status);
    expect(body.mistakes?.length ?? 0).toBeLessThanOrEqual(100);
    expect(delay.max / 1e6).toBeLessThan(1_000);
    expect((await server.get('/v1/flows', keys.reader)).status).toBe(200);
  });

  test.each([
    ['text', 'text/plain', second, 415],
    ['too much', 'application/yaml', `# ${'x'.repeat(70_000)}`, 413],
  ])('%s is refused', async (_, type, text, status) => {
    expect((await put('/v1/flows/inbound/2', text, type)).status).toBe(status);
  });

  test.each([
    '/v1/flows/..%2fx/1',
    '/v1/flows/Inbound/1',
    '/v1/flows/inbound/0',
    '/v1/flows/a/1e3',
  ])('%s is the name of nothing', async (path) => {
    expect((await put(path, second)).status).toBe(404);
  });

  test('what was published never changes, and may be sent again as it is', async () => {
    const changed = await put('/v1/flows/inbound/1', inbound.replace('attempts: 2', 'attempts: 3'));
    expect([changed.status, changed.body.code]).toEqual([409, 'conflict']);
    expect(changed.body.detail).toContain('write the next one');
    const same = await put('/v1/flows/inbound/1', `# a remark\n${inbound}`);
    expect([same.status, same.body.source]).toEqual([200, inbound]);
    expect(await readFile(join(flowsDir, 'inbound/1.yaml'), 'utf8')).toBe(inbound);
  });

  test('of two who write it at once one is told so, and the other’s stays', async () => {
    const texts = [2, 3].map((n) => second.replace('attempts: 2', `attempts: ${n}`));
    for (let round = 0; round < 5; round += 1) {
      await rm(join(flowsDir, 'inbound/2.yaml'), { force: true });
      const both = await Promise.all(texts.map((text) => put('/v1/flows/inbound/2', text)));
      const statuses = both.map(({ status }) => status);
      const kept = await readFile(join(flowsDir, 'inbound/2.yaml'), 'utf8');
      // They may come one after the other all the same; then the later one stays.
      if (statuses.includes(409)) {
        expect([...statuses].sort()).toEqual([201, 409]);
        expect(kept).toBe(texts[statuses.indexOf(201)]);
      } else expect([...statuses].sort()).toEqual([200, 201]);
    }
  });

  test('an unfinished draft of somebody else stops nobody', async () => {
    await writeFile(join(flowsDir, 'inbound/7.yaml'), 'name: [');
    await writeFile(join(flowsDir, 'inbound/notes.txt'), 'do not forget');
    expect((await put('/v1/flows/inbound/2', second)).status).toBe(201);
    expect((await server.get('/v1/flows/inbound/7', keys.reader)).status).toBe(404);
  });
});

describe('proving', () => {
  test('tells what was walked, and needs no body', async () => {
    const { status, body } = await post('/v1/flows/inbound/1/check', keys.writer);
    expect([status, body.holds]).toEqual([200, true]);
    expect(flowProof.parse(body)).toEqual(body);
    expect(body.states).toBeGreaterThan(50);
  });

  const unfair = second.replace(
    /(tell-unrecorded:\n {4}say: not-recorded\n {4}next: )bridge/,
    '$1end',
  );
  test('shows the shortest call that breaks a theorem, as a script', async () => {
    await put('/v1/flows/inbound/2', unfair);
    const { status, body } = await post('/v1/flows/inbound/2/check', keys.writer, {});
    expect([status, body.holds]).toEqual([200, false]);
    expect(flowProof.parse(body)).toEqual(body);
    const six = body.theorems.find(({ number }: { number: number }) => number === 6);
    expect(six.counterExamples[0].playable.script).toHaveProperty('answers');
  });

  test('what is not proved is not published, and it is said why', async () => {
    await put('/v1/flows/inbound/2', unfair);
    const before = await lockText();
    const { status, body } = await post('/v1/flows/inbound/2/publish', keys.publisher);
    expect([status, body.code]).toEqual([422, 'flow_unproved']);
    expect(body.mistakes[0]).toMatchObject({ path: 'theorem 6', what: expect.any(String) });
    expect(await lockText()).toBe(before);
  });
});

describe('publishing', () => {
  test('makes a version current, and rolling back the one before', async () => {
    await put('/v1/flows/inbound/2', second.replace('attempts: 2', 'attempts: 3'));
    const { body: compared } = await server.get('/v1/flows/inbound/2/diff', keys.reader);
    expect(flowComparison.parse(compared)).toEqual(compared);
    expect(compared).toMatchObject({ from: 1, to: 2, differences: [{ kind: 'attempts' }] });

    const published = await post('/v1/flows/inbound/2/publish', keys.publisher);
    expect([published.status, published.body.before]).toEqual([200, 1]);
    expect(flowPublication.parse(published.body)).toEqual(published.body);
    expect(await currentNow()).toBe(2);
    const again = await post('/v1/flows/inbound/2/publish', keys.publisher, {});
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);

    const back = await post('/v1/flows/inbound/rollback', keys.publisher);
    expect([back.status, back.body.flow.version, back.body.before]).toEqual([200, 1, 2]);
    expect(await currentNow()).toBe(1);
    const forth = await post('/v1/flows/inbound/rollback', keys.publisher, { version: 2 });
    expect(forth.body.flow.version).toBe(2);
    const none = await post('/v1/flows/inbound/rollback', keys.publisher, { version: 9 });
    expect(none.status).toBe(404);
  });

  test('of two who publish at once one wins, and the other gets 409', async () => {
    await put('/v1/flows/inbound/2', second);
    await put(
      '/v1/flows/inbound/3',
      second.replace('version: 2', 'version: 3').replace('attempts: 2', 'attempts: 3'),
    );
    const both = await Promise.all(
      [2, 3].map((version) => post(`/v1/flows/inbound/${version}/publish`, keys.publisher)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await lockText()).trim().split('\n')).toHaveLength(2);
  });

  /** Something happens between the proof and the publication. */
  async function publishedWhile(act: () => Promise<unknown>) {
    const prove = server.parts.prover.prove;
    Object.assign(server.parts.prover, {
      prove: async (...ask: Parameters<typeof prove>) => {
        const report = await prove(...ask);
        await act();
        return report;
      },
    });
    const answer = await post('/v1/flows/inbound/2/publish', keys.publisher);
    Object.assign(server.parts.prover, { prove });
    return answer;
  }

  test('a version that was changed while it was proved is not published', async () => {
    await put('/v1/flows/inbound/2', second);
    const other = second.replace('attempts: 2', 'attempts: 3');
    const { status, body } = await publishedWhile(() => put('/v1/flows/inbound/2', other));
    expect([status, body.code]).toEqual([409, 'conflict']);
    expect(await currentNow()).toBe(1);
  });

  test('a version whose words were changed meanwhile is not published', async () => {
    await writeFile(join(promptsDir, 'en/hello-there.txt'), 'Hello from {controller}.');
    await put('/v1/flows/inbound/2', second.replace('say: greeting', 'say: hello-there'));
    const { status, body } = await publishedWhile(() =>
      writeFile(join(promptsDir, 'en/hello-there.txt'), 'Good day from {controller}.'),
    );
    expect([status, body.code]).toEqual([409, 'conflict']);
    expect(await currentNow()).toBe(1);
  });

  test('who is busy says when to come again', async () => {
    const many = await Promise.all(
      Array.from({ length: 6 }, () => post('/v1/flows/inbound/1/check', keys.writer)),
    );
    const refused = many.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, body, headers } of refused) {
      expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '10']);
    }
  });
});

describe('prompts', () => {
  const path = (id: string, locale = 'en') => `/v1/prompts/${locale}/${id}`;
  const write = (id: string, text: string, locale?: string) =>
    server.send('put', path(id, locale), keys.writer, { text });

  test('are listed with their languages, and one is shown with its length', async () => {
    const { body } = await server.get('/v1/prompts', keys.reader);
    expect(promptPage.parse(body)).toEqual(body);
    expect(body.data).toContainEqual({ id: 'greeting', locales: ['en'], published: true });
    const { body: one } = await server.get(path('greeting'), keys.reader);
    expect(promptDetail.parse(one)).toEqual(one);
    expect(one).toMatchObject({ text: expect.stringContaining('{controller}'), faults: [] });
    expect((await server.get(path('nothing'), keys.reader)).status).toBe(404);
    expect((await server.get(path('greeting', 'en-GB'), keys.reader)).status).toBe(404);
  });

  test('are new under a name of their own, and change until a published flow speaks them', async () => {
    const made = await write('good-day', ' Good day. This is {controller}. ');
    expect([made.status, made.body.text]).toEqual([201, 'Good day. This is {controller}.']);
    expect(await readFile(join(promptsDir, 'en/good-day.txt'), 'utf8')).toBe(
      'Good day. This is {controller}.\n',
    );
    expect((await write('good-day', 'Good morning. This is {controller}.')).status).toBe(200);
    await put('/v1/flows/inbound/2', second.replace('say: greeting', 'say: good-day'));
    expect((await post('/v1/flows/inbound/2/publish', keys.publisher)).status).toBe(200);
    const late = await write('good-day', 'Good evening. This is {controller}.');
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
    expect(late.body.detail).toContain('give new words a new name');
    expect((await write('good-day', 'Good morning. This is {controller}.')).status).toBe(200);
    // A region that spoke these words would speak others.
    expect((await write('good-day', 'Good evening.', 'en-GB')).status).toBe(409);
    // A language that had none gets its first.
    expect((await write('good-day', 'Guten Tag. Hier ist {controller}.', 'de')).status).toBe(201);
  });

  test('that break the rules of wording are refused, with every rule', async () => {
    const { status, body } = await write('recording-purpose-2', 'This call may be recorded {x}.');
    expect([status, body.code]).toEqual([422, 'prompt_invalid']);
    expect(body.mistakes.map(({ what }: { what: string }) => what)).toEqual([
      'has the variable {x}',
      expect.stringContaining('whether it is recorded'),
    ]);
    expect((await server.get(path('recording-purpose-2'), keys.reader)).status).toBe(404);
  });

  test.each([
    [{ text: '' }],
    [{ text: 'two\nlines' }],
    [{ text: '\u0007' }],
    [{ text: 'x'.repeat(2_001) }],
    [{}],
    [{ text: 'x', voice: 'y' }],
  ])('%j are no words', async (body) => {
    expect((await server.send('put', path('words'), keys.writer, body)).status).toBe(422);
  });

  test.each(['/v1/prompts/..%2f..%2fx/y', '/v1/prompts/en/..%2fy', '/v1/prompts/EN/y'])(
    '%s is the name of nothing',
    async (where) => {
      expect((await server.send('put', where, keys.writer, { text: 'x' })).status).toBe(404);
    },
  );
});

test('the description names what a flow can have at its top', async () => {
  const { properties } = JSON.parse(await readFile(join(root, 'flows/schema.json'), 'utf8'));
  expect(Object.keys(flowText.shape).sort()).toEqual(Object.keys(properties).sort());
});

test('who writes does not publish, and who reads does neither', async () => {
  expect((await post('/v1/flows/inbound/1/publish', keys.writer)).status).toBe(403);
  expect(
    (await put('/v1/flows/inbound/2', second, 'application/yaml', keys.publisher)).status,
  ).toBe(403);
  expect((await put('/v1/flows/inbound/2', second, 'application/yaml', keys.reader)).status).toBe(
    403,
  );
});
