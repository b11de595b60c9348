/** An export that is cut short anywhere begins anew or says so, and nobody is ever handed a part of one. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExportHoldings } from '../../src/adapters/postgres/export-holdings.ts';
import { createExportJobs } from '../../src/adapters/postgres/export-jobs.ts';
import { createExportRows } from '../../src/adapters/postgres/export-rows.ts';
import { openFileVault } from '../../src/adapters/vault/file.ts';
import type { ExportAudio, ExportJob } from '../../src/app/export-ports.ts';
import {
  beginExport,
  clearLeftovers,
  type Exporter,
  openExport,
  removeExport,
} from '../../src/app/exports.ts';
import { type PushParts, pushNextExport } from '../../src/app/push-export.ts';
import { runNextExport } from '../../src/app/run-export.ts';
import { unlimited } from '../../src/core/access/limits.ts';
import type { ExportKind } from '../../src/core/exports/columns.ts';
import type { ExportFormat } from '../../src/core/exports/format.ts';
import { exportParts } from '../support/export-world.ts';
import { faultySql } from '../support/faulty-sql.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type SeededTenant, seedCall, seedTenant } from '../support/seed-call.ts';
import { smallDisk } from '../support/small-disk.ts';
import { unzipBytes } from '../support/unzip.ts';

let database: TestDatabase;
let now = Date.parse('2026-03-02T00:00:00Z');
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const by: Exporter = { id: 'key-1', scopes: ['admin'], limits: unlimited };
const sound = Buffer.alloc(300_000, 7);
const audio: ExportAudio = {
  isRecipient: async () => true,
  open: async () =>
    (async function* () {
      for (let at = 0; at < sound.length; at += 65_536) yield sound.subarray(at, at + 65_536);
    })(),
};

interface World {
  readonly tenant: SeededTenant;
  readonly parts: Omit<PushParts, 'isStopping'> & { readonly folder: string };
}

async function world(): Promise<World> {
  const tenant = await seedTenant(database.sql);
  for (const digit of [1, 2, 3]) {
    const number = `+4915112345${digit}00`;
    await seedCall(database.sql, tenant, { parties: [{ number, recording: {} }] });
  }
  const parts = { ...(await exportParts(database.sql, tenant, () => now)), audio };
  return { tenant, parts };
}

/** The same world over another connection. */
const over = ({ tenant, parts }: World, sql: Sql): World['parts'] => ({
  ...parts,
  jobs: createExportJobs(sql, tenant.id),
  holdings: createExportHoldings(sql, tenant),
  source: createExportRows(sql, tenant),
});

const kinds: [ExportKind, ExportFormat][] = [
  ['calls', 'csv'],
  ['recordings', 'wav'],
  ['history', 'xlsx'],
  ['calls', 'vcon'],
];

function begin({ parts }: Pick<World, 'parts'>, kind: ExportKind, format: ExportFormat) {
  const filter = {
    since: null,
    until: null,
    lineId: null,
    campaign: null,
    flow: null,
    outcome: null,
    personId: null,
  };
  const how = { reveal: false, withAudio: false, recipient: null, reason: 'why', push: null };
  return beginExport(parts, by, { kind, format, filter, ...how });
}

async function fileOf({ parts }: Pick<World, 'parts'>, id: string): Promise<Buffer> {
  const { file, plain } = await openExport(parts, by, id);
  const pieces: Buffer[] = [];
  for await (const piece of plain) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
  expect(bytes.length).toBe(file.plainBytes);
  return bytes;
}

/** What is in it, apart from ids and times that are another's each time. */
async function contentOf(one: Pick<World, 'parts'>, job: ExportJob): Promise<object> {
  const bytes = await fileOf(one, job.id);
  const { expected, done } = (await one.parts.jobs.find(job.id))!;
  const [held] = await database.sql`
    select coalesce(sum(length(tokens)), 0)::int as n from export_holding where export_id = ${job.id}`;
  const names =
    job.format === 'csv' || job.format === 'vcon'
      ? bytes.toString().split('\n').length
      : [...(await unzipBytes(bytes)).values()].map((file) => file.length).sort((a, b) => a - b);
  return { names, expected, done, held: held!['n'] };
}

