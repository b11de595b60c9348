import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresLedger } from '../../src/adapters/postgres/ledger.ts';
import { readTile } from '../../src/adapters/postgres/tiles.ts';
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

describe('a tile that is not full', () => {
  let world: LedgerWorld;
  beforeAll(async () => {
    world = await ledgerWorld();
  });
  afterAll(() => world.close());

  const widths = async () =>
    (await world.sql`select n, width from ledger_tile where level = 0 order by n, width`).map(
      (row) => `${row['n']}:${row['width']}`,
    );

  it('goes when the full one of its place is there, and can be asked for still', async () => {
    const sequencer = world.sequencer();
    await sequencer.start();
    for (const count of [3, 200, 50]) {
      await world.enterMany(count);
      await sequencer.flush();
    }
    expect(await widths()).toEqual(['0:3', '0:203', '0:253']);
    const [before, narrower] = [
      await readTile(world.sql, 0, 0, 203),
      await readTile(world.sql, 0, 0, 3),
    ];
    await world.enterMany(10);
    await sequencer.flush();
    expect(await widths()).toEqual(['0:256', '1:7']);
    expect(await readTile(world.sql, 0, 0, 203)).toEqual(before);
    expect(await readTile(world.sql, 0, 0, 3)).toEqual(narrower);
    expect(await readTile(world.sql, 0, 1, 8)).toBeNull();
    expect((await readTile(world.sql, 0, 0, null))?.length).toBe(256 * 32);
    await world.enterMany(2);
    await sequencer.flush();
    await sequencer.stop();
    expect(await world.verify()).toMatchObject({ ok: true, size: 265, checkpoints: 5 });
  });

  it('and was altered stays, so that it is found, and stops no batch', async () => {
    const sequencer = world.sequencer();
    await sequencer.start();
    await world.enterMany(1);
    await sequencer.flush();
    await world.tamper(
      (tx) => tx`update ledger_tile set data = set_byte(data, 0, get_byte(data, 0) # 1)
        where level = 0 and n = 1 and width = 9`,
    );
    await world.enterMany(250);
    await sequencer.flush();
    await sequencer.stop();
    expect(await widths()).toEqual(['0:256', '1:9', '1:256', '2:4']);
    expect((await world.verify()).problems).toEqual([
      { where: 'tile level 0 number 1 width 9', why: 'differs from the wider tile of its place' },
    ]);
    await expect(world.sql`delete from ledger_tile where width = 9`).rejects.toThrow('append-only');
  });

  it('is kept while there is no full one, and so is the full one', async () => {
    for (const width of [4, 256]) {
      const gone = world.sql`delete from ledger_tile where level = 0 and width = ${width}`;
      await expect(gone).rejects.toThrow('the ledger is append-only');
    }
  });
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
