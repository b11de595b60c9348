import { expect, test } from 'vitest';
import { ConsentryError } from '../../../src/core/error.ts';
import { type Command, UsageError } from '../../../src/edges/cli/command.ts';
import { commandAudit } from '../../../src/edges/cli/command-audit.ts';
import { parseArguments } from '../../../src/edges/cli/parse-arguments.ts';
import { verbs } from '../../../src/edges/cli/verbs.ts';
import { consentry, opened } from './console.ts';

const commands: readonly (readonly [title: string, command: Command])[] = [...verbs].flatMap(
  ([name, verb]) => {
    if (typeof verb === 'string') return [];
    if ('run' in verb) return [[name, verb] as const];
    return Object.entries(verb.commands).map(([sub, one]) => [`${name} ${sub}`, one] as const);
  },
);
const titles = commands.map(([title]) => title);

/** As a shell splits it, as far as our examples go; what is redirected is the shell's. */
const words = (args: string): readonly string[] =>
  [...args.replace(/ > .*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );

test.each([[[]], [['--help']], [['-h']], [['help']]])('%j teaches every verb', async (argv) => {
  const { code, out, err } = await consentry({}, ...argv);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const title of [...titles, 'serve', 'call']) expect(out).toContain(`  ${title}  `);
  expect(out).toContain('serving');
});