describe.each(kinds)('an export of %s as %s', (kind, format) => {
  test('that loses any one statement ends whole, with everybody who is in it', async () => {
    const whole = await world();
    const counting = faultySql(database.sql, 0, 'before');
    const first = await begin(whole, kind, format);
    await runNextExport(over(whole, counting.sql));
    const wanted = await contentOf(whole, first);
    expect(counting.count()).toBeGreaterThan(4);
    expect(wanted).toMatchObject({ held: 48 });
    for (let failing = 1; failing <= counting.count(); failing += 1) {
      for (const place of ['before', 'after'] as const) {
        const again = await world();
        const job = await begin(again, kind, format);
        const faulty = faultySql(database.sql, failing, place);
        await runNextExport(over(again, faulty.sql)).catch(() => {});
        const { state } = (await again.parts.jobs.find(job.id))!;
        // Whole already, because only the answer was lost; or nothing of it can be fetched.
        if (state === 'ready') await fileOf(again, job.id);
        else await expect(openExport(again.parts, by, job.id)).rejects.toThrow(/not written yet/);
        now += 61_000;
        while (await runNextExport(again.parts));
        expect([failing, place, await contentOf(again, job)]).toEqual([failing, place, wanted]);
      }
    }
  }, 120_000);

  test('whose rows break off begins anew, and says at last that it cannot be written', async () => {
    const one = await world();
    const job = await begin(one, kind, format);
    const { source } = one.parts;
    const broken = {
      ...one.parts,
      source: {
        ...source,
        async *rows(ask: Parameters<typeof source.rows>[0]) {
          for await (const rows of source.rows(ask)) {
            yield rows.slice(0, 1);
            throw new Error('the database is gone');
          }
          throw new Error('the database is gone');
        },
        async *conversations(ask: Parameters<typeof source.rows>[0]) {
          for await (const calls of source.conversations(ask)) {
            yield calls.slice(0, 1);
            throw new Error('the database is gone');
          }
        },
      },
    };
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await expect(runNextExport(broken)).rejects.toThrow('the database is gone');
      const { state } = (await one.parts.jobs.find(job.id))!;
      expect([attempt, state]).toEqual([attempt, attempt < 3 ? 'waiting' : 'failed']);
      await expect(openExport(one.parts, by, job.id)).rejects.toThrow(/written/);
    }
    expect(await runNextExport(one.parts)).toBe(false);
    await clearLeftovers(one.parts);
    expect(readdirSync(one.parts.folder).filter((name) => name.startsWith(job.id))).toEqual([]);
  });
});

describe('an export whose process is stopped', () => {
  test('waits for the next, however often, and is not said to have failed', async () => {
    const one = await world();
    const job = await begin(one, 'history', 'xlsx');
    for (let i = 0; i < 5; i += 1) {
      let asked = 0;
      const isStopping = () => {
        asked += 1;
        now += 600;
        return asked > 2 + i;
      };
      expect(await runNextExport({ ...one.parts, isStopping })).toBe(false);
      const { state, attempts } = (await one.parts.jobs.find(job.id))!;
      expect([state, attempts]).toEqual(['waiting', 0]);
    }
    while (await runNextExport(one.parts));
    expect((await fileOf(one, job.id)).length).toBeGreaterThan(1_000);
  });

  test('and that lost its lease meanwhile leaves it to whoever has it', async () => {
    const one = await world();
    const job = await begin(one, 'calls', 'csv');
    const { source } = one.parts;
    let isFirst = true;
    const slow = {
      ...one.parts,
      source: {
        ...source,
        async *rows(ask: Parameters<typeof source.rows>[0]) {
          if (isFirst) {
            isFirst = false;
            now += 61_000;
            await runNextExport(one.parts);
          }
          yield* source.rows(ask);
        },
      },
    };
    expect(await runNextExport(slow)).toBe(true);
    const { state, attempts } = (await one.parts.jobs.find(job.id))!;
    expect([state, attempts]).toEqual(['ready', 2]);
    await fileOf(one, job.id);
  });
});

