/** Whatever is changed behind the ledger's back is found, named, and never signed over. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { signerOf } from '../../src/core/ledger/note.ts';
import { type LedgerWorld, ledgerWorld, memoryKeeper } from './ledger-world.ts';

let world: LedgerWorld;
let restore: () => Promise<void>;

/** Two checkpoints (300 and 320 leaves) and an entry in the queue. */
beforeAll(async () => {
  world = await ledgerWorld();
  await world.enterMany(300);
  await live();
  await world.enterMany(20);
  await live();
  await world.enterMany(1);
  restore = await world.remember();
});
beforeEach(() => restore());
afterAll(() => world.close());

async function live(): Promise<void> {
  const sequencer = world.sequencer();
  await sequencer.start();
  await sequencer.stop();
}
const sizes = async (): Promise<number[]> =>
  (await world.sql`select size from ledger_checkpoint order by size`).map((row) =>
    Number(row['size']),
  );

type Tamper = Parameters<LedgerWorld['tamper']>[0];

describe('a ledger that does not verify is not signed', () => {
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
    expect(await sizes()).not.toContain(321);
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

  /** As a backup brought back that is older than the last checkpoint, the 21 leaves after it gone. */
  const setBack: Tamper = async (tx) => {
    await tx`delete from ledger_checkpoint where size > 300`;
    await tx`delete from ledger_leaf where idx >= 300`;
    await tx`delete from ledger_tile where level = 0 and n = 1 and width > 44`;
  };
  const fault = 'ledger_broken: checkpoint kept outside: covers 321 leaves and the ledger has 300';
  const secondOf = (notes: readonly string[]) => notes.map((note) => note.split('\n')[1]);

  it('a process that waits keeps outside what another signs, and does not sign over a roll-back', async () => {
    const [first, own] = [world.sequencer(), memoryKeeper()];
    const second = world.sequencer({ keeper: own });
    await first.start();
    await second.start();
    expect(secondOf(own.notes)).toEqual(['321']);
    // Nothing new: nothing more is kept, and not more often than it asks for the place.
    world.clock.pass(1_000);
    await second.flush();
    await world.enterMany(1);
    await first.flush();
    await second.flush();
    expect(secondOf(own.notes)).toEqual(['321']);
    world.clock.pass(1_000);
    await second.flush();
    expect(secondOf(own.notes)).toEqual(['321', '322']);
    await first.stop();
    await world.tamper(setBack);
    await world.enterMany(5);
    world.clock.pass(1_000);
    await expect(second.flush()).rejects.toThrow('covers 322 leaves and the ledger has 300');
    expect(await sizes()).toEqual([300]);
    await second.stop();
  });

  it('a process that waits finds a roll-back while another has the place, and keeps its checkpoint', async () => {
    const [first, own] = [world.sequencer(), memoryKeeper()];
    const second = world.sequencer({ keeper: own });
    await first.start();
    await second.start();
    await world.tamper(setBack);
    world.clock.pass(1_000);
    await expect(second.flush()).rejects.toThrow(fault);
    expect(second.health()).toContain(fault);
    expect(secondOf(own.notes)).toEqual(['321']);
    await Promise.all([first.stop(), second.stop()]);
  });

  it('a process that waits finds a ledger that went on another way, and one signed by a stranger', async () => {
    const own = memoryKeeper();
    const first = world.sequencer();
    await first.start();
    const second = world.sequencer({ keeper: own });
    await second.start();
    await first.stop();
    await world.tamper(setBack);
    await world.enterMany(400);
    const forger = world.sequencer({ keeper: memoryKeeper() });
    await forger.start();
    expect(await sizes()).toEqual([300, 700]);
    world.clock.pass(1_000);
    await expect(second.flush()).rejects.toThrow('is not among the checkpoints of the ledger');
    const stranger = world.sequencer({
      keeper: memoryKeeper(),
      signer: signerOf('ledger.test', Buffer.alloc(32, 9)),
    });
    await stranger.start();
    expect(stranger.health()).toContain('is signed by another key');
    await Promise.all([forger.stop(), second.stop(), stranger.stop()]);
  });

  it('a process that found it broken keeps the place until it stops, so that no other signs on', async () => {
    await live();
    await world.tamper(setBack);
    const first = world.sequencer();
    await first.start();
    expect(first.health()).toContain(fault);
    await world.enterMany(3);
    const second = world.sequencer({ keeper: memoryKeeper() });
    await second.start();
    await second.flush();
    await first.flush().catch(() => {});
    expect(await sizes()).toEqual([300]);
    await first.stop();
    world.clock.pass(1_000);
    await second.flush();
    expect(await sizes()).toEqual([300, 303]);
    await second.stop();
  });

  it('an erased leaf is no fault: its hash stays', async () => {
    await world.sql`update ledger_leaf set leaf = null where idx in (0, 255, 256, 319)`;
    await live();
    expect(await sizes()).toEqual([300, 320, 321]);
    expect(await world.verify()).toMatchObject({ ok: true, size: 321 });
  });
});
