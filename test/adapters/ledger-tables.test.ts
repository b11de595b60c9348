import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresLedger } from '../../src/adapters/postgres/ledger.ts';
import type { Growth } from '../../src/app/ledger-ports.ts';
import { type LedgerWorld, ledgerWorld } from '../app/ledger-world.ts';

let world: LedgerWorld;
beforeAll(async () => {
  world = await ledgerWorld();
  const sequencer = world.sequencer();
  await world.enterMany(3);
  await sequencer.start();
  await sequencer.stop();
});
afterAll(() => world.close());

it.each([
  'update ledger_tile set width = 2',
  'delete from ledger_tile',
  'truncate ledger_tile',
  `update ledger_checkpoint set note = ''`,
  'delete from ledger_checkpoint',
  'truncate ledger_checkpoint',
  `update ledger_leaf set leaf = 'x'`,
  'update ledger_leaf set idx = idx + 10, leaf = null',
  'update ledger_leaf set entry_id = gen_random_uuid(), leaf = null',
  'delete from ledger_leaf',
  'truncate ledger_leaf',
])('the tables refuse: %s', async (statement) => {
  await expect(world.sql.unsafe(statement)).rejects.toThrow('the ledger is append-only');
});

it('one seat at a time, and it comes free when it is left', async () => {
  const ledger = postgresLedger(world.sql);
  const seat = await ledger.takeSeat();
  expect(seat).not.toBe(null);
  expect(await ledger.takeSeat()).toBe(null);
  await seat?.release();
  const next = await ledger.takeSeat();
  expect(next).not.toBe(null);
  await next?.release();
});

it('a seat that another epoch has overtaken writes nothing', async () => {
  const seat = await postgresLedger(world.sql).takeSeat();
  await world.enterMany(1);
  await world.sql`update ledger_epoch set term = term + 1`;
  const never = (): Growth => {
    throw new Error('was asked to grow');
  };
  expect(await seat?.batch(10, 0, never)).toBe('lost');
  await seat?.release();
});

it('what `grow` throws leaves everything as it was', async () => {
  const seat = await postgresLedger(world.sql).takeSeat();
  await world.enterMany(1);
  const before = await world.sql`select * from ledger_queue order by id`;
  const fail = (): Growth => {
    throw new Error('does not fit');
  };
  await expect(seat?.batch(10, 0, fail)).rejects.toThrow('does not fit');
  expect(await world.sql`select * from ledger_queue order by id`).toEqual(before);
  await seat?.release();
});

it('a snapshot sees one moment, whatever is written beside it', async () => {
  const ledger = postgresLedger(world.sql);
  await ledger.snapshot(async (reader) => {
    const before = await reader.head();
    const sequencer = world.sequencer();
    await sequencer.start();
    await sequencer.stop();
    expect(await reader.head()).toEqual(before);
  });
  expect((await ledger.snapshot((reader) => reader.head()))?.size).toBe(5);
});