describe('the file of an export', () => {
  test('on a disk that is full is not there, and is written when there is room', async () => {
    const disk = await smallDisk('256k');
    try {
      const one = await world();
      const full = { ...one.parts, files: await openFileVault(disk.path) };
      const job = await begin(one, 'recordings', 'wav');
      const loud = { ...full, audio: { ...audio, open: async () => noise() } };
      await expect(runNextExport(loud)).rejects.toMatchObject({ code: 'storage_failed' });
      expect((await one.parts.jobs.find(job.id))!.state).toBe('waiting');
      await expect(openExport(full, by, job.id)).rejects.toThrow(/not written yet/);
      expect(readdirSync(disk.path).filter((name) => name.startsWith(job.id))).toEqual([]);
      while (await runNextExport(one.parts));
      expect((await fileOf(one, job.id)).length).toBeGreaterThan(500);
    } finally {
      await disk.close();
    }
  });

  test('of which a byte changed is handed out to nobody past that byte', async () => {
    const one = await world();
    const job = await begin(one, 'recordings', 'wav');
    await runNextExport({ ...one.parts, audio: { ...audio, open: async () => noise() } });
    const { files } = one.parts;
    const flipped = {
      ...files,
      async *read(name: string, start?: number, end?: number) {
        for await (const piece of files.read(name, start, end)) {
          const bytes = Buffer.from(piece);
          if ((start ?? 0) > 100_000) bytes[5]! ^= 1;
          yield bytes;
        }
      },
    };
    const { plain } = await openExport({ ...one.parts, files: flipped }, by, job.id);
    let given = 0;
    const reading = (async () => {
      for await (const piece of plain) given += piece.length;
    })();
    await expect(reading).rejects.toThrow();
    expect(given).toBeLessThan(200_000);
  });

  test('removed while it is written is not there afterwards', async () => {
    const one = await world();
    const job = await begin(one, 'calls', 'csv');
    const { holdings } = one.parts;
    const removing = {
      ...one.parts,
      holdings: {
        ...holdings,
        add: async (id: string, tokens: readonly Buffer[]) => {
          await removeExport(one.parts, by, job.id);
          await holdings.add(id, tokens);
        },
      },
    };
    while (await runNextExport(removing));
    await expect(openExport(one.parts, by, job.id)).rejects.toMatchObject({ code: 'export_gone' });
    expect(readdirSync(one.parts.folder).filter((name) => name.startsWith(job.id))).toEqual([]);
  });
});

async function* noise() {
  let hash = createHash('sha512').update('noise').digest();
  for (let i = 0; i < 300; i += 1) {
    const blocks: Buffer[] = [];
    for (let j = 0; j < 32; j += 1) {
      hash = createHash('sha512').update(hash).digest();
      blocks.push(hash);
    }
    yield Buffer.concat(blocks);
  }
}

describe('a push', () => {
  test('that loses any one statement is done again or was done, each time written down first', async () => {
    let counted = 1;
    for (let failing = 0; failing <= counted; failing += 1) {
      for (const place of ['before', 'after'] as const) {
        const one = await world();
        const job = await begin(one, 'calls', 'csv');
        while (await runNextExport(one.parts));
        await one.parts.jobs.startPush(job.id, 'warehouse');
        const told: string[] = [];
        const targets: PushParts['targets'] = {
          names: async () => ['warehouse'],
          async push(_target, { bytes, from }, onBytes) {
            let sent = 0;
            for await (const piece of from(0)) {
              sent += piece.length;
              now += 2_000;
              await onBytes(sent);
            }
            told.push(sent === bytes ? 'whole' : 'part');
          },
        };
        const beforePush = async () => void told.push('entered');
        const faulty = faultySql(database.sql, failing, place);
        const parts = { ...over(one, faulty.sql), targets, beforePush };
        await pushNextExport(parts).catch(() => {});
        if (failing === 0) counted = faulty.count();
        for (let i = 0; i < 3; i += 1) {
          now += 3_600_000;
          while (await pushNextExport({ ...one.parts, targets, beforePush }));
        }
        const { push } = (await one.parts.jobs.find(job.id))!;
        expect([failing, place, push?.state]).toEqual([failing, place, 'done']);
        expect(told[0]).toBe('entered');
        expect(told.filter((what, i) => what !== 'entered' && told[i - 1] !== 'entered')).toEqual(
          [],
        );
        expect(told).toContain('whole');
      }
    }
    expect(counted).toBeGreaterThan(2);
  }, 120_000);

  test('that cannot be written down sends nothing', async () => {
    const one = await world();
    const job = await begin(one, 'calls', 'csv');
    while (await runNextExport(one.parts));
    await one.parts.jobs.startPush(job.id, 'warehouse');
    let sent = 0;
    const targets: PushParts['targets'] = {
      names: async () => ['warehouse'],
      push: async () => {
        sent += 1;
      },
    };
    const beforePush = async () => {
      throw new Error('the audit cannot be written');
    };
    await pushNextExport({ ...one.parts, targets, beforePush });
    expect([sent, (await one.parts.jobs.find(job.id))!.push?.state]).toEqual([0, 'waiting']);
  });
});
