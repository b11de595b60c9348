import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenOpening } from '../../src/app/ledger-ports.ts';
import { type LedgerWorld, ledgerWorld, memoryKeeper, openSealed } from './ledger-world.ts';

let world: LedgerWorld;
let restore: () => Promise<void>;
let ids: string[];

/** Three checkpoints (5, 260, 261 leaves) and two entries still queued. */
beforeAll(async () => {
  world = await ledgerWorld();
  const sequencer = world.sequencer();
  await sequencer.start();
  ids = [];
  for (const count of [5, 255, 1]) {
    ids.push(...(await world.enterMany(count)));
    await sequencer.flush();
  }
  await sequencer.stop();
  ids.push(...(await world.enterMany(2)));
  restore = await world.remember();
});
beforeEach(() => restore());
afterAll(() => world.close());

type Tamper = Parameters<LedgerWorld['tamper']>[0];
const said = async (tamper: Tamper): Promise<string[]> => {
  await world.tamper(tamper);
  const report = await world.verify();
  expect(report.ok).toBe(report.problems.length === 0);
  return report.problems.map(({ where, why }) => `${where}: ${why}`);
};
const entryAt = async (index: number): Promise<string> =>
  (await world.sql`select entry_id from ledger_leaf where idx = ${index}`)[0]?.['entry_id'];

describe('a sound ledger', () => {
  it('verifies, with every opening opened', async () => {
    expect(await world.verify()).toMatchObject({
      ok: true,
      size: 261,
      checkpoints: 3,
      entries: 263,
      opened: 263,
      problems: [],
    });
  });

  it('verifies without the checkpoint outside', async () => {
    expect(await world.verify(null)).toMatchObject({ ok: true });
  });

  it('verifies while it is being written', async () => {
    const sequencer = world.sequencer();
    await sequencer.start();
    const reports = [];
    for (let round = 0; round < 5; round += 1) {
      const [report] = await Promise.all([
        world.verify(),
        world.enterMany(40).then(() => sequencer.flush()),
      ]);
      reports.push(report.problems);
    }
    await sequencer.stop();
    expect(reports).toEqual([[], [], [], [], []]);
  });

  it('verifies after an erasure of openings, leaf bodies and rows', async () => {
    const [first, second] = [await entryAt(1), await entryAt(2)];
    await world.sql`update entry set opening = null where id = ${first}`;
    await world.sql`update ledger_leaf set leaf = null where entry_id in (${first}, ${second})`;
    await world.sql`delete from entry where id = ${second}`;
    expect(await world.verify()).toMatchObject({ ok: true, entries: 262, opened: 261 });
  });
});

describe('a ledger of which somebody is erased while it is verified', () => {
  /** Their key goes in mid-verification, and with it, or not, what only it opened. */
  function erasing(gone: readonly string[], act: () => Promise<unknown>): OpenOpening {
    let isErased = false;
    return async (entry) => {
      if (!isErased) await act();
      isErased = true;
      if (gone.includes(entry.id)) throw new Error('no such key');
      return openSealed(entry);
    };
  }

  it('verifies: what was erased meanwhile is no problem', async () => {
    const [one, two] = [await entryAt(10), await entryAt(200)];
    const open = erasing([one, two], async () => {
      await world.sql`update entry set opening = null, person_id = null where id = ${one}`;
      await world.sql`update ledger_leaf set leaf = null where entry_id = ${two}`;
    });
    expect(await world.verify(world.keeper, open)).toMatchObject({ ok: true, opened: 261 });
  });

  it('and what cannot be opened and is there still is one', async () => {
    const [one, two] = [await entryAt(10), await entryAt(11)];
    const open = erasing(
      [one, two],
      () => world.sql`update entry set opening = null where id = ${one}`,
    );
    expect((await world.verify(world.keeper, open)).problems).toEqual([
      { where: `entry ${two}`, why: 'its opening cannot be opened' },
    ]);
  });
});