test.each(commands)(
  '`%s --help` teaches options, defaults and examples',
  async (title, command) => {
    const { code, out, err } = await consentry({}, ...title.split(' '), '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`consentry ${title}: ${command.summary}`);
    expect(out).toContain(`Usage: consentry ${title}`);
    for (const name of Object.keys(command.options)) expect(out).toContain(`  --${name}`);
    for (const { args } of command.examples) {
      expect(out).toContain(`  consentry ${title} ${args}`.trimEnd());
    }
    expect(out.split('\n').filter((line) => line.endsWith(' '))).toEqual([]);
  },
);

const examples = commands.flatMap(([title, command]) =>
  command.examples.map(({ args }) => [title, args, command] as const),
);

test('it is said of every command what it is written down as', () => {
  expect(Object.keys(commandAudit).sort()).toEqual([...titles].sort());
});

test.each(commands)('%s has two or three examples', (_title, { examples: own }) => {
  expect([2, 3]).toContain(own.length);
});

test.each(examples)('the example `consentry %s %s` can be typed', (_title, args, command) => {
  expect(() => parseArguments(command, words(args))).not.toThrow();
});

test.each([...verbs].filter(([, verb]) => typeof verb !== 'string' && 'commands' in verb))(
  '`%s --help` names every verb below it',
  async (name, verb) => {
    const { code, out } = await consentry({}, name, '--help');
    expect(code).toBe(0);
    const subs = typeof verb === 'object' && 'commands' in verb ? Object.keys(verb.commands) : [];
    for (const sub of subs) expect(out).toContain(`  ${name} ${sub}`);
    expect(out).toContain('Examples:');
  },
);

const id = '0198c2f4-7a10-4c56-8e21-5d0f4b6a9c33';

test.each<readonly [line: string, error: string]>([
  ['recordin list', 'there is no verb “recordin”; allowed: .*; did you mean recording\\?'],
  ['toString', 'there is no verb “toString”; allowed: serve, call, .*key$'],
  ['--json', 'there is no verb “--json”; allowed: '],
  ['recording', 'recording needs to know what; allowed: list, export, verify, erase$'],
  ['recording exprot', 'recording has no “exprot”; allowed: .*; did you mean export\\?'],
  ['recording constructor', 'recording has no “constructor”; allowed: list'],
  ['recording list --limt 5', 'recording list: there is no option --limt; .*mean --limit\\?'],
  ['recording list -l', 'recording list: there is no option -l; allowed: --limit, --json, --help$'],
  ['recording list --limit', 'recording list: --limit needs a value: --limit N'],
  ['recording list --limit --json', 'recording list: --limit needs a value: --limit N'],
  ['recording list --limit=', 'recording list: --limit needs a value: --limit N'],
  ['recording list --limit 0', '--limit cannot be “0”; allowed: a whole number from 1 to 100000'],
  ['recording list --limit 1e3', '--limit cannot be “1e3”'],
  ['recording list --limit 1 --limit 2', '--limit is given twice'],
  ['recording list --json=1', '--json is a switch and takes no value'],
  ['recording list all', '“all” is too much; it takes no operand'],
  ['recording export', 'recording export: ID is missing: The recording, as'],
  ['recording export 7', '“7” is not the id of a recording; `consentry recording list` shows them'],
  [`recording export ${id} --identity-out k`, '--identity-out belongs to --age'],
  [`recording export ${id} --age`, '--age needs to know for whom'],
  [`recording export ${id} --age age1x --identity-out k`, '--age has a recipient already'],
  [`recording export ${id} --age --identity-out k --out ./k`, 'name the same file'],
  [`recording export ${id} --out -`, 'give a file name instead of -'],
  ['recording verify', 'it takes either ids of recordings or --all'],
  [`recording verify ${id} --all`, 'it takes either ids of recordings or --all'],
  [`recording erase ${id}`, 'erasing cannot be undone; --yes says that you mean it'],
  [`receipt show ${id} --text --json`, '--text prints words; leave out --json and --out'],
  ['receipt verify r.json --key nonsense', '--key is not a verifier key: name\\+hash\\+base64'],
  ['line show 12', 'NUMBER is not a telephone number; allowed: a number in international form'],
  ['line set +4930123456 --agent +4930123457 --no-agent', '--agent and --no-agent exclude'],
  ['answer', 'it takes either WORDS or --file FILE'],
  ['answer yes --file f', 'it takes either WORDS or --file FILE'],
  ['answer yes --locale en_US', '--locale is not a language tag; allowed: tags such as en'],
  ['key create --scopes admin', 'key create: --name is missing'],
  ['key create --name n', 'key create: --scopes is missing'],
  ['key create --name n --scopes admin,call:read', '“call:read”; .*did you mean calls:read\\?'],
  ['key revoke x', '“x” is not the id of an API key; `consentry key list` shows them'],
])('%s is refused in one line, with exit code 2 and nothing opened', async (line, error) => {
  const before = opened.count;
  const { code, out, err } = await consentry({ stores: {} }, ...line.split(' '));
  expect(err.trimEnd()).toMatch(new RegExp(`^consentry: .*${error}`));
  expect({ code, out, lines: err.split('\n').length }).toEqual({ code: 2, out: '', lines: 2 });
  expect(opened.count).toBe(before);
});

test('what serve and call are given is theirs, and their help is shown', async () => {
  expect(await consentry({}, 'call', '--answer', '1')).toMatchObject({ code: 2, out: '' });
  expect(await consentry({}, 'serve')).toMatchObject({ code: 0, out: '' });
  expect(await consentry({}, 'call', '--help')).toMatchObject({ out: 'help of calling\n' });
  expect(await consentry({}, 'help', 'serve')).toMatchObject({ out: 'help of serving\n' });
});

test('a failure is its public sentence and exit code 1, and the stores are closed', async () => {
  const keys = {
    keys: { list: () => Promise.reject(new ConsentryError('key_missing', 'the key is gone')) },
  } as never;
  const closed = opened.closed;
  const ran = await consentry({ stores: { keys } }, 'key', 'list');
  expect(ran).toMatchObject({ code: 1, out: '', err: 'consentry: the key is gone\n' });
  expect(opened.closed).toBe(closed + 1);
});

test.each([
  [{ code: 'ECONNREFUSED' }, 'A part this needs does not answer; try again. \\(ECONNREFUSED\\)$'],
  [{ code: '22P02' }, 'Something went wrong on our side; .* \\(22P02\\)$'],
])('an error of the system %j shows its code and not its message', async (fields, sentence) => {
  const list = () => Promise.reject(Object.assign(new Error('key (+4930123456)'), fields));
  const ran = await consentry({ stores: { keys: { keys: { list } } as never } }, 'key', 'list');
  expect(ran.code).toBe(1);
  expect(ran.err.trimEnd()).toMatch(new RegExp(`^consentry: ${sentence}`));
  expect(ran.err).not.toContain('+4930123456');
});

test.each([{}, { code: 'a code' }, { code: 7 }])(
  'what nobody foresaw (%j) is thrown on',
  async (fields) => {
    const list = () => Promise.reject(Object.assign(new Error('unforeseen'), fields));
    const stores = { keys: { keys: { list } } as never };
    await expect(consentry({ stores }, 'key', 'list')).rejects.toThrow('unforeseen');
  },
);

test('what serve and call refuse is told in the same way', async () => {
  const external = (error: Error) => {
    const verb = { summary: '', help: '', run: () => Promise.reject(error) };
    return { external: { serve: verb, call: verb } };
  };
  expect(await consentry(external(new UsageError('--answer cannot be 7')), 'call')).toMatchObject({
    code: 2,
    err: 'consentry: call: --answer cannot be 7\n',
  });
  const failed = external(new ConsentryError('unavailable', 'no server runs'));
  expect(await consentry(failed, 'call')).toMatchObject({
    code: 1,
    err: 'consentry: no server runs\n',
  });
});
