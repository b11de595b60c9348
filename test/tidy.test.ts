/** What neither compiler nor formatter enforces: who may import whom, and that nothing is idle. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, type Import, importsOf, root } from './support/imports.ts';

interface Rule {
  /** Folders (or files) of ours that may be imported. */
  readonly ours: readonly string[];
  /** Packages that may be imported; `node:*` for all of Node's own. */
  readonly packages: readonly string[];
}

const pureNode = ['node:crypto', 'node:buffer'];
const ownPackage: Record<string, readonly string[]> = {
  'age-header': ['age-encryption'],
  argon2: ['@node-rs/argon2'],
  lists: ['yauzl', 'saxes'],
  flows: ['yaml'],
  mail: ['nodemailer'],
  openid: ['openid-client'],
  postgres: ['postgres'],
  sftp: ['ssh2-sftp-client'],
  twilio: ['twilio'],
};

/** The table of DESIGN.md §2, row by row. */
function ruleOf(file: string): Rule {
  const [, layer, part = ''] = file.split('/');
  switch (layer) {
    case 'core':
      return { ours: ['src/core/'], packages: ['xstate', 'libphonenumber-js', ...pureNode] };
    case 'app':
      return { ours: ['src/core/', 'src/app/'], packages: [...pureNode, 'node:timers/promises'] };
    case 'adapters':
      return {
        ours: ['src/core/', 'src/app/', `src/adapters/${part}/`],
        packages: [...(ownPackage[part] ?? []), 'node:*'],
      };
    case 'edges':
      return {
        ours: ['src/core/', 'src/app/', `src/edges/${part}/`],
        packages: ['express', 'ws', 'zod', 'node:*'],
      };
    case 'carrier':
      return { ours: ['src/carrier/'], packages: ['ws', 'saxes', 'node:*'] };
    case 'config.ts':
      return { ours: [], packages: ['zod', 'node:*'] };
    case 'log.ts':
      return { ours: [], packages: ['pino', 'node:*'] };
    default: // main joins everything
      return { ours: ['src/'], packages: ['postgres', 'express', 'zod', 'node:*'] };
  }
}

const packageOf = (name: string): string =>
  name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? name);

function isAllowed({ to }: Import, rule: Rule): boolean {
  if (to.startsWith('src/')) return rule.ours.some((folder) => to.startsWith(folder));
  if (to.startsWith('node:')) return rule.packages.includes('node:*') || rule.packages.includes(to);
  return rule.packages.includes(packageOf(to));
}

const sources = filesBelow('src', '.ts');
const imports = sources.flatMap(importsOf);

describe('imports go down only', () => {
  const breaches = imports
    .filter((one) => !isAllowed(one, ruleOf(one.from)))
    .map(({ from, to }) => `${from} imports ${to}`);

  test('every import is one the layers allow', () => {
    expect(breaches).toEqual([]);
  });

  test('what adapters take from the app is types', () => {
    const wrong = imports
      .filter(({ from, to }) => from.startsWith('src/adapters/') && to.startsWith('src/app/'))
      .filter(({ typeOnly }) => !typeOnly)
      .map(({ from, to }) => `${from} takes more than types from ${to}`);
    expect(wrong).toEqual([]);
  });

  test('the check sees a breach when there is one', () => {
    const planted = { from: 'src/core/words.ts', to: 'node:fs', typeOnly: false };
    expect(isAllowed(planted, ruleOf(planted.from))).toBe(false);
    const edge = {
      from: 'src/edges/http/a.ts',
      to: 'src/adapters/twilio/twiml.ts',
      typeOnly: true,
    };
    expect(isAllowed(edge, ruleOf(edge.from))).toBe(false);
  });
});

describe('nothing is idle', () => {
  test('every source file is imported by another one', () => {
    const used = new Set(imports.map(({ to }) => to));
    const orphans = sources.filter((file) => !used.has(file) && file !== 'src/main.ts');
    expect(orphans).toEqual([]);
  });

  test('every dependency is imported somewhere', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const used = new Set(imports.map(({ to }) => packageOf(to)));
    const idle = Object.keys(manifest.dependencies).filter((name) => !used.has(name));
    expect(idle).toEqual([]);
  });
});

describe('the core is pure', () => {
  const impure =
    /\b(Date\.now|Math\.random|new Date\(\)|performance\.now|setTimeout|setInterval|randomBytes|randomUUID|process\.)/;

  test('no clock, no chance, no timers, no process', () => {
    const core = sources.filter((file) => file.startsWith('src/core/'));
    const wrong = core.filter((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .some((line) => impure.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the tree is what it says', () => {
  test('the top level holds nothing but what belongs there', () => {
    const allowed = new Set(
      'src flows prompts test scripts package.json tsconfig.json Dockerfile README.md package-lock.json biome.json compose.yaml .ci .gitignore .npmrc .dockerignore'.split(
        ' ',
      ),
    );
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    });
    const top = new Set(
      listed
        .split('\n')
        .filter(Boolean)
        .map((path) => path.split('/')[0] ?? ''),
    );
    expect([...top].filter((name) => !allowed.has(name))).toEqual([]);
  });

  test('no test is skipped, focused or unwritten', () => {
    const marks = /\b(it|test|describe)\.(skip|only|todo)\b/;
    const wrong = filesBelow('test', '.test.ts').filter(
      (file) => file !== 'test/tidy.test.ts' && marks.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });

  test('source files stay small enough to hold one idea', () => {
    const long = sources.filter(
      (file) => readFileSync(join(root, file), 'utf8').split('\n').length > 400,
    );
    expect(long).toEqual([]);
  });
});
