/**
 * Every kind of list there is, from small files of every form, by every way in, to a decision that says
 * which list and version it came from; read out again and undone.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diskFile } from '../../src/adapters/lists/disk-file.ts';
import { openShelf } from '../../src/adapters/lists/shelf.ts';
import { sftpSources } from '../../src/adapters/sftp/pull.ts';
import { createZip } from '../../src/adapters/xlsx/zip.ts';
import { allLists } from '../../src/app/all-lists.ts';
import { followLists } from '../../src/app/follow-lists.ts';
import {
  findImport,
  type ImportSaid,
  newImport,
  newUndo,
  pullImport,
  sendImport,
} from '../../src/app/list-jobs.ts';
import type { ListParts } from '../../src/app/list-parts.ts';
import type { ListJob } from '../../src/app/list-ports.ts';
import { listsInMemory } from '../../src/app/loaded-lists.ts';
import { ownLists } from '../../src/app/own-lists.ts';
import { openList } from '../../src/app/read-list.ts';
import { leaseMs, runListJob, runNextListJob } from '../../src/app/run-list-job.ts';
import { type Screening, type ScreeningAsk, screenNumber, viewOf } from '../../src/app/screen.ts';
import { defaultScreening, policyOf } from '../../src/app/screening-policy.ts';
import { viewJob, viewList } from '../../src/app/view-lists.ts';
import type { Place } from '../../src/core/jurisdiction/place.ts';
import { screener } from '../../src/core/suppression/calling-rules-shipped.ts';
import { type Channel, type Line, standardPolicy } from '../../src/core/suppression/inquiry.ts';
import { listKinds } from '../../src/core/suppression/list-manifest.ts';
import { OwnIndex } from '../../src/core/suppression/own-index.ts';
import { inPieces, listWorld } from '../support/list-world.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type SeededTenant, seedTenant } from '../support/seed-call.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

/** A Thursday at noon in New York. */
const noon = Date.parse('2026-12-03T17:00:00Z');
const dayMs = 86_400_000;

interface Row {
  readonly list: string;
  readonly code: string;
  /** Two numbers that are on it, as they are written there, and one that is not. */
  readonly written: readonly [string, string];
  readonly on: readonly [string, string];
  readonly off: string;
  /** What is known of whose line it is. */
  readonly line?: Line;
}

const uk: Pick<Row, 'written' | 'on' | 'off'> = {
  written: ['02079460018', '020 7946 0019'],
  on: ['+442079460018', '+442079460019'],
  off: '+442079460020',
};
const ofArea = (area: number): Pick<Row, 'written' | 'on' | 'off'> => ({
  written: [`${area}5550123`, `(${area}) 555-0124`],
  on: [`+1${area}5550123`, `+1${area}5550124`],
  off: `+1${area}5550125`,
});
const rows: readonly Row[] = [
  { list: 'national-US', code: 'NATIONAL_DNC', ...ofArea(212) },
  { list: 'state-US-FL', code: 'STATE_DNC', ...ofArea(305) },
  { list: 'tps-GB', code: 'TPS', ...uk },
  { list: 'ctps-GB', code: 'CTPS', ...uk },
  { list: 'dncl-CA', code: 'DNCL_CA', ...ofArea(416) },
  { list: 'litigator', code: 'LITIGATOR', ...ofArea(646) },
  { list: 'reassigned', code: 'REASSIGNED', ...ofArea(718) },
  // Louisiana bars mobiles; what the list is of is one, whatever was said of it.
  { list: 'wireless', code: 'WIRELESS_STATE_PROHIBITED', line: 'landline', ...ofArea(504) },
  { list: 'own', code: 'INTERNAL_DNC', ...ofArea(347) },
];
const registries = rows.filter(({ list }) => list !== 'own');

