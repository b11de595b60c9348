import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafBytes } from '../../src/core/ledger/entry.ts';
import { signerOf } from '../../src/core/ledger/note.ts';
import { type LedgerWorld, ledgerWorld, memoryKeeper, signer } from './ledger-world.ts';

let world: LedgerWorld;
beforeEach(async () => {
  world = await ledgerWorld();
});
afterEach(() => world.close());

/** Sequences what is queued and leaves, as a process that lived shortly. */
async function live(): Promise<void> {
  const sequencer = world.sequencer();
  await sequencer.start();
  await sequencer.flush();
  await sequencer.stop();
}

const indexes = async (): Promise<number[]> =>
  (await world.sql`select idx from ledger_leaf order by idx`).map((row) => Number(row['idx']));
const sizes = async (): Promise<number[]> =>
  (await world.sql`select size from ledger_checkpoint order by size`).map((row) =>
    Number(row['size']),
  );
const queued = async (): Promise<number> =>
  Number((await world.sql`select count(*) as n from ledger_queue`)[0]?.['n']);

describe('sequencing', () => {
  it('an empty ledger is fine and signs nothing', async () => {
    await live();
    expect(await sizes()).toEqual([]);
    expect(world.keeper.notes).toEqual([]);
    expect(await world.verify()).toMatchObject({ ok: true, size: 0, checkpoints: 0, entries: 0 });
  });

  it('what is queued gets the next indexes, tiles and one checkpoint, kept outside too', async () => {
    await world.enterMany(3);
    await live();
    await world.enterMany(2);
    await live();
    expect(await indexes()).toEqual([0, 1, 2, 3, 4]);
    expect(await sizes()).toEqual([3, 5]);
    expect(world.keeper.notes.map((note) => note.split('\n')[1])).toEqual(['3', '5']);
    expect(await world.verify()).toMatchObject({ ok: true, size: 5, opened: 5 });
  });

  it('an idle ledger signs no second checkpoint', async () => {
    await world.enterMany(1);
    const sequencer = world.sequencer();
    await sequencer.start();
    for (let i = 0; i < 5; i += 1) await sequencer.flush();
    await sequencer.stop();
    expect(await sizes()).toEqual([1]);
    expect(world.keeper.notes).toHaveLength(1);
  });

  it('thousands of entries committed while it runs are each in the tree exactly once', async () => {
    const sequencer = world.sequencer();
    await sequencer.start();
    const ids: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const commits = Promise.all(Array.from({ length: 250 }, () => world.enter()));
      for (let i = 0; i < 5; i += 1) await sequencer.flush();
      ids.push(...(await commits));
    }
    await sequencer.flush();
    await sequencer.stop();
    const rows = await world.sql`select entry_id from ledger_leaf`;
    expect(rows.map((row) => row['entry_id']).sort()).toEqual([...ids].sort());
    expect(await indexes()).toEqual(Array.from({ length: 2_000 }, (_, i) => i));
    expect(await queued()).toBe(0);
    expect(await world.verify()).toMatchObject({ ok: true, size: 2_000, entries: 2_000 });
  });

  it('more than a batch is drained in one go', async () => {
    await world.sql`
      insert into ledger_queue (entry_id, leaf)
      select gen_random_uuid(), convert_to('leaf ' || n, 'utf8') from generate_series(1, 10_001) n`;
    await live();
    expect(await sizes()).toEqual([5_000, 10_000, 10_001]);
  });

  it('what a server of an earlier version queued unpacked is taken in too', async () => {
    const id = await world.enter();
    const [before] = await world.sql`select leaf from ledger_queue`;
    const plain = leafBytes(before?.['leaf']);
    expect(plain.toString()).toMatch(/^\{"commitments":/);
    await world.sql`update ledger_queue set leaf = ${plain} where entry_id = ${id}`;
    await world.enterMany(3);
    await live();
    const [row] = await world.sql`select leaf from ledger_leaf where entry_id = ${id}`;
    expect(row?.['leaf']).toEqual(plain);
    expect(await world.verify()).toMatchObject({ ok: true, size: 4, entries: 4, opened: 4 });
  });

  it('it works by itself, without being asked', async () => {
    const sequencer = world.sequencer({ intervalMs: 100 });
    await sequencer.start();
    await world.enterMany(1);
    await expect.poll(() => world.keeper.notes.length, { timeout: 20_000 }).toBe(1);
    await sequencer.stop();
  });

  it('a transaction that commits late takes a later index, whatever its place in the queue', async () => {
    const sequencer = world.sequencer();
    await sequencer.start();
    let commit = (): void => {};
    const open = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let begun = (): void => {};
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const late = world.sql.begin(async (tx) => {
      await tx`insert into ledger_queue (entry_id, leaf) values (gen_random_uuid(), 'late')`;
      begun();
      await open;
    });
    await started;
    await world.enterMany(2);
    await sequencer.flush();
    expect(await indexes()).toEqual([0, 1]);
    commit();
    await late;
    await sequencer.flush();
    await sequencer.stop();
    const [last] = await world.sql`select leaf from ledger_leaf where idx = 2`;
    expect(String(last?.['leaf'])).toBe('late');
  });
});

