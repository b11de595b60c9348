/** Lists from files to memory: imported, judged, put in force, loaded, damaged, taken back. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskFile } from '../../../src/adapters/lists/disk-file.ts';
import { type ListShelf, openShelf } from '../../../src/adapters/lists/shelf.ts';
import { readSource } from '../../../src/adapters/lists/source.ts';
import { followLists } from '../../../src/app/follow-lists.ts';
import { type ImportWanted, importList } from '../../../src/app/import-list.ts';
import { type ListsInMemory, listsInMemory } from '../../../src/app/loaded-lists.ts';
import type { Log } from '../../../src/app/ports.ts';
import { mayRelyOn } from '../../../src/core/suppression/decide.ts';
import { nothingTold } from '../../../src/core/suppression/list-use.ts';

let folder: string;
let shelf: ListShelf;
let now: number;
const key = Buffer.alloc(32, 7);
const noted: string[] = [];
const log: Log = {
  debug() {},
  info() {},
  warn: (_, message) => void noted.push(message),
  error: (_, message) => void noted.push(message),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'consentry-lists-'));
  shelf = openShelf(join(folder, 'lists'), key);
  now = Date.UTC(2026, 10, 20, 8);
  noted.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const numbers = (area: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `${area},${2_000_000 + from + i}`);

function file(content: string | Buffer, name = 'list.txt'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Asked extends Partial<ImportWanted> {
  readonly path?: string;
  /** True: it comes into force whatever stands against it, as if people had vouched. */
  readonly isVouched?: boolean;
}

/** As whoever runs imports does: what is sound is put in force. */
async function run(content: string | Buffer, { path, isVouched = false, ...change }: Asked = {}) {
  now += 60_000;
  const parts = { shelf, readSource, clock: { now: () => now, monotonic: () => now } };
  const list = change.list ?? 'national-US';
  const report = await importList(parts, {
    list,
    file: await diskFile(path ?? file(content, 'run.txt')),
    kind: 'full',
    obtainedAt: now,
    accountToken: null,
    told: nothingTold,
    expected: { sha256: null, count: null },
    dryRun: false,
    progress: async () => {},
    ...change,
  });
  const inForce = report.version !== null && (report.doubts.length === 0 || isVouched);
  if (inForce && report.version !== null) await shelf.activate(list, report.version);
  return { ...report, inForce };
}

async function load(): Promise<ListsInMemory> {
  const memory = listsInMemory();
  const follower = followLists({ shelf, memory, log });
  await follower.look();
  await follower.filled();
  return memory;
}

const lists = (memory: ListsInMemory, number: string) =>
  memory.hits(number, 'call').map(({ list }) => list);

