import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
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
      select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory'`;
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

describe('a ledger that does not verify is not signed', () => {
  beforeEach(async () => {
    await world.enterMany(300);
    await live();
    await world.enterMany(20);
    await live();
    await world.enterMany(1);
  });

  type Tamper = Parameters<LedgerWorld['tamper']>[0];
  const cases: [string, Tamper, string][] = [
    [
      'the last checkpoint rolled back',
      async (tx) => {
        await tx`delete from ledger_checkpoint where size = 320`;
        await tx`delete from ledger_leaf where idx >= 300`;
        await tx`delete from ledger_tile where level = 0 and n = 1 and width = 64`;
      },
      'checkpoint kept outside: covers 320 leaves and the ledger has 300: it was set back',
    ],
    [
      'all of it gone',
      async (tx) => {
        await tx`delete from ledger_checkpoint`;
        await tx`delete from ledger_leaf`;
        await tx`delete from ledger_tile`;
      },
      'checkpoint kept outside: covers 320 leaves and the ledger has 0: it was set back',
    ],
    [
      'one byte of a full tile',
      (tx) => tx`update ledger_tile set data = set_byte(data, 5000, get_byte(data, 5000) # 1)
        where level = 0 and n = 0 and width = 256`,
      'leaf 156: differs from its hash in tile level 0 number 0 width 256',
    ],
    [
      'one byte of the tile at the edge',
      (tx) => tx`update ledger_tile set data = set_byte(data, 2047, get_byte(data, 2047) # 128)
        where level = 0 and n = 1 and width = 64`,
      'leaf 319: differs from its hash in tile level 0 number 1 width 64',
    ],
    [
      'one byte of a tile of the second level',
      (tx) => tx`update ledger_tile set data = set_byte(data, 0, get_byte(data, 0) # 1)
        where level = 1`,
      'tile level 1 number 0 width 1: differs from the tiles below it',
    ],
    [
      'an edited leaf',
      (tx) => tx`update ledger_leaf set leaf = set_byte(leaf, 100, get_byte(leaf, 100) # 1)
        where idx = 17`,
      'leaf 17: differs from its hash in tile level 0 number 0 width 256',
    ],
    [
      'a leaf taken out',
      (tx) => tx`delete from ledger_leaf where idx = 200`,
      'leaf 200: is missing',
    ],
    [
      'two leaves that changed places',
      async (tx) => {
        await tx`update ledger_leaf set idx = -1 where idx = 3`;
        await tx`update ledger_leaf set idx = 3 where idx = 4`;
        await tx`update ledger_leaf set idx = 4 where idx = -1`;
      },
      'leaf 3: differs from its hash in tile level 0 number 0 width 256',
    ],
    [
      'a tile taken out',
      (tx) => tx`delete from ledger_tile where level = 0 and n = 0`,
      'tile level 0 number 0 width 256: is missing',
    ],
    [
      'an edited root',
      (tx) => tx`update ledger_checkpoint set root = set_byte(root, 0, 1) where size = 320`,
      'checkpoint of 320 leaves: has a note that says another root',
    ],
    [
      'an edited note',
      (tx) => tx`update ledger_checkpoint set note = replace(note, E'\\n320\\n', E'\\n321\\n')
        where size = 320`,
      'checkpoint of 320 leaves: has a signature that does not verify',
    ],
    [
      'a checkpoint by a key of the same name',
      async (tx) => {
        const other = signerOf('ledger.test', Buffer.alloc(32, 6));
        const [row] = await tx`select root from ledger_checkpoint where size = 320`;
        const note = signCheckpoint({ size: 320, root: row?.['root'] }, other);
        await tx`update ledger_checkpoint set note = ${note} where size = 320`;
      },
      'checkpoint of 320 leaves: is signed by another key (ledger.test)',
    ],
    [
      'an erased leaf and its hash edited',
      async (tx) => {
        await tx`update ledger_leaf set leaf = null where idx = 9`;
        await tx`update ledger_tile set data = set_byte(data, 9 * 32, get_byte(data, 288) # 1)
          where level = 0 and n = 0 and width = 256`;
      },
      'checkpoint of 320 leaves: has a root that the leaves do not have',
    ],
  ];

  it.each(cases)('%s is found at the start and named', async (_name, tamper, fault) => {
    await world.tamper(tamper);
    const sequencer = world.sequencer();
    await sequencer.start();
    expect(sequencer.health()).toBe(`ledger_broken: ${fault}`);
    await expect(sequencer.flush()).rejects.toThrow(fault);
    await sequencer.stop();
    expect(await queued()).toBe(1);
    expect(world.keeper.notes).toHaveLength(2);
    const report = await world.verify();
    expect(report.ok).toBe(false);
    const named = report.problems.map(({ where, why }) => `${where}: ${why}`);
    // The first checkpoint over the wrong place is named, which may be an earlier one.
    expect(named[0]).toBe(
      fault.replace(
        'checkpoint of 320',
        named[0]?.includes('300') ? 'checkpoint of 300' : 'checkpoint of 320',
      ),
    );
  });

  it('a tree forged together with all its signatures is betrayed by the checkpoint outside', async () => {
    await world.tamper(async (tx) => {
      await tx`delete from ledger_checkpoint`;
      await tx`delete from ledger_leaf`;
      await tx`delete from ledger_tile`;
    });
    await world.enterMany(400);
    const forger = world.sequencer({ keeper: memoryKeeper() });
    await forger.start();
    await forger.stop();
    const sequencer = world.sequencer();
    await sequencer.start();
    expect(sequencer.health()).toBe(
      'ledger_broken: checkpoint kept outside: has a root that the leaves do not have',
    );
    await sequencer.stop();
  });

  it('a roll-back under a running sequencer stops the next batch', async () => {
    const sequencer = world.sequencer({ keeper: memoryKeeper() });
    await sequencer.start();
    expect(await sizes()).toEqual([300, 320, 321]);
    await world.tamper(async (tx) => {
      await tx`delete from ledger_checkpoint where size > 320`;
      await tx`delete from ledger_leaf where idx >= 320`;
      await tx`delete from ledger_tile where width = 65`;
    });
    await world.enterMany(1);
    await expect(sequencer.flush()).rejects.toThrow(
      'checkpoint signed here: covers 321 leaves and the ledger has 320: it was set back',
    );
    await sequencer.stop();
    expect(await sizes()).toEqual([300, 320]);
  });

  it('a byte edited at the right edge under a running sequencer stops the next batch', async () => {
    const sequencer = world.sequencer();
    await sequencer.start();
    await world.tamper(
      (tx) => tx`update ledger_tile set data = set_byte(data, 0, get_byte(data, 0) # 1)
        where level = 0 and n = 1 and width = 65`,
    );
    await world.enterMany(1);
    await expect(sequencer.flush()).rejects.toThrow(
      'checkpoint of 321 leaves: has a root that the tiles do not have',
    );
    await sequencer.stop();
  });

  it('an old leaf edited under a running sequencer is found within the hour', async () => {
    const sequencer = world.sequencer();
    await sequencer.start();
    await world.tamper(
      (tx) => tx`update ledger_leaf set leaf = set_byte(leaf, 9, get_byte(leaf, 9) # 1)
        where idx = 17`,
    );
    await sequencer.flush();
    world.clock.pass(3_600_000);
    await expect.poll(() => sequencer.flush().then(() => 'fine', String)).toContain('leaf 17');
    expect(world.said.some(({ fields }) => 'where' in fields && fields.where === 'leaf 17')).toBe(
      true,
    );
    await sequencer.stop();
  });

  it('an erased leaf is no fault: its hash stays', async () => {
    await world.sql`update ledger_leaf set leaf = null where idx in (0, 255, 256, 319)`;
    await live();
    expect(await sizes()).toEqual([300, 320, 321]);
    expect(await world.verify()).toMatchObject({ ok: true, size: 321 });
  });
});