describe('two sequencers', () => {
  it('the second waits, and takes over when the first leaves', async () => {
    const first = world.sequencer();
    const second = world.sequencer();
    await first.start();
    await second.start();
    await world.enterMany(4);
    await second.flush();
    expect(await sizes()).toEqual([]);
    await first.flush();
    expect(await sizes()).toEqual([4]);
    await first.stop();
    await world.enterMany(1);
    world.clock.pass(1_000);
    await second.flush();
    expect(await sizes()).toEqual([4, 5]);
    await second.stop();
    expect(await world.verify()).toMatchObject({ ok: true, size: 5 });
  });

  it('racing each other they sequence every entry once', async () => {
    const all = [world.sequencer(), world.sequencer(), world.sequencer()];
    await Promise.all(all.map((one) => one.start()));
    for (let round = 0; round < 10; round += 1) {
      const commits = Array.from({ length: 30 }, () => world.enter());
      await Promise.all([...commits, ...all.map((one) => one.flush())]);
      world.clock.pass(1_000);
      if (round % 3 === 2) await all[round % 2]?.stop();
    }
    await Promise.all(all.map((one) => one.flush()));
    await Promise.all(all.map((one) => one.stop()));
    await live();
    expect(await world.verify()).toMatchObject({ ok: true, size: 300, entries: 300 });
  });

  it('one that lost its connection unnoticed cannot write once another has the place', async () => {
    const first = world.sequencer();
    await first.start();
    await world.enterMany(1);
    await first.flush();
    const killed = await world.sql`
      select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`;
    expect(killed.length).toBe(1);
    const second = world.sequencer();
    await second.start();
    await world.enterMany(2);
    await first.flush();
    expect(world.said.map(({ message }) => message)).toEqual([
      'another process sequences the ledger now',
    ]);
    expect(await sizes()).toEqual([1]);
    await second.flush();
    expect(await sizes()).toEqual([1, 3]);
    await first.stop();
    await second.stop();
    expect(await world.verify()).toMatchObject({ ok: true, size: 3 });
  });
});

describe('faults', () => {
  it.each([
    ['the rows are not taken from the queue', 'before delete on ledger_queue'],
    ['the leaves are not written', 'before insert on ledger_leaf'],
    ['the tiles are not written', 'before insert on ledger_tile'],
    ['the checkpoint is not written', 'before insert on ledger_checkpoint'],
  ])('when %s nothing is sequenced, and all of it later', async (_name, moment) => {
    await world.enterMany(300);
    const sequencer = world.sequencer();
    await sequencer.start();
    await world.enterMany(10);
    await world.sql.unsafe(`
      create function fail() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
      create trigger fail ${moment} for each row execute function fail()`);
    await expect(sequencer.flush()).rejects.toThrow('unavailable');
    expect(sequencer.health()).toBe('the database does not answer');
    expect(await sizes()).toEqual([300]);
    expect(await queued()).toBe(10);
    expect(await world.verify()).toMatchObject({ ok: true, size: 300, entries: 310 });
    await world.sql`drop function fail cascade`;
    await sequencer.flush();
    expect(sequencer.health()).toBe(null);
    await sequencer.stop();
    expect(await world.verify()).toMatchObject({ ok: true, size: 310, entries: 310 });
  });

  it('a keeper that fails stops no batch, and gets the last checkpoint when it works again', async () => {
    let works = false;
    const notes: string[] = [];
    const keeper = memoryKeeper(notes);
    const publish = async (note: string): Promise<void> => {
      if (!works) throw new Error('disk full');
      await keeper.publish(note);
    };
    const sequencer = world.sequencer({ keeper: { ...keeper, publish } });
    await world.enterMany(1);
    await sequencer.start();
    await world.enterMany(1);
    await expect(sequencer.flush()).rejects.toThrow('unavailable');
    expect(await sizes()).toEqual([1, 2]);
    works = true;
    await sequencer.flush();
    await sequencer.stop();
    expect(notes.map((note) => note.split('\n')[1])).toEqual(['2']);
  });

  it('a checkpoint that was committed but not kept outside is kept at the next start', async () => {
    await world.enterMany(2);
    await live();
    world.keeper.notes.length = 0;
    await live();
    expect(world.keeper.notes.map((note) => note.split('\n')[1])).toEqual(['2']);
  });

  it('a new key signs on where the earlier one stopped', async () => {
    await world.enterMany(2);
    await live();
    await world.enterMany(1);
    const next = signerOf('ledger.test', Buffer.alloc(32, 5));
    const without = world.sequencer({ signer: next });
    await without.start();
    expect(without.health()).toContain('checkpoint of 2 leaves: is signed by another key');
    await without.stop();
    const sequencer = world.sequencer({ signer: next, earlierKeys: [signer.vkey] });
    await sequencer.start();
    await sequencer.stop();
    expect(await sizes()).toEqual([2, 3]);
  });
});
