/** Publishing in a folder: the lock whole whatever happens, and running programs hear of it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadFlows, lockFileIn } from '../../src/adapters/flows/files.ts';
import { versionLock } from '../../src/adapters/flows/lock-file.ts';
import { loadPrompts } from '../../src/adapters/prompts/files.ts';
import { publishFlow, rollbackFlow, unchangedIn } from '../../src/app/publish-flow.ts';
import { openScripts, type Scripts } from '../../src/main/scripts.ts';

const root = join(import.meta.dirname, '../..');
const hash = 'ab'.repeat(32);

const errors: string[] = [];
const nothing = () => {};
const log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: (_: object, message: string) => void errors.push(message),
};

let folder = '';
let folders = { flows: '', prompts: '' };
const lockFile = () => lockFileIn(folders.flows);
const lockText = () => readFile(lockFile(), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consentry-publish-'));
  folders = { flows: join(folder, 'flows'), prompts: join(folder, 'prompts') };
  await mkdir(join(folders.flows, 'inbound'), { recursive: true });
  await cp(join(root, 'prompts'), folders.prompts, { recursive: true });
  await cp(join(root, 'flows/inbound/1.yaml'), join(folders.flows, 'inbound/1.yaml'));
  await writeFile(lockFile(), '# history\n');
  await publish(null);
});
afterEach(() => rm(folder, { recursive: true }));

/** A version of `inbound` as version 1 is, with another greeting. */
async function draft(version: number, change: (yaml: string) => string = (yaml) => yaml) {
  const first = await readFile(join(root, 'flows/inbound/1.yaml'), 'utf8');
  const yaml = first
    .replace('version: 1', `version: ${version}`)
    .replace('say: greeting', `say: greeting-${version}`);
  await writeFile(join(folders.flows, `inbound/${version}.yaml`), change(yaml));
  const words = `Hello number ${version}. This is {controller}.`;
  await writeFile(join(folders.prompts, `en/greeting-${version}.txt`), words);
}

async function shelf() {
  const flows = await loadFlows(folders.flows);
  const prompts = await loadPrompts(folders.prompts);
  return { flows: flows.all(), published: flows.published, promptText: prompts.text };
}
async function parts() {
  const before = await shelf();
  return { ...before, lock: versionLock(lockFile()), isUnchanged: unchangedIn(before, shelf) };
}
const publish = async (version: number | null) => publishFlow(await parts(), 'inbound', version);
const rollback = async (version: number | null) => rollbackFlow(await parts(), 'inbound', version);
const current = async () => (await loadFlows(folders.flows)).current('inbound')?.version;

describe('publishing', () => {
  test.each([
    ['flow', () => draft(2, (yaml) => yaml.replace("person: '0'", "person: '9'"))],
    ['prompt', () => writeFile(join(folders.prompts, 'en/greeting-2.txt'), 'Other words.')],
  ])('a %s that is written again while it is proved is not published', async (_, write) => {
    await draft(2);
    const before = await lockText();
    const proving = {
      ...(await parts()),
      prove: async () => {
        await write();
        return { holds: true } as never;
      },
    };
    await expect(publishFlow(proving, 'inbound', 2)).rejects.toMatchObject({ code: 'conflict' });
    expect(await lockText()).toBe(before);
  });

  test('proves the newest draft and makes it current; the lock gains a line', async () => {
    await draft(2);
    const before = await lockText();
    expect(await publish(null)).toMatchObject({ done: true, before: 1, report: { holds: true } });
    expect(await lockText()).toMatch(new RegExp(`^${before}inbound 2 [0-9a-f]{64}\n$`));
    expect(await current()).toBe(2);
  });

  test('refuses what is not proved, and changes nothing', async () => {
    await draft(2, (yaml) =>
      yaml.replace(/(tell-unrecorded:\n {4}say: not-recorded\n {4}next: )bridge/, '$1end'),
    );
    const before = await lockText();
    const { done, report } = await publish(2);
    expect(done).toBe(false);
    expect(report.theorems.filter(({ holds }) => !holds).map(({ number }) => number)).toEqual([6]);
    expect(await lockText()).toBe(before);
  });

  test('refuses a flow whose words are not there', async () => {
    await draft(2);
    await rm(join(folders.prompts, 'en/greeting-2.txt'));
    expect(await publish(2)).toMatchObject({ done: false });
    expect(await current()).toBe(1);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['what is current', () => publish(1), 'inbound version 1 is current already'],
    ['what is not there', () => publish(3), 'there is no version 3 of inbound to choose'],
    ['going back from the first', () => rollback(null), 'nothing was current before inbound'],
    ['going back to a draft', () => draft(2).then(() => rollback(2)), 'no version 2 of inbound'],
  ])('refuses %s', async (_, act, message) => {
    const before = await lockText();
    await expect(act()).rejects.toThrow(message);
    expect(await lockText()).toBe(before);
  });

  test('of what somebody went back from needs its number', async () => {
    await draft(2);
    await publish(null);
    await rollback(null);
    await expect(publish(null)).rejects.toThrow('there is no draft');
    expect(await publish(2)).toMatchObject({ done: true, before: 1 });
    expect(await current()).toBe(2);
  });
});

