/** Imports as jobs on a real database: leased, held, vouched for, resumed, undone and retired. */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOwnList } from '../../src/adapters/postgres/own-list.ts';
import {
  dropImport,
  findImport,
  type ImportSaid,
  newRetirement,
  newUndo,
  sendImport,
  vouchFor,
} from '../../src/app/list-jobs.ts';
import type { ListParts } from '../../src/app/list-parts.ts';
import type { ListJob, NewListJob } from '../../src/app/list-ports.ts';
import { runListJob, runNextListJob } from '../../src/app/run-list-job.ts';
import { viewJob, viewLists } from '../../src/app/view-lists.ts';
import { OwnIndex } from '../../src/core/suppression/own-index.ts';
import { inPieces, type ListWorld, listWorld, numbers } from '../support/list-world.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { type SeededTenant, seedTenant } from '../support/seed-call.ts';

let database: TestDatabase;
let tenant: SeededTenant;
let world: ListWorld;
let parts: ListParts;
let copy: OwnIndex;
let now = Date.UTC(2026, 10, 20, 8);

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  tenant = await seedTenant(database.sql);
  copy = new OwnIndex();
  world = await listWorld(database.sql, tenant, () => now, copy);
  parts = world.parts;
});

const asker = { by: 'key-of-ann', as: 'key' } as const;
const said = (change: Partial<ImportSaid> = {}): ImportSaid => ({
  list: 'national-US',
  kind: 'full',
  obtainedAt: null,
  source: null,
  reason: null,
  by: null,
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

async function send(text: string, change: Partial<ImportSaid> = {}): Promise<ListJob> {
  now += 60_000;
  return (await sendImport(parts, asker, said(change), inPieces(text), null)).job;
}
async function runAll(): Promise<void> {
  while (await runNextListJob(parts).catch(() => true));
}
async function imported(text: string, change: Partial<ImportSaid> = {}): Promise<ListJob> {
  const { id } = await send(text, change);
  await runAll();
  return findImport(parts, id);
}
async function added(job: Promise<NewListJob>): Promise<ListJob> {
  const made = await job;
  await parts.jobs.add(made);
  await runAll();
  return findImport(parts, made.id);
}
const inForce = async (list = 'national-US') => (await parts.shelf.current(list))?.total ?? null;
const filesSent = () => readdirSync(world.sent).filter((name) => name.endsWith('.age'));
const thousand = numbers(201, 1_000).join('\n');
const less = numbers(201, 900).join('\n');

describe('an import that is sent', () => {
  test('lies sealed until it was read, is in force then, and nothing of the file is left', async () => {
    const { id } = await send(thousand);
    expect(await findImport(parts, id)).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(filesSent()).toHaveLength(1);
    await runAll();
    const job = await findImport(parts, id);
    expect(job).toMatchObject({ state: 'done', file: null, attempts: 1 });
    expect(viewJob(job)).toMatchObject({ total: 1_000, lines: 1_000, added: 1_000, doubts: [] });
    expect([await inForce(), filesSent()]).toEqual([1_000, []]);
  });

  test('names the lines that are no numbers, and why', async () => {
    const job = await imported([...numbers(201, 2_000), 'hello', '12'].join('\n'));
    expect(viewJob(job)).toMatchObject({
      state: 'done',
      rejected: { 'no-number': 2 },
      rejects: [
        { line: 2_001, why: 'no-number' },
        { line: 2_002, why: 'no-number' },
      ],
    });
  });

  test('that is dry changes nothing, and says what it would do', async () => {
    await imported(thousand);
    const job = await imported(less, { dryRun: true });
    expect(job).toMatchObject({ state: 'done', report: { version: null, total: 900 } });
    expect(viewJob(job).doubts).toMatchObject([{ is: 'shrinks' }]);
    expect(await inForce()).toBe(1_000);
  });

  test('that is no list has failed, with what is wrong and without a second try', async () => {
    const job = await imported('<list><ac val="201"><ph val="2000000"/>');
    expect(job).toMatchObject({ state: 'failed', fault: 'unreadable', attempts: 1 });
    expect(job.faultDetail).toContain('the file cannot be read');
    expect(filesSent()).toEqual([]);
  });

  test('is one import for one Idempotency-Key, and no other file has its place', async () => {
    const token = Buffer.from(randomUUID());
    const once = (text: string) => sendImport(parts, asker, said(), inPieces(text), token);
    const first = await once(thousand);
    const again = await once(thousand);
    expect([first.isReplay, again.isReplay, again.job.id]).toEqual([false, true, first.job.id]);
    await expect(once(less)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    expect(filesSent()).toHaveLength(1);
    await runAll();
    expect((await once(thousand)).job).toMatchObject({ id: first.job.id, state: 'done' });
    const { rows } = await parts.jobs.list(null, { limit: 10, after: null });
    expect(rows.filter(({ state }) => state !== 'dropped')).toHaveLength(1);
  });

  test('whose sender went away leaves no file, and no import that waits', async () => {
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(less);
      throw new Error('gone');
    }
    await expect(sendImport(parts, asker, said(), cut(), null)).rejects.toThrow();
    expect([filesSent(), await parts.jobs.open()]).toEqual([[], []]);
  });

  test('goes on with another process when the first one dies in the middle', async () => {
    const { id } = await send(thousand);
    const dead = randomUUID();
    const job = await parts.jobs.take(dead, now, now + 60_000);
    expect(job?.id).toBe(id);
    expect(await runNextListJob(parts)).toBe(false); // somebody is at it
    now += 60_001;
    await runAll();
    expect(await findImport(parts, id)).toMatchObject({ state: 'done', attempts: 2 });
    expect(await inForce()).toBe(1_000);
    // Whoever was thought dead and is not can end nothing any more.
    await expect(runListJob(parts, job!, dead, null)).rejects.toThrow();
    expect(await findImport(parts, id)).toMatchObject({ state: 'done' });
  });

  test('that died between putting its version in force and saying so is done, not made twice', async () => {
    const { id } = await send(thousand, { obtainedAt: now });
    const broken = {
      ...parts,
      jobs: { ...parts.jobs, finish: () => Promise.reject(new Error('dead')) },
    };
    await expect(runNextListJob(broken)).rejects.toThrow('dead');
    expect(await inForce()).toBe(1_000);
    now += 3_600_000;
    await runAll();
    expect(await findImport(parts, id)).toMatchObject({
      state: 'done',
      report: { isRepeat: true },
    });
    expect(await parts.shelf.versions('national-US')).toHaveLength(1);
  });

  test('waits while another one of its list is under way, and others do not', async () => {
    const first = await send(thousand);
    const second = await send(less);
    const other = await send(thousand, { list: 'litigator' });
    const taken = [];
    for (let i = 0; i < 3; i += 1) {
      taken.push((await parts.jobs.take(randomUUID(), now, now + 60_000))?.id ?? null);
    }
    expect(taken).toEqual([first.id, other.id, null]);
    expect((await findImport(parts, second.id)).state).toBe('waiting');
    expect(await parts.jobs.takeOne(second.id, randomUUID(), now + 60_000)).toBeNull();
  });

  test('is dropped, and the process that is at it stops without a trace in what is in force', async () => {
    const { id } = await send(thousand);
    const taker = randomUUID();
    const job = await parts.jobs.take(taker, now, now + 60_000);
    await dropImport(parts, id);
    await expect(runListJob(parts, job!, taker, null)).rejects.toThrow();
    expect([await inForce(), filesSent()]).toEqual([null, []]);
    await expect(dropImport(parts, id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('an import that something stands against', () => {
  const [ann, bob] = [randomUUID(), randomUUID()];

  test.each<[string, string, Partial<ImportSaid>, string]>([
    ['that shrinks', less, {}, 'shrinks'],
    ['that lacks an area code', numbers(305, 2_000).join('\n'), {}, 'area-missing'],
    ['that is another file', thousand, { sha256: 'a'.repeat(64) }, 'wrong-hash'],
    ['that has another count', thousand, { count: 7 }, 'wrong-count'],
  ])('%s is held until two different people vouch for it', async (_, text, change, doubt) => {
    await imported(thousand);
    const before = await parts.shelf.current('national-US');
    const held = await imported(text, { ...change, obtainedAt: now + 1 });
    expect(held).toMatchObject({ state: 'held' });
    expect(viewJob(held).doubts[0]?.is).toBe(doubt);
    for (const _twice of [1, 2]) {
      expect(viewJob(await vouchFor(parts, held.id, ann))).toMatchObject({
        state: 'held',
        vouches: [{ by: ann }],
        vouchesNeeded: 1,
      });
      await runAll();
      expect((await parts.shelf.current('national-US'))?.version).toBe(before?.version);
    }
    await vouchFor(parts, held.id, bob);
    await runAll();
    expect(await findImport(parts, held.id)).toMatchObject({ state: 'done', vouches: [{}, {}] });
    const after = await parts.shelf.current('national-US');
    expect(after?.version).toBe(held.report?.version);
    await expect(vouchFor(parts, held.id, ann)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('two at the same instant are two, and the same one ten times is one', async () => {
    await imported(thousand);
    const held = await imported(less);
    await Promise.all(Array.from({ length: 10 }, () => vouchFor(parts, held.id, ann)));
    expect(await findImport(parts, held.id)).toMatchObject({ state: 'held' });
    await Promise.allSettled([vouchFor(parts, held.id, bob), vouchFor(parts, held.id, bob)]);
    await runAll();
    expect(await inForce()).toBe(900);
  });

  test('is refused when another version came into force since it was judged', async () => {
    await imported(thousand);
    const held = await imported(less);
    await imported(numbers(201, 1_100).join('\n'));
    await vouchFor(parts, held.id, ann);
    await vouchFor(parts, held.id, bob);
    await runAll();
    const job = await findImport(parts, held.id);
    expect(job).toMatchObject({ state: 'failed', fault: 'refused' });
    expect(job.faultDetail).toContain('another version came into force');
    expect(await inForce()).toBe(1_100);
  });

  test('is said beside its list until somebody drops it, whose version then is gone', async () => {
    await imported(thousand);
    const held = await imported(less);
    const [, list] = await viewLists(parts);
    expect(list?.warnings.join()).toContain(`${held.id} waits for 2 people`);
    await dropImport(parts, held.id);
    expect((await viewLists(parts))[1]?.warnings).toEqual([]);
    expect(await parts.shelf.versions('national-US')).toHaveLength(1);
  });
});

describe('undoing and retiring', () => {
  test('the version before is in force again, at once where the list gets no shorter', async () => {
    await imported(thousand);
    const second = await imported(numbers(201, 1_005).join('\n'));
    const undone = await added(newUndo(parts, asker, { list: 'national-US', of: second }));
    expect(undone).toMatchObject({ state: 'done' });
    expect(await inForce()).toBe(1_000);
    const twice = newUndo(parts, asker, { list: 'national-US', of: second });
    await expect(twice).rejects.toMatchObject({ code: 'conflict' });
  });

  test('what would make the list shorter is held like an import', async () => {
    await imported(thousand);
    const second = await imported(numbers(201, 1_100).join('\n'));
    const undone = await added(newUndo(parts, asker, { list: 'national-US', of: second }));
    expect(undone).toMatchObject({ state: 'held', report: { doubts: [{ is: 'shrinks' }] } });
    expect(await inForce()).toBe(1_100);
    for (const by of [randomUUID(), randomUUID()]) await vouchFor(parts, undone.id, by);
    await runAll();
    expect(await inForce()).toBe(1_000);
  });

  test('a list with numbers is retired by two people, and its versions stay', async () => {
    await imported(thousand);
    const job = await added(newRetirement(parts, asker, 'national-US'));
    expect([job.state, await inForce()]).toEqual(['held', 1_000]);
    for (const by of [randomUUID(), randomUUID()]) await vouchFor(parts, job.id, by);
    await runAll();
    expect([(await findImport(parts, job.id)).state, await inForce()]).toEqual(['done', null]);
    expect(await parts.shelf.versions('national-US')).toHaveLength(1);
    expect((await viewLists(parts))[1]).toMatchObject({ state: 'retired', warnings: [] });
    const again = newRetirement(parts, asker, 'national-US');
    await expect(again).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the own list', () => {
  const [one, two, three] = ['+12015550100', '+12015550101', '+442079460018'];
  const ask = (
    number: string,
    source: string,
    more: { provisional?: boolean; until?: number } = {},
  ) =>
    createOwnList(database.sql, tenant).put(
      {
        number,
        channel: 'text',
        scope: 'all',
        listed: true,
        provisional: false,
        reason: 'request',
        source,
        by: 'caller',
        until: null,
        at: now,
        ...more,
      },
      null,
    );
  const stands = async (number: string) =>
    (await createOwnList(database.sql, tenant).find(number)).map(
      ({ channel, listed, reason }) => `${channel} ${listed} ${reason}`,
    );
  const own = { list: 'own' } as const;
  const undo = async (job: ListJob) => {
    const undone = await added(newUndo(parts, asker, { list: 'own', of: job }));
    if (undone.state === 'held') {
      for (const by of [randomUUID(), randomUUID()]) await vouchFor(parts, undone.id, by);
      await runAll();
    }
    return findImport(parts, undone.id);
  };

  test('takes numbers over, for both channels and the scope that is said, known here at once', async () => {
    const job = await imported(`${one}\n${three}`, { ...own, scope: 'campaign:spring' });
    expect(viewJob(job)).toMatchObject({ state: 'done', total: 2, brought: 4 });
    expect(await stands(one)).toEqual(['call true import', 'text true import']);
    const scopes = ['campaign:spring'] as const;
    expect(copy.find(three, 'call', scopes, now)).toHaveLength(1);
    expect(copy.find(three, 'call', [], now)).toEqual([]);
  });

  test('an undone import takes off what only it brought, and it takes two people', async () => {
    await ask(two, 'api');
    const job = await imported(`${one}\n${two}`, own);
    expect(job.report?.brought).toBe(3);
    const undone = await added(newUndo(parts, asker, { list: 'own', of: job }));
    expect(undone).toMatchObject({ state: 'held' });
    expect(await stands(one)).toEqual(['call true import', 'text true import']);
    for (const by of [randomUUID(), randomUUID()]) await vouchFor(parts, undone.id, by);
    await runAll();
    expect(await stands(one)).toEqual(['call false import', 'text false import']);
    expect(await stands(two)).toEqual(['call false import', 'text true request']);
    expect(copy.find(one, 'call', [], now)).toEqual([]);
  });

  test.each([['text'], ['api']])(
    'what somebody asked for by %s after an import brought it stays when the import is undone',
    async (source) => {
      const job = await imported(one, own);
      await ask(one, source);
      await undo(job);
      expect(await stands(one)).toEqual(['call false import', 'text true request']);
    },
  );

  test('what two imports brought stays when one of them is undone', async () => {
    const first = await imported(one, own);
    const second = await imported(`${one}\n${two}`, own);
    await undo(first);
    await undo(second);
    expect(await stands(one)).toEqual(['call true import', 'text true import']);
    expect(await stands(two)).toEqual(['call false import', 'text false import']);
  });

  const text = async (number: string) =>
    (await createOwnList(database.sql, tenant).find(number)).find((one) => one.channel === 'text');

  test('what ran out before is brought anew, with the day it was brought', async () => {
    await ask(one, 'api', { until: now + 1_000 });
    now += 3_600_000;
    const job = await imported(one, own);
    expect(job.report?.brought).toBe(2);
    expect(await text(one)).toMatchObject({ reason: 'import', since: now, until: null });
    expect(copy.find(one, 'text', [], now)).toHaveLength(1);
    await undo(job);
    expect(await stands(one)).toEqual(['call false import', 'text false import']);
  });

  test('what would end earlier lasts as long as the import, by the word it stands for', async () => {
    const [soon, late] = [now + 86_400_000, now + 10 * 86_400_000];
    await ask(one, 'api', { until: soon });
    await imported(one, { ...own, until: late });
    expect(await text(one)).toMatchObject({ reason: 'request', source: 'api', until: late });
    const { seq } = (await text(one)) ?? {};
    await imported(one, { ...own, until: soon });
    expect(await text(one)).toMatchObject({ until: late, seq });
    const last = await imported(one, own);
    expect(await text(one)).toMatchObject({ reason: 'request', source: 'api', until: null });
    expect(copy.find(one, 'text', [], late + 1)).toHaveLength(1);
    await undo(last);
    expect(await stands(one)).toContain('text true request');
  });

  test('what may have been a stop is one for certain when an import has it too', async () => {
    await ask(one, 'text', { provisional: true });
    const job = await imported(one, own);
    const firm = { reason: 'request', source: 'list-and-text', provisional: false };
    expect(await text(one)).toMatchObject({ listed: true, ...firm });
    await undo(job);
    expect(await text(one)).toMatchObject({ listed: true, ...firm });
  });

  test('what stands for ever and for certain is left as it is', async () => {
    await ask(one, 'text');
    const before = await text(one);
    await imported(one, own);
    expect(await text(one)).toEqual(before);
  });

  test('is not done before what rings at its numbers is ended, each of them once', async () => {
    await ask(one, 'api');
    const { id } = await send(`${one}\n${two}\n${three}`, { ...own, channels: ['text'] });
    const ended: string[] = [];
    const cancelRinging = async (listed: readonly string[]) => {
      expect(await findImport(parts, id)).toMatchObject({ state: 'running' });
      for (const number of listed) {
        expect(copy.find(number, 'text', [], now)).toHaveLength(1);
        ended.push(number);
      }
    };
    await runNextListJob({ ...parts, cancelRinging });
    // Who stood there before was ended then.
    expect(ended.sort()).toEqual([two, three]);
    expect(await findImport(parts, id)).toMatchObject({ state: 'done' });
  });

  test('a file that is not what it was said to be is held before a number is taken over', async () => {
    const held = await imported(one, { ...own, count: 2 });
    expect([held.state, await stands(one)]).toEqual(['held', []]);
    for (const by of [randomUUID(), randomUUID()]) await vouchFor(parts, held.id, by);
    await runAll();
    expect(await stands(one)).toEqual(['call true import', 'text true import']);
  });

  test('an import that died in the middle goes on and brings each number once', async () => {
    const many = Array.from({ length: 450 }, (_, i) => `+1201555${1_000 + i}`).join('\n');
    const { id } = await send(many, own);
    let batches = 0;
    const dying: ListParts = {
      ...parts,
      ownBulk: {
        ...parts.ownBulk,
        putAll: async (wanted, guard) => {
          batches += 1;
          if (batches === 3) throw new Error('dead');
          return parts.ownBulk.putAll(wanted, guard);
        },
      },
    };
    await expect(runNextListJob(dying)).rejects.toThrow('dead');
    now += 3_600_000;
    await runAll();
    expect(await findImport(parts, id)).toMatchObject({ state: 'done', report: { brought: 900 } });
    const [row] = await database.sql`
      select count(*)::int as events from listing_event where tenant_id = ${tenant.id}`;
    expect(row?.['events']).toBe(900);
  });
});
