/** The READMEs say nothing that the code does not: commands, settings, paths, words and codes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { scopes } from '../src/core/access/scope.ts';
import { errorTable } from '../src/core/error.ts';
import { callArgs } from '../src/edges/cli/call-args.ts';
import { parseArguments, wantsHelp } from '../src/edges/cli/parse-arguments.ts';
import { verbs } from '../src/edges/cli/verbs.ts';
import { filesBelow, root } from './support/imports.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const readmes = ['README.md', 'flows/README.md', 'prompts/README.md'];
const readme = read('README.md');
const everything = readmes.map(read).join('\n');

/** Texts between backticks, outside of examples. */
const spans = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !/^ {4}/.test(line))
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? ''));

/** What stands under a heading, up to the next of its depth. */
function section(heading: string): string {
  const [, rest] = readme.split(`\n## ${heading}\n`);
  if (rest === undefined) throw new Error(`README.md has no section ${heading}`);
  return rest.split('\n## ')[0] ?? '';
}

/** Cells of the rows of the tables in a text, without heads. */
function rows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line, i) => line.startsWith('| ') && !lines[i + 1]?.startsWith('|---'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

const plain = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

/** The arguments of a command line, as a shell would split them, up to a pipe or a redirection. */
function argumentsIn(line: string): readonly string[] {
  const [command = ''] = line.split(/ [|>]/);
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** Throws what the program would say of a command line. */
function parse(argv: readonly string[]): void {
  const [verb, ...rest] = argv;
  if (verb === undefined || wantsHelp(argv)) return;
  const entry = verbs.get(verb);
  if (entry === undefined) throw new Error(`there is no verb ${verb}`);
  if (entry === 'call') callArgs(rest);
  else if (entry === 'serve') expect(rest).toEqual([]);
  else if (typeof entry !== 'string' && 'run' in entry) parseArguments(entry, rest);
  else if (typeof entry !== 'string') {
    const [sub = '', ...args] = rest;
    const command = entry.commands[sub];
    if (command === undefined) throw new Error(`${verb} has no ${sub}`);
    parseArguments(command, args);
  }
}

describe('commands', () => {
  const lines = [...everything.matchAll(/npx consentry ([^`\n]+)/g)].map(([, line]) => line ?? '');

  test('there are some', () => {
    expect(lines.length).toBeGreaterThan(25);
  });

  test.each([...new Set(lines)])('npx consentry %s', (line) => {
    expect(() => parse(argumentsIn(line))).not.toThrow();
  });

  test('a verb or an option that is not there would be noticed', () => {
    expect(() => parse(argumentsIn('surgeon'))).toThrow();
    expect(() => parse(argumentsIn('recording play ID'))).toThrow();
    expect(() => parse(argumentsIn('recording list --newest'))).toThrow();
  });

  test('every npm script exists', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...everything.matchAll(/\bnpm (?:run ([\w:]+)|(start|test))\b/g)];
    expect(named.length).toBeGreaterThan(4);
    const missing = named.map(([, run, short]) => run ?? short).filter((name) => !scripts[name!]);
    expect(missing).toEqual([]);
  });
});

describe('settings', () => {
  const table = rows(section('Settings'));

  test('are those that the program reads, no more and no fewer', () => {
    const asked = new Set<string>();
    const watched = new Proxy<Record<string, string>>(
      {},
      {
        get(_none, name) {
          asked.add(String(name));
          return undefined;
        },
      },
    );
    readConfig(watched);
    const told = table.flatMap(([name, , meaning]) => [
      plain(name),
      ...spans(meaning ?? '').filter((span) => span.endsWith('_FILE')),
    ]);
    expect([...told].sort()).toEqual([...asked].sort());
  });

  test('have the defaults that are told', () => {
    const told = Object.fromEntries(table.map(([name, value]) => [plain(name), plain(value)]));
    const config = readConfig({});
    expect(told).toMatchObject({
      PORT: String(config.port),
      HOST: config.host,
      DURABILITY: config.durability,
      LOG_LEVEL: config.logLevel,
    });
    const inData = (path: string) => path.replace(config.dataDir, 'DATA_DIR');
    expect(told['VAULT_URL']).toBe(inData(config.vaultDir));
    expect(told['KEYS_URL']).toBe(inData(config.kekPath));
    expect(join(root, told['DATA_DIR'] ?? '')).toBe(config.dataDir);
  });
});

describe('paths and names', () => {
  const isPath = /^(?:src|test|flows|prompts|scripts|\.ci)\/[\w./-]*$/;
  const isTopFile = /^(?:Dockerfile|compose\.yaml|package\.json|README\.md)$/;

  test('every file and folder that is named exists', () => {
    const named = spans(everything).filter((span) => isPath.test(span) || isTopFile.test(span));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('every place on the path of a call is exported where it is said to be', () => {
    const steps = rows(section('The path of a call')).map((cells) => cells.map(plain));
    expect(steps.length).toBeGreaterThan(30);
    const missing = steps.filter(([file = '', name]) => {
      const declared = `export (?:async )?(?:function\\*?|const|class) ${name}\\b`;
      return !new RegExp(declared).test(read(file));
    });
    expect(missing).toEqual([]);
  });

  test('every address of the server is one it answers, or the beginning of one', () => {
    const shapeOf = (path: string) => path.replaceAll(/\{\w+\}|\$[A-Z]+|:\w+/g, '*');
    const routes = filesBelow('src/edges/http', '.ts')
      .flatMap((file) => [...read(file).matchAll(/'(\/[\w./{}:-]+)'/g)])
      .map(([, path]) => shapeOf(path ?? ''));
    const known = [...routes, ...routes.map((path) => `/v1${path}`)];
    const address =
      /(?<=[\s`]|:8080|\.com)\/(?:v1|twilio|docs|openapi|healthz|readyz|metrics)[^`\s"?]*/g;
    const named = [...everything.matchAll(address)].map(([path]) => path.replace(/\/$/, ''));
    expect(named.length).toBeGreaterThan(12);
    const unknown = named
      .map(shapeOf)
      .filter((path) => !known.some((one) => one === path || one.startsWith(`${path}/`)));
    expect(unknown).toEqual([]);
  });

  test('every scope is named, and no other', () => {
    const told = spans(section('API')).filter((span) =>
      /^(?:[a-z]+:[a-z]+|screen|admin)$/.test(span),
    );
    expect(told).toEqual([...scopes]);
  });
});

describe('tables', () => {
  test('words mean what the code says they mean', () => {
    const [comment = ''] = read('src/core/words.ts').split('*/');
    const words = [...comment.matchAll(/^ \* ([a-z]+) {2,}(.+)$/gm)].map(([, word, meaning]) => [
      word,
      meaning,
    ]);
    expect(words.length).toBeGreaterThan(10);
    expect(rows(section('Words'))).toEqual(expect.arrayContaining(words));
  });

  test('error codes are those of the code, in its order', () => {
    const codes = Object.entries(errorTable).map(([code, [status, sentence]]) => [
      `\`${code}\``,
      String(status),
      sentence,
    ]);
    expect(rows(section('Error codes'))).toEqual(codes);
  });
});