describe('going back', () => {
  test('is one line more, and going back twice leads further back', async () => {
    for (const version of [2, 3]) {
      await draft(version);
      await publish(version);
    }
    expect(await rollback(null)).toMatchObject({ done: true, before: 3 });
    expect(await current()).toBe(2);
    expect(await rollback(null)).toMatchObject({ done: true, before: 2 });
    expect(await current()).toBe(1);
    expect(await rollback(3)).toMatchObject({ done: true, before: 1 });
    const lines = (await lockText()).trim().split('\n');
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['history', ...'123213']);
  });

  test('is refused when the words of then are gone', async () => {
    await draft(2);
    await publish(2);
    await rm(join(folders.prompts, 'en/greeting.txt'));
    expect(await rollback(null)).toMatchObject({ done: false });
    expect(await current()).toBe(2);
  });
});

describe('the lock', () => {
  test('keeps the lines of all who publish at once', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `flow-${i}`);
    await Promise.all(
      names.map((name) => versionLock(lockFile()).append(() => ({ name, version: 1, hash }))),
    );
    const listed = (await lockText())
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '');
    expect(listed.slice(2).sort()).toEqual([...names].sort());
  });

  test('lets only one of two publish the same version', async () => {
    await draft(2);
    const both = await Promise.allSettled([publish(2), publish(2)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await lockText()).match(/^inbound 2 /gm)).toHaveLength(1);
  });

  test('is the old one when a writer is killed, and can be written again', async () => {
    const before = await lockText();
    const writer = join(folder, 'writer.mjs');
    const built = join(root, 'dist/adapters/flows/lock-file.js');
    await writeFile(
      writer,
      `import { versionLock } from ${JSON.stringify(built)};
       await versionLock(process.argv[2]).append(() => process.kill(process.pid, 'SIGKILL'));`,
    );
    const child = fork(writer, [lockFile()], { execArgv: [], stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(await lockText()).toBe(before);
    const beside = `${lockFile()}.new`;
    expect(await readFile(beside, 'utf8')).toBe('');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(beside, longAgo, longAgo);
    await versionLock(lockFile()).append(() => ({ name: 'other', version: 1, hash }));
    expect(await lockText()).toBe(`${before}other 1 ${hash}\n`);
  });

  test('stays as it is when the choice fails, and is free for the next', async () => {
    const before = await lockText();
    const fails = versionLock(lockFile()).append(() => {
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    expect(await lockText()).toBe(before);
    await versionLock(lockFile()).append(() => ({ name: 'other', version: 1, hash }));
    expect(await lockText()).toContain('other 1');
  });
});

describe('a running program', () => {
  let scripts: Scripts;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    errors.length = 0;
    scripts = await openScripts(folders);
    stop = scripts.watch(log, { everyMs: 20, settleMs: 40, againMs: 20 });
  });
  afterEach(() => stop());

  const hears = (version: number) =>
    expect
      .poll(() => scripts.flows.current('inbound')?.version, { timeout: 5000, interval: 10 })
      .toBe(version);

  test('hears what is published and what is taken back, words included', async () => {
    const pin = scripts.flows.current('inbound');
    await draft(2);
    await publish(null);
    await hears(2);
    expect(scripts.prompts.words('en', 'greeting-2', 'Ann')).toBe('Hello number 2. This is Ann.');
    // A call that began before goes on with what it began with.
    expect(pin && scripts.flows.pinned(pin).version).toBe(1);
    const second = scripts.flows.current('inbound');
    await rollback(null);
    await hears(1);
    expect(second && scripts.flows.pinned(second).version).toBe(2);
  });

  test('knows a version before calls begin with it: another process may be first', async () => {
    await stop();
    stop = scripts.watch(log, { everyMs: 20, settleMs: 1_000_000, againMs: 20 });
    await draft(2);
    const { report } = await publish(null);
    await expect
      .poll(
        () => {
          try {
            return scripts.flows.pinned(report.flow).version;
          } catch {
            return null;
          }
        },
        { timeout: 5000, interval: 10 },
      )
      .toBe(2);
    expect(scripts.flows.current('inbound')?.version).toBe(1);
  });

  test('goes back and forth beside a draft that is being written', async () => {
    await draft(2);
    await publish(2);
    await writeFile(join(folders.flows, 'inbound/3.yaml'), 'steps: [');
    await writeFile(join(folders.flows, 'inbound/notes.txt'), 'to do');
    await writeFile(join(folders.prompts, 'en/half.txt'), 'Half a {prompt');
    await expect(loadFlows(folders.flows)).rejects.toThrow('notes.txt: must be named');
    const flows = await loadFlows(folders.flows, 'published');
    expect(flows.all().map(({ version }) => version)).toEqual([1, 2]);
    await hears(2);
    await versionLock(lockFile()).append(([first]) => first ?? expect.unreachable());
    await hears(1);
    expect(scripts.prompts.text('en', 'half')).toBeNull();
    // What no flow speaks is still there, for who is let through.
    expect(scripts.prompts.text('en', 'not-connected')).not.toBeNull();
    await rm(join(folders.flows, 'inbound/1.yaml'));
    await expect(loadFlows(folders.flows, 'published')).rejects.toThrow('file is not there');
  });

  test('keeps the words of prompts that calls may have heard', async () => {
    await writeFile(join(folders.prompts, 'en/greeting.txt'), 'Something else, {controller}.');
    await writeFile(join(folders.prompts, 'en/greeting-2.txt'), 'A first wording, {controller}.');
    await draft(2);
    await publish(null);
    await hears(2);
    expect(scripts.prompts.words('en', 'greeting', 'Ann')).toContain('Hello.');
    expect(scripts.prompts.words('en', 'greeting-2', 'Ann')).toContain('Hello number 2.');
  });

  test('keeps the old flows while the folder is wrong, and hears the rest when it is right', async () => {
    const before = await lockText();
    await writeFile(lockFile(), 'nonsense\n');
    await expect.poll(() => errors.length, { timeout: 5000, interval: 10 }).toBeGreaterThan(0);
    expect(scripts.flows.current('inbound')?.version).toBe(1);
    // A line that goes away is wrong, too.
    await writeFile(lockFile(), '# nothing was ever published\n');
    await expect.poll(() => errors.length, { timeout: 5000, interval: 10 }).toBeGreaterThan(1);
    expect(scripts.flows.current('inbound')?.version).toBe(1);
    await writeFile(lockFile(), before);
    await draft(2);
    await publish(null);
    await hears(2);
  });
});