async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = createZip();
  const pieces: Uint8Array[] = [];
  for (const [name, text] of Object.entries(files)) {
    for await (const piece of archive.add(name, [Buffer.from(text)])) pieces.push(piece);
  }
  return Buffer.concat([...pieces, archive.end()]);
}
const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const forms: Readonly<Record<string, (numbers: readonly string[]) => Promise<Buffer>>> = {
  TXT: async (numbers) => Buffer.from(`${numbers.join('\n')}\n`),
  CSV: async (numbers) =>
    Buffer.from(
      ['name,phone,since', ...numbers.map((one) => `Doe,"${one}",2026-03-01`)].join('\r\n'),
    ),
  XML: async (numbers) =>
    Buffer.from(
      `<?xml version="1.0"?><list>${numbers.map((one) => `<n>${one}</n>`).join('')}</list>`,
    ),
  XLSX: (numbers) =>
    zipOf({
      'xl/workbook.xml': '<workbook/>',
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${['phone', ...numbers]
        .map((one, i) => `<row r="${i + 1}">${cell(one)}</row>`)
        .join('')}</sheetData></worksheet>`,
    }),
  ZIP: (numbers) => zipOf({ 'list.txt': numbers.join('\n') }),
  gzip: async (numbers) => gzipSync(numbers.join('\n')),
};

let sshd: Sshd;
let database: TestDatabase;
let tenant: SeededTenant;
let parts: ListParts;
let folder: string;
let copy: OwnIndex;
let now = noon;

beforeAll(async () => {
  sshd = await startSshd();
  database = await testDatabase();
});
afterAll(async () => {
  await sshd.stop();
  await database.close();
});
beforeEach(async () => {
  now = noon;
  tenant = await seedTenant(database.sql);
  copy = new OwnIndex();
  const world = await listWorld(database.sql, tenant, () => now, copy);
  folder = world.folder;
  const { port, user, keyFile, hostKey, inbox } = sshd;
  const target = { name: 'registry', host: '127.0.0.1', port, user, keyFile, folder: inbox };
  const path = join(folder, 'sftp.json');
  writeFileSync(path, JSON.stringify([{ ...target, hostKeys: [hostKey] }]));
  parts = { ...world.parts, targets: sftpSources(path, () => true) };
});

const asker = { by: 'key-of-ann', as: 'key' } as const;
const said = (list: string, change: Partial<ImportSaid> = {}): ImportSaid => ({
  list,
  kind: null,
  obtainedAt: null,
  source: 'the keeper',
  reason: 'asked not to be called',
  by: 'ann',
  channels: null,
  until: null,
  scope: 'all',
  account: null,
  seller: null,
  campaign: null,
  sha256: null,
  count: null,
  dryRun: false,
  ...change,
});

async function runAll(): Promise<void> {
  while (await runNextListJob(parts));
}
type Way = (content: Buffer, about: ImportSaid) => Promise<ListJob>;
const ways: Readonly<Record<string, Way>> = {
  async 'a file here'(content, about) {
    const path = join(folder, randomUUID());
    writeFileSync(path, content);
    const file = await diskFile(path);
    if (about.list === 'own') return bySending(content, about);
    const job = await newImport(parts, asker, { ...about, obtainedAt: now }, null);
    const taker = randomUUID();
    await parts.jobs.addTaken(job, taker, now + leaseMs);
    await runListJob(parts, await findImport(parts, job.id), taker, file);
    return findImport(parts, job.id);
  },
  'the API': bySending,
  async SFTP(content, about) {
    const file = randomUUID();
    writeFileSync(join(sshd.inbox, file), content);
    const pull = { from: 'registry', file };
    const { id } = await pullImport(parts, asker, { ...about, obtainedAt: now }, pull);
    await runAll();
    return findImport(parts, id);
  },
};
async function bySending(content: Buffer, about: ImportSaid): Promise<ListJob> {
  const { job } = await sendImport(parts, asker, about, inPieces(content), null);
  await runAll();
  return findImport(parts, job.id);
}

async function screened(
  number: string,
  { line = null, ...about }: Partial<ScreeningAsk> & { readonly line?: Line | null } = {},
  policy = standardPolicy,
): Promise<Screening> {
  const inMemory = listsInMemory();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const follower = followLists({
    shelf: openShelf(join(folder, 'lists'), Buffer.alloc(32, 7)),
    memory: inMemory,
    log,
  });
  await follower.look();
  await follower.filled();
  const stream = { isStale: () => false, place: () => ({ xid: '1', seq: 1 }) };
  const clock = { now: () => now, monotonic: () => now };
  const of = {
    screener,
    people: { find: async () => ({}) },
    lists: allLists(ownLists({ copy, follower: stream, clock }), inMemory),
    policy,
    clock,
  };
  const ask: ScreeningAsk = {
    channel: 'call',
    purpose: about.channel === 'text' ? 'marketing-texts' : 'marketing-calls',
    at: null,
    campaign: null,
    subject: null,
    ...about,
  };
  const { inquiry, verdict } = await screenNumber(of, tenant.id, ask, {
    number,
    place: null,
    line,
  });
  return viewOf(screener, inquiry, verdict);
}
/** Where a decision says that a code comes from. */
const from = (screening: Screening, code: string) =>
  screening.reasons
    .filter((reason) => reason.code === code)
    .map(({ list, version }) => ({ list, version }));

async function exported(list: string): Promise<readonly string[]> {
  const { text } = await openList(parts, list, 'txt');
  let all = '';
  for await (const piece of text) all += piece;
  return all.trim().split('\n').sort();
}

test('the table has every kind of list', () => {
  expect(new Set(registries.map(({ list }) => list.split('-')[0]))).toEqual(new Set(listKinds));
});

describe.each(Object.keys(forms))('as %s', (form) => {
  test.each(rows.map((row) => [row.list, row] as const))(
    '%s comes in, and a decision says where it stands',
    async (list, { written, on, off, code, line = null }) => {
      const content = await forms[form]!(written);
      const dry = await bySending(content, said(list, { dryRun: true }));
      expect(viewJob(dry)).toMatchObject({ state: 'done', total: 2, version: null, doubts: [] });
      expect(from(await screened(on[0], { line }), code)).toEqual([]);

      const job = await bySending(content, said(list));
      expect(viewJob(job)).toMatchObject({ state: 'done', total: 2, added: 2, rejects: [] });
      expect(await exported(list)).toEqual([...on].sort());
      for (const number of on) {
        const screening = await screened(number, { line });
        expect(screening).toMatchObject({ decision: 'deny', allowed: false });
        const version = list === 'own' ? expect.stringMatching(/^\d+$/) : job.report?.version;
        expect(from(screening, code)).toEqual([{ list, version }]);
      }
      expect(from(await screened(off, { line }), code)).toEqual([]);
    },
  );
});

describe.each(Object.keys(ways))('by %s', (way) => {
  test.each(rows.map((row) => [row.list, row] as const))('%s comes in', async (list, row) => {
    const form = Object.values(forms)[rows.indexOf(row) % Object.keys(forms).length]!;
    const job = await ways[way]!(await form(row.written), said(list));
    expect(viewJob(job)).toMatchObject({ state: 'done', total: 2, fault: null });
    expect(from(await screened(row.on[1], { line: row.line ?? null }), row.code)).toHaveLength(1);
    expect(await viewList(parts, list)).toMatchObject({
      list,
      state: 'in-force',
      ...(list !== 'own' && {
        total: 2,
        source: 'the keeper',
        reason: 'asked not to be called',
        by: 'ann',
        obtainedAt: new Date(noon).toISOString(),
        importedAt: new Date(noon).toISOString(),
      }),
    });
  });
});

describe.each(rows.map((row) => [row.list, row] as const))('%s', (list, row) => {
  const { written, on, code, line = null } = row;
  const text = Buffer.from(written.join('\n'));

  test.each<[Channel, Channel]>([
    ['call', 'text'],
    ['text', 'call'],
  ])('for %s alone says nothing of a %s', async (channel, other) => {
    await bySending(text, said(list, { channels: [channel] }));
    expect(from(await screened(on[0], { line, channel }), code)).toHaveLength(1);
    const elsewhere = await screened(on[0], { line, channel: other });
    // What is texted is a mobile, list or not; then the list is not why.
    expect(from(elsewhere, code).filter((one) => one.list !== undefined)).toEqual([]);
  });

  test('names each line that is no number, and why', async () => {
    const bad = Buffer.from(`${written[0]}\n\nhello 1\n${written.join(',')}\n${written[1]}`);
    const job = await bySending(bad, said(list));
    expect(viewJob(job)).toMatchObject({
      state: 'held',
      rejected: { 'no-number': 1, 'several-numbers': 1 },
      rejects: [
        { line: 3, why: 'no-number' },
        { line: 4, why: 'several-numbers' },
      ],
    });
    expect(from(await screened(on[0], { line }), code)).toEqual([]);
  });

  test('is undone: what the import brought is not there any more', async () => {
    await bySending(Buffer.from(written[0]), said(list));
    now += 60_000;
    const job = await bySending(text, said(list));
    now += 60_000;
    const undo = await newUndo(parts, asker, { list, of: job });
    await parts.jobs.add(undo);
    await runAll();
    for (const by of [randomUUID(), randomUUID()]) await parts.jobs.vouch(undo.id, by, now);
    await runAll();
    expect((await findImport(parts, undo.id)).state).toBe('done');
    expect(from(await screened(on[0], { line }), code)).toHaveLength(1);
    expect(from(await screened(on[1], { line }), code)).toEqual([]);
  });
});

describe('the own list', () => {
  const [one, line] = ['+13475550123', randomUUID()];
  const codesFor = async (
    scope: string,
    about: Partial<ScreeningAsk>,
  ): Promise<readonly string[]> => {
    const screening = await screened(scope === 'prefix' ? '+13475550199' : one, about);
    return screening.reasons.filter(({ list }) => list === 'own').map(({ code }) => code);
  };
  const service = { purpose: 'service' } as const;

  test.each<
    [string, string, Partial<ImportSaid>, readonly [Partial<ScreeningAsk>, string | null][]]
  >([
    [
      'for everything',
      one,
      {},
      [
        [{}, 'INTERNAL_DNC'],
        [service, 'INTERNAL_DNC'],
        [{ campaign: 'autumn', from: randomUUID() }, 'INTERNAL_DNC'],
      ],
    ],
    [
      'for a campaign',
      one,
      { scope: 'campaign:spring' },
      [
        [{ campaign: 'spring' }, 'INTERNAL_DNC_CAMPAIGN'],
        [{ ...service, campaign: 'spring' }, 'INTERNAL_DNC_CAMPAIGN'],
        [{ campaign: 'autumn' }, null],
        // What sells and names none may be for the one that was stopped.
        [{}, 'INTERNAL_DNC_CAMPAIGN'],
        [service, null],
      ],
    ],
    [
      'for a line',
      one,
      { scope: `line:${line}` },
      [
        [{ from: line }, 'INTERNAL_DNC'],
        [{ ...service, from: line }, 'INTERNAL_DNC'],
        [{ from: randomUUID() }, null],
        [{}, 'INTERNAL_DNC'],
        [service, null],
      ],
    ],
    [
      'as the beginning of numbers',
      '+1347555*',
      {},
      [
        [{}, 'INTERNAL_DNC'],
        [service, 'INTERNAL_DNC'],
      ],
    ],
  ])('has a number %s', async (how, written, about, asked) => {
    const job = await bySending(Buffer.from(`${written}\n+13475559999`), said('own', about));
    expect(viewJob(job)).toMatchObject({ state: 'done', total: 2, brought: 4, rejects: [] });
    expect(await exported('own')).toContain(written);
    const number = how.startsWith('as') ? 'prefix' : one;
    for (const [ask, code] of asked) {
      expect([ask, await codesFor(number, ask)]).toEqual([ask, code === null ? [] : [code]]);
    }
  });

  test('that was read out is taken over by another as it stood', async () => {
    const numbers = ['+13475550123', '+1347666*', '+442079460018'];
    await bySending(Buffer.from(numbers.join('\n')), said('own'));
    const text = (await exported('own')).join('\n');
    tenant = await seedTenant(database.sql);
    parts = (await listWorld(database.sql, tenant, () => now, copy)).parts;
    await bySending(Buffer.from(text), said('own'));
    expect(await exported('own')).toEqual(numbers.sort());
  });
});

describe('where no list is enough', () => {
  test.each([
    ['+4915112345678', ['NO_CONSENT_OPT_IN_COUNTRY']],
    ['+33123456789', ['NO_CONSENT_OPT_IN_COUNTRY']],
    ['+12035550123', ['NO_CONSENT_OPT_IN_COUNTRY']],
    ['+442079460018', []],
  ])('%s is not sold to without a yes', async (number, codes) => {
    for (const channel of ['call', 'text'] as const) {
      const { reasons } = await screened(number, { channel });
      const found = reasons
        .map(({ code }) => code as string)
        .filter((code) => /CONSENT/.test(code));
      expect(found).toEqual(codes);
    }
    const { reasons } = await screened(number, { purpose: 'service' });
    expect(reasons.map(({ code }) => code)).not.toContain('NO_CONSENT_OPT_IN_COUNTRY');
  });

  test('nobody in a state with an emergency is sold to, by call or by text', async () => {
    const policy = policyOf({ ...defaultScreening, emergencies: ['US-LA' as Place] });
    for (const channel of ['call', 'text'] as const) {
      const codes = async (number: string, more: Partial<ScreeningAsk> = {}) =>
        (await screened(number, { channel, ...more }, policy)).reasons.map(({ code }) => code);
      expect(await codes('+15045550123')).toContain('STATE_EMERGENCY');
      expect(await codes('+15045550123', { purpose: 'service' })).not.toContain('STATE_EMERGENCY');
      expect(await codes('+12125550123')).not.toContain('STATE_EMERGENCY');
    }
  });
});

describe.each(registries.map((row) => [row.list, row] as const))('%s', (list, row) => {
  const { written, on, off, line = null } = row;
  const text = Buffer.from(written.join('\n'));
  const stale = async (number: string) =>
    from(await screened(number, { line }), 'LIST_STALE').filter((one) => one.list === list);

  test('is relied on until it is too old, or until the instant that was said', async () => {
    const daysMax = /^c?tps/.test(list) ? 28 : 31;
    await bySending(text, said(list));
    const { warnings: fresh } = await viewList(parts, list);
    now = noon + (daysMax - 6) * dayMs + 1;
    const { age, warnings } = await viewList(parts, list);
    expect([fresh, age, warnings.join()]).toEqual([[], 'old', expect.stringContaining('renewed')]);
    now = noon + daysMax * dayMs;
    // A rule of a place that was not looked up for lists of others asks for its own.
    expect(await stale(off)).toEqual([]);
    now += 1;
    for (const number of [off, on[0]]) expect(await stale(number)).toHaveLength(1);

    now = noon + 60_000;
    await bySending(text, said(list, { until: noon + dayMs }));
    expect(await stale(off)).toEqual([]);
    now = noon + dayMs;
    expect(await stale(off)).toHaveLength(1);
  });

  test.each<[string, (before: Buffer) => [Buffer, Partial<ImportSaid>], string]>([
    ['shrinks', () => [Buffer.from(written[0]), {}], 'shrinks'],
    ['has another hash', (before) => [before, { sha256: '0'.repeat(64) }], 'wrong-hash'],
    ['has nobody on it', () => [Buffer.from('phone\n'), {}], 'empty'],
  ])('that %s waits for two people', async (_, change, doubt) => {
    await bySending(text, said(list));
    now += 60_000;
    const [content, about] = change(text);
    const held = await bySending(content, said(list, about));
    expect(viewJob(held)).toMatchObject({ state: 'held', vouchesNeeded: 2 });
    expect(viewJob(held).doubts.map(({ is }) => is)).toContain(doubt);
    expect((await viewList(parts, list)).total).toBe(2);
  });
});

test.each(['litigator', 'reassigned', 'wireless'])(
  'whoever has the list %s and cannot read it is held, and told which it is',
  async (list) => {
    const number = '+13475550199';
    const held = async () => {
      const { decision, reasons } = await screened(number);
      return [decision !== 'allow', reasons.filter((one) => one.list === list)];
    };
    await bySending(Buffer.from('+13475550100'), said(list));
    expect((await held())[1]).toEqual([]);
    writeFileSync(join(folder, 'lists', list, 'current'), 'x');
    const why = 'the list is damaged or cannot be read, and has to be imported again';
    const reason = { code: 'LIST_STALE', why, list, version: 'unreadable' };
    expect(await held()).toEqual([true, [reason]]);
  },
);