describe('what is found besides the tree', () => {
  it('a checkpoint of earlier that was edited, of which the last one knows nothing', async () => {
    expect(
      await said(
        (tx) => tx`
        update ledger_checkpoint set note = overlay(note placing 'A' from 30 for 1),
          root = set_byte(root, 0, get_byte(root, 0) # 1) where size = 5`,
      ),
    ).toEqual([expect.stringContaining('checkpoint of 5 leaves: ')]);
  });

  it('a narrow tile that was edited after a wider one took its place', async () => {
    expect(
      await said(
        (tx) => tx`
        update ledger_tile set data = set_byte(data, 40, get_byte(data, 40) # 1)
        where level = 0 and n = 1 and width = 4`,
      ),
    ).toEqual(['tile level 0 number 1 width 4: differs from the wider tile of its place']);
  });

  it('a leaf and a tile that no checkpoint covers', async () => {
    expect(
      await said(async (tx) => {
        await tx`insert into ledger_leaf (idx, entry_id) values (261, gen_random_uuid())`;
        await tx`insert into ledger_tile (level, n, width, data)
          select 0, 1, 7, data || substring(data for 64) from ledger_tile
          where level = 0 and n = 1 and width = 5`;
      }),
    ).toEqual([
      'leaf 261: lies outside the last checkpoint of 261 leaves',
      'tile level 0 number 1 width 7: lies outside the last checkpoint of 261 leaves',
    ]);
  });

  it('entries in neither tree nor queue, in both, and queued or sequenced without a row', async () => {
    const [lost, both, rowless, queued] = [ids[262], await entryAt(7), await entryAt(8), ids[261]];
    const problems = await said(async (tx) => {
      await tx`delete from ledger_queue where entry_id = ${lost ?? ''}`;
      await tx`insert into ledger_queue (entry_id, leaf) values (${both}, 'x')`;
      await tx`delete from entry where id in (${rowless}, ${queued ?? ''})`;
    });
    expect(problems.sort()).toEqual(
      [
        `entry ${lost}: is neither in the tree nor in the queue`,
        `entry ${both}: is in the tree (leaf 7) and in the queue`,
        `entry ${queued}: is in the queue and has no row`,
        'leaf 8: has a body and its entry has no row',
      ].sort(),
    );
  });

  it('a row that says something else than its leaf', async () => {
    const id = await entryAt(3);
    const changes: [Tamper, string][] = [
      [(tx) => tx`update entry set kind = 'refusal' where id = ${id}`, 'another kind'],
      [
        (tx) => tx`update entry set kind = 'grant', purpose = 'sale' where id = ${id}`,
        'another purpose',
      ],
      [
        (tx) =>
          tx`update entry set purpose = 'recording', at = at + interval '1 day' where id = ${id}`,
        'another day',
      ],
      [
        (tx) => tx`update entry set at = at - interval '1439 minutes' where id = ${id}`,
        'another at',
      ],
    ];
    for (const [tamper, why] of changes) {
      const problems = await said(tamper);
      expect(problems.find((problem) => problem.startsWith(`entry ${id}`))).toContain(why);
    }
    // This one changes every row, and the report names the first of them only.
    const renamed = await said((tx) => tx`update tenant set pseudonym = ${Buffer.alloc(16)}`);
    expect(renamed.length).toBeGreaterThan(0);
    for (const problem of renamed.slice(0, 50)) expect(problem).toContain('another tenant');
  });

  it('an opening that belongs to another entry, and one that cannot be opened', async () => {
    const [one, two, three] = [await entryAt(10), await entryAt(11), await entryAt(12)];
    const problems = await said(async (tx) => {
      await tx`update entry set opening = (select opening from entry where id = ${two})
        where id = ${one}`;
      await tx`update entry set opening = set_byte(opening, 0, 9) where id = ${three}`;
    });
    expect(problems.sort()).toEqual(
      [
        `entry ${one}.answer: does not fit its commitment`,
        `entry ${three}: its opening cannot be opened`,
      ].sort(),
    );
  });

  it('a checkpoint outside that is signed by nobody we know', async () => {
    const keeper = memoryKeeper(['nonsense']);
    expect((await world.verify(keeper)).problems).toEqual([
      { where: 'checkpoint kept outside', why: 'is not a signed note' },
    ]);
  });

  it('so much that it stops counting places at a hundred', async () => {
    await world.tamper((tx) => tx`update ledger_leaf set leaf = 'x'`);
    const { problems } = await world.verify();
    expect(problems[0]).toEqual({
      where: 'leaf 0',
      why: 'differs from its hash in tile level 0 number 0 width 256',
    });
    expect(problems).toHaveLength(101);
    expect(problems[100]?.why).toMatch(/^has \d+ problems more$/);
  });
});