describe('a file', () => {
  const text = ['number', '(201) 200-0000', '2012000001', '+442079460018', ''].join('\n');
  const rows = text.trim().split('\n');

  function zipped(name: string, files: Record<string, string>): string {
    const inside = mkdtempSync(join(folder, 'zip-'));
    for (const [path, content] of Object.entries(files)) {
      execFileSync('mkdir', ['-p', join(inside, path, '..')]);
      writeFileSync(join(inside, path), content);
    }
    execFileSync('python3', [
      '-c',
      'import sys,os,zipfile\nz=zipfile.ZipFile(sys.argv[1],"w",zipfile.ZIP_DEFLATED)\n[z.write(os.path.join(d,f),os.path.relpath(os.path.join(d,f),sys.argv[2])) for d,_,fs in os.walk(sys.argv[2]) for f in fs]',
      join(folder, name),
      inside,
    ]);
    return join(folder, name);
  }

  const sheet = (cells: readonly string[]) =>
    `<worksheet><sheetData>${cells
      .map(
        (cell, i) =>
          `<row r="${i + 1}"><c r="A${i + 1}" t="inlineStr"><is><t>${cell}</t></is></c></row>`,
      )
      .join('')}</sheetData></worksheet>`;

  test.each([
    ['text', () => file(text)],
    ['gzip', () => file(gzipSync(text), 'list.dat')],
    ['zip', () => zipped('list.zip', { 'a.txt': `${rows[1]}\n`, 'b/c.csv': text })],
    [
      'XLSX with words of its own',
      () =>
        zipped('list.xlsx', {
          'xl/workbook.xml': '<workbook/>',
          'xl/sharedStrings.xml': `<sst>${rows.map((row) => `<si><t>${row}</t></si>`).join('')}</sst>`,
          'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows
            .map((_, i) => `<row r="${i + 1}"><c t="s"><v>${i}</v></c></row>`)
            .join('')}</sheetData></worksheet>`,
        }),
    ],
    [
      'XLSX with words in its cells',
      () =>
        zipped('list.xlsx', {
          'xl/workbook.xml': '<workbook/>',
          'xl/worksheets/sheet1.xml': sheet(rows),
        }),
    ],
    [
      'XLSX whose elements have a prefix, and whose parts are written large',
      () =>
        zipped('list.xlsx', {
          'xl/workbook.xml': '<x:workbook xmlns:x="x"/>',
          'xl/SharedStrings.xml': `<x:sst>${rows.map((row) => `<x:si><x:t>${row}</x:t></x:si>`).join('')}</x:sst>`,
          'xl/worksheets/Sheet1.xml': `<x:worksheet><x:sheetData>${rows
            .map((_, i) => `<x:row r="${i + 1}"><x:c t="s"><x:v>${i}</x:v></x:c></x:row>`)
            .join('')}</x:sheetData></x:worksheet>`,
        }),
    ],
  ])('of %s is read', async (_, make) => {
    const report = await run('', { path: make(), list: 'litigator' });
    expect(report).toMatchObject({ inForce: true, total: 3 });
    const memory = await load();
    for (const number of ['+12012000000', '+12012000001', '+442079460018']) {
      expect(lists(memory, number)).toEqual(['litigator']);
    }
    expect(lists(memory, '+12012000002')).toEqual([]);
  });

  test('of XML is read, and its changes', async () => {
    const full =
      '<list type="full"><ac val="201"><ph val="2000000"/><ph val="2000001"/></ac></list>';
    expect(await run(full)).toMatchObject({ total: 2 });
    const change =
      '<list><ac val="201"><ph val="2000001" chg="D"/><ph val="2000002" chg="A"/></ac></list>';
    expect(await run(change, { kind: 'change' })).toMatchObject({ total: 2, inForce: true });
    expect(lists(await load(), '+12012000001')).toEqual([]);
  });

  const both = ['+12012000000', '+12012000001'];
  test.each([
    ['whole', '<l><n>2012000000</n><n>(201) 200-0001</n></l>', both],
    ['in parts', '<l><r><a>201</a><n>2000000</n></r><r><a>201</a><n>2000001</n></r></l>', both],
    ['in attributes', '<l date="20260301"><n id="1234567" x="2012000000"/></l>', both.slice(0, 1)],
    ['with a word', '<l><r><n>2012000000</n><s>A</s><d>2026-03-01</d></r></l>', both.slice(0, 1)],
    ['of everywhere', '<l count="2015550100"><n>+442079460018</n></l>', ['+442079460018']],
  ])('of XML with numbers %s is read', async (_, text, numbers) => {
    expect(await run(text, { list: 'litigator' })).toMatchObject({ total: numbers.length });
    const memory = await load();
    for (const number of numbers) expect(lists(memory, number)).toEqual(['litigator']);
  });

  test.each([
    [
      'in elements around them',
      '<l><add><n>2012000002</n></add><delete><n>2012000001</n></delete></l>',
    ],
    ['around each', '<l><add no="2012000002"/><remove no="2012000001"/></l>'],
    ['behind them', '<l><r><n>2012000002</n><c>A</c></r><r><n>2012000001</n><c>D</c></r></l>'],
    ['before them', '<l><r><c>A</c><n>2012000002</n></r><r><c>D</c><n>2012000001</n></r></l>'],
  ])('of XML has its changes %s, and is known for a list of changes', async (_, text) => {
    await run('2012000000\n2012000001');
    const report = await run(text, { kind: null });
    expect(report).toMatchObject({ kind: 'change', inForce: true, total: 2 });
    const memory = await load();
    expect(lists(memory, '+12012000001')).toEqual([]);
    expect(lists(memory, '+12012000002')).toEqual(['national-US']);
  });

  test('of XML names the lines of what is no number, or says nothing of it', async () => {
    const rows = numbers(201, 10).map((one) => `<r><n>${one.replace(',', '')}</n><c>A</c></r>`);
    await run('2013000000');
    const text = `<l>\n${rows.join('\n')}\n<n>2013000001</n>\n<n>2011000000</n>\n</l>`;
    const { tally } = await run(text, { kind: 'change' });
    expect(tally).toMatchObject({
      added: 10,
      examples: [
        { line: 12, why: 'no-change' },
        { line: 13, why: 'invalid-number' },
      ],
    });
  });

  test.each([
    ['text', '2012000001,A\n2012000000,D', '2012000000\n2012000001'],
    ['gzip', gzipSync('A,2012000001\nD,2012000000'), gzipSync('2012000000\n2012000001')],
  ])('of %s tells whether it is a list of changes', async (_, changes, full) => {
    expect(await run(full, { kind: null })).toMatchObject({ kind: 'full', total: 2 });
    expect(await run(changes, { kind: null })).toMatchObject({ kind: 'change', total: 1 });
    expect((await shelf.current('national-US'))?.total).toBe(2);
    // Said to be a full list, it waits for people.
    const said = await run(changes, { list: 'state-US-FL', kind: 'full' });
    expect(said).toMatchObject({ inForce: false, doubts: [{ is: 'holds-changes' }] });
    expect(said.kind).toBeUndefined();
  });

  test('names the row of a workbook, and the file of an archive', async () => {
    const cells = [...numbers(201, 20), 'hello 1'].map((one) => one.replace(',', ''));
    const workbook = {
      'xl/workbook.xml': '<workbook/>',
      'xl/worksheets/sheet1.xml': sheet(cells).replaceAll(
        /(<row r="|<c r="A)(\d+)/g,
        (_, begin: string, row: string) => `${begin}${Number(row) + 4}`,
      ),
    };
    expect((await run('', { path: zipped('rows.xlsx', workbook) })).tally).toMatchObject({
      added: 20,
      examples: [{ line: 25, why: 'no-number' }],
    });
    const files = { 'a.txt': 'number\n2012000000\n', 'b.txt': 'number\n\nhello 1\n' };
    const { tally } = await run('', { path: zipped('two.zip', files), list: 'litigator' });
    expect(tally?.examples).toEqual([{ file: expect.any(Number), line: 3, why: 'no-number' }]);
  });

  test.each([
    ['of nobody', '\n'],
    ['with nothing but names', 'area,number'],
    ['in which no number is found', '<list><n v="hello"/></list>'],
  ])('%s waits for two people: nobody would be on the list', async (_, text) => {
    const report = await run(text, { list: 'tps-GB' });
    expect(report).toMatchObject({ inForce: false, doubts: [{ is: 'empty' }] });
  });

  test.each([
    ['a zip that is cut off', () => Buffer.from('504b0304aaaaaaaa', 'hex')],
    ['gzip that is cut off', () => gzipSync(numbers(201, 10_000).join('\n')).subarray(0, 900)],
    ['XML that is cut off', () => '<list><ac val="201"><ph val="2000000"/>'],
  ])('that is %s is refused, and nothing is left behind', async (_, make) => {
    await expect(run(make())).rejects.toMatchObject({ code: 'list_unreadable' });
    expect(await shelf.versions('national-US')).toEqual([]);
  });

  test('that is not there is refused', async () => {
    const path = join(folder, 'none');
    await expect(run('', { path })).rejects.toMatchObject({ code: 'list_unreadable' });
  });
});

describe('a version', () => {
  const thousand = numbers(201, 1_000).join('\n');

  test('is judged and not written in a dry run', async () => {
    const report = await run(thousand, { dryRun: true });
    expect(report).toMatchObject({ version: null, inForce: false, total: 1_000 });
    expect(await shelf.versions('national-US')).toEqual([]);
    expect(await shelf.current('national-US')).toBeNull();
  });

  test('of the same file is the one that is in force', async () => {
    const obtainedAt = now;
    const first = await run(thousand, { obtainedAt });
    const again = await run(thousand, { obtainedAt });
    expect(again).toMatchObject({ isRepeat: true, version: first.version });
    expect(await shelf.versions('national-US')).toHaveLength(1);
    // Downloaded again, it is as old as that download.
    const later = await run(thousand, { obtainedAt: obtainedAt + 1 });
    expect(later).toMatchObject({ isRepeat: false, inForce: true });
  });

  test('that shrinks by over one in a hundred waits', async () => {
    await run(thousand);
    const less = numbers(201, 989).join('\n');
    expect(await run(less)).toMatchObject({ inForce: false, doubts: [{ is: 'shrinks' }] });
    expect((await shelf.current('national-US'))?.total).toBe(1_000);
  });

  test('that shrinks by one in a hundred comes into force', async () => {
    await run(thousand);
    expect(await run(numbers(201, 990).join('\n'))).toMatchObject({ inForce: true, doubts: [] });
  });

  test('that lacks an area code waits, however many numbers it has', async () => {
    await run([...numbers(201, 1_000), '305,2000000'].join('\n'));
    const more = await run(numbers(201, 2_000).join('\n'));
    expect(more).toMatchObject({
      inForce: false,
      doubts: [{ is: 'area-missing', areas: ['305'] }],
    });
  });

  test('that is made of what is no list waits', async () => {
    const report = await run([...numbers(201, 10), ...Array(5).fill('hello')].join('\n'));
    expect(report).toMatchObject({ inForce: false, doubts: [{ is: 'many-rejected' }] });
  });

  test('by changes needs one to change, and changes that fit it', async () => {
    await expect(run('A,2012000000', { kind: 'change' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await run(thousand);
    const fits = await run('A,2015550100\nD,2012000000', { kind: 'change' });
    expect(fits).toMatchObject({ inForce: true, total: 1_000 });
    const twice = await run(
      [...numbers(201, 500).map((one) => `A,${one.replace(',', '')}`)].join('\n'),
      { kind: 'change' },
    );
    expect(twice.doubts).toMatchObject([{ is: 'does-not-follow' }]);
    expect(twice.inForce).toBe(false);
  });

  test.each(['full', 'change'] as const)(
    'of the kind %s that was obtained before the version in force waits',
    async (kind) => {
      const first = await run(numbers(201, 1_000).join('\n'));
      const [content, obtainedAt] = [numbers(201, 1_001), now - 1];
      const lines = kind === 'full' ? content : ['A,2012001000'];
      const older = await run(lines.join('\n'), { kind, obtainedAt });
      expect(older).toMatchObject({ inForce: false, doubts: [{ is: 'older' }] });
      expect((await shelf.current('national-US'))?.version).toBe(first.version);
      const same = await run(lines.join('\n'), { kind, obtainedAt: obtainedAt + 1 });
      expect(same).toMatchObject({ inForce: true, doubts: [] });
    },
  );

  test('that is not the file it was said to be, or has not as many numbers, waits', async () => {
    const sha256 = 'a'.repeat(64);
    expect(await run(thousand, { expected: { sha256, count: 1_000 } })).toMatchObject({
      inForce: false,
      doubts: [{ is: 'wrong-hash', expected: sha256 }],
    });
    expect(await run(thousand, { expected: { sha256: null, count: 1_001 } })).toMatchObject({
      inForce: false,
      doubts: [{ is: 'wrong-count', expected: 1_001, found: 1_000 }],
    });
    const right = createHash('sha256').update(thousand).digest('hex');
    expect(await run(thousand, { expected: { sha256: right, count: 1_000 } })).toMatchObject({
      inForce: true,
    });
  });

  test('that is retired is not in force, nor in memory any more, and lies there still', async () => {
    const { version } = await run(thousand);
    const memory = listsInMemory();
    const follower = followLists({ shelf, memory, log });
    await follower.look();
    expect(lists(memory, '+12012000000')).toEqual(['national-US']);
    await shelf.retire('national-US');
    await follower.look();
    expect(lists(memory, '+12012000000')).toEqual([]);
    expect([await shelf.current('national-US'), await shelf.versions('national-US')]).toEqual([
      null,
      [version],
    ]);
    await follower.stop();
  });
});

test('area codes with few numbers take no million bytes, and are changed like others', async () => {
  const many = numbers(212, 70_000);
  const { version } = await run([...numbers(201, 3), ...many, '+442079460018'].join('\n'));
  const names = readdirSync(join(folder, 'lists', 'national-US', version!));
  expect(names.sort()).toEqual(['212.bits', 'manifest.json', 'world.numbers']);
  const memory = await load();
  for (const number of ['+12012000002', '+12122069999', '+442079460018']) {
    expect(lists(memory, number)).toEqual(['national-US']);
  }
  for (const number of ['+12012000003', '+12122070000', '+442079460019', '+13052000000']) {
    expect(lists(memory, number)).toEqual([]);
  }
  await run('D,2012000001\nA,2013000000', { kind: 'change', isVouched: true });
  const after = await load();
  expect([lists(after, '+12012000001'), lists(after, '+12013000000')]).toEqual([
    [],
    ['national-US'],
  ]);
  expect(after.loaded()[0]?.total).toBe(70_004);
});

describe('what lies on disk', () => {
  test('is refused when one bit of it is another', async () => {
    const { version } = await run(numbers(201, 70_000).join('\n'));
    const path = join(folder, 'lists', 'national-US', version!, '201.bits');
    const bytes = readFileSync(path);
    bytes[5_000] = 1;
    writeFileSync(path, bytes);
    const memory = await load();
    expect(memory.loaded()).toEqual([]);
    expect(memory.unreadable()).toEqual(['national-US']);
    expect(noted).toEqual(['a list is damaged and not used any more']);
  });

  const spoilt: readonly (readonly [string, (path: string, version: string) => void])[] = [
    ['is damaged', (path, version) => spoil(join(path, version, '201.bits'))],
    ['has no manifest', (path, version) => rmSync(join(path, version, 'manifest.json'))],
    ['has a manifest that is none', (path, version) => spoil(join(path, version, 'manifest.json'))],
    ['is not there', (path, version) => rmSync(join(path, version), { recursive: true })],
    ['is named by nothing', (path) => writeFileSync(join(path, 'current'), '')],
    ['lies in what cannot be read', (path) => unreadable(path)],
  ];
  const spoil = (path: string): void => writeFileSync(path, 'x');
  /** As for whoever may not read it: the tests may be run by whom nothing is forbidden. */
  const unreadable = (path: string): void => {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, '');
  };
  /** Whether a sale to a number of nobody is held, for the one list that is not there is needed. */
  const isHeld = (memory: ListsInMemory, list: string) => {
    const state = memory.states().get(list);
    return state !== undefined && !mayRelyOn(state, 'call', now, 31);
  };

  test.each(
    ['litigator', 'reassigned', 'wireless'].flatMap((list) =>
      spoilt.map(([is, make]) => [list, is, make] as const),
    ),
  )('whoever has the list %s that %s is held', async (list, _, make) => {
    const { version } = await run(numbers(201, 70_000).join('\n'), { list });
    make(join(folder, 'lists', list), version!);
    const memory = await load();
    expect([memory.loaded(), memory.unreadable()]).toEqual([[], [list]]);
    expect(isHeld(memory, list)).toBe(true);
    const again = await run(numbers(201, 70_001).join('\n'), { list }).catch(() => null);
    if (again === null || again.version === null) return;
    await shelf.activate(list, again.version);
    const after = await load();
    expect([after.unreadable(), isHeld(after, list)]).toEqual([[], false]);
  });

  test('whoever cannot read any list is held by those that no rule asks for', async () => {
    unreadable(join(folder, 'lists'));
    const memory = await load();
    expect(['litigator', 'reassigned', 'wireless'].every((list) => isHeld(memory, list))).toBe(
      true,
    );
  });

  test('whoever has no list at all is not held by one', async () => {
    rmSync(join(folder, 'lists'), { recursive: true, force: true });
    expect((await load()).states().size).toBe(0);
  });

  test('a list that is retired or mended is not held any more, and one that is not, stays held', async () => {
    const { version } = await run(numbers(201, 70_000).join('\n'), { list: 'litigator' });
    const path = join(folder, 'lists', 'litigator', version!, '201.bits');
    const bytes = readFileSync(path);
    spoil(path);
    const memory = listsInMemory();
    const follower = followLists({ shelf, memory, log });
    const lookAgain = async () => {
      await follower.look();
      // At no moment between, for what is damaged may not be read before long.
      const first = isHeld(memory, 'litigator');
      await follower.filled();
      return first && isHeld(memory, 'litigator');
    };
    await follower.look();
    await follower.filled();
    for (let look = 0; look < 30; look += 1) expect(await lookAgain()).toBe(true);
    writeFileSync(path, bytes);
    let looks = 0;
    while (await lookAgain()) looks += 1;
    expect(looks).toBeLessThan(15);
    expect(lists(memory, '+12012000000')).toEqual(['litigator']);
    spoil(join(folder, 'lists', 'litigator', 'current'));
    expect([await lookAgain(), lists(memory, '+12012000000')]).toEqual([false, ['litigator']]);
    await shelf.retire('litigator');
    await lookAgain();
    expect(memory.states().size).toBe(0);
  });

  test('a version that took the place of a damaged one stays when the damage is found', async () => {
    const { version } = await run(numbers(201, 70_000).join('\n'), { list: 'litigator' });
    spoil(join(folder, 'lists', 'litigator', version!, '201.bits'));
    const memory = listsInMemory();
    let mend: () => void = () => {};
    const mended = new Promise<void>((resolve) => {
      mend = resolve;
    });
    const area: typeof shelf.area = async (manifest, code) => {
      if (manifest.version === version) await mended;
      return shelf.area(manifest, code);
    };
    const follower = followLists({ shelf: { ...shelf, area }, memory, log });
    await follower.look();
    now += 60_000;
    await run(numbers(201, 70_001).join('\n'), { list: 'litigator' });
    await follower.look();
    const [newer] = memory.loaded();
    expect(newer?.version).not.toBe(version);
    mend();
    await follower.filled();
    expect([memory.loaded(), memory.unreadable()]).toEqual([[newer], []]);
  });

  test('is refused when somebody else wrote its manifest', async () => {
    await run(numbers(201, 10).join('\n'));
    const stranger = openShelf(join(folder, 'lists'), Buffer.alloc(32, 8));
    await expect(stranger.current('national-US')).rejects.toMatchObject({ code: 'list_damaged' });
  });

  test('of a writer that died half way is not seen, and does not stand in the way', async () => {
    const { version } = await run(numbers(201, 10).join('\n'));
    writeFileSync(join(folder, 'lists', 'national-US', 'current.new'), 'x');
    execFileSync('mkdir', ['-p', join(folder, 'lists', 'national-US', `${version}.part`)]);
    expect(await shelf.versions('national-US')).toEqual([version]);
    expect(await run(numbers(201, 11).join('\n'))).toMatchObject({ inForce: true });
  });

  test('has no name but those of lists', async () => {
    for (const list of ['../x', 'national', 'national-us', 'own', 'national-US/..']) {
      await expect(run('201,2000000', { list })).rejects.toMatchObject({ code: 'invalid_request' });
    }
    expect(readdirSync(folder)).not.toContain('x');
  });
});

describe('in memory', () => {
  test('an area code that is asked for first is loaded first', async () => {
    await run([...numbers(201, 70_000), ...numbers(305, 70_000)].join('\n'));
    const memory = listsInMemory();
    const follower = followLists({ shelf, memory, log });
    const looked = follower.look();
    await looked;
    expect(lists(memory, '+13052000000')).toEqual(['national-US']);
    expect(lists(memory, '+12012070009')).toEqual([]);
    await follower.filled();
    expect(lists(memory, '+12012000004')).toEqual(['national-US']);
  });

  test('a new version takes the place of the old one, which is answered from until then', async () => {
    await run(numbers(201, 1_000).join('\n'));
    const memory = listsInMemory();
    const follower = followLists({ shelf, memory, log });
    await follower.look();
    await run(numbers(201, 1_000, 5).join('\n'));
    expect(lists(memory, '+12012000000')).toEqual(['national-US']);
    await follower.look();
    expect(lists(memory, '+12012000000')).toEqual([]);
    expect(lists(memory, '+12012001004')).toEqual(['national-US']);
    expect(memory.loaded()).toHaveLength(1);
    await follower.stop();
  });

  test('a list that is for texts alone is seen for texts alone, here and abroad', async () => {
    const told = { ...nothingTold, channels: ['text'] as const, source: 'a court', by: 'ann' };
    await run('2012000000\n+442079460018', { list: 'litigator', told });
    const memory = await load();
    for (const number of ['+12012000000', '+442079460018']) {
      expect(memory.hits(number, 'call')).toEqual([]);
      expect(memory.hits(number, 'text')).toHaveLength(1);
    }
    expect(memory.loaded()).toMatchObject([{ told }]);
    expect(memory.states().get('litigator')).toMatchObject({ channels: ['text'] });
  });

  test('a version that is for fewer channels than the one before waits for two people', async () => {
    await run(numbers(201, 5).join('\n'));
    const told = { ...nothingTold, channels: ['call'] as const };
    const narrower = await run(numbers(201, 6).join('\n'), { told });
    expect(narrower).toMatchObject({ inForce: false, doubts: [{ is: 'fewer-channels' }] });
    expect((await load()).hits('+12012000000', 'text')).toHaveLength(1);
    const vouched = { told, isVouched: true };
    expect(await run(numbers(201, 6).join('\n'), vouched)).toMatchObject({ inForce: true });
    expect((await load()).hits('+12012000000', 'text')).toEqual([]);
  });

  test('the same file is imported anew when something else is said of it', async () => {
    const obtainedAt = now;
    const text = numbers(201, 5).join('\n');
    await run(text, { obtainedAt });
    expect(await run(text, { obtainedAt })).toMatchObject({ isRepeat: true });
    const told = { ...nothingTold, until: '2026-12-01T00:00:00.000Z' };
    expect(await run(text, { obtainedAt, told })).toMatchObject({ isRepeat: false, inForce: true });
    expect((await load()).states().get('national US')).toMatchObject({
      until: Date.parse('2026-12-01T00:00:00.000Z'),
    });
  });

  test('a list covers the area codes it has numbers of, and says since when', async () => {
    const { version } = await run(numbers(201, 5).join('\n'));
    const memory = await load();
    const state = memory.states().get('national US');
    expect(state).toMatchObject({ list: 'national-US', version, obtainedAt: now });
    expect(['+12015550100', '+13055550100'].map((one) => state!.covers(one))).toEqual([
      true,
      false,
    ]);
    expect(memory.states().get('state US-FL')).toBeUndefined();
  });
});
