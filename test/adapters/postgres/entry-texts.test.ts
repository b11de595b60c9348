import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addEntries, addEntry } from '../../../src/adapters/postgres/entries.ts';
import { createEntryTexts } from '../../../src/adapters/postgres/entry-texts.ts';
import { stepCall } from '../../../src/app/step-call.ts';
import { textId } from '../../../src/core/ledger/shared-text.ts';
import { entryFor } from '../../app/recording-world.ts';
import { makeTenant, newCallSid, nextStep, openDesk, voice } from '../../support/desk.ts';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`truncate entry_text`;
  });
});

const bodies = async () =>
  (await database.sql`select body from entry_text`).map((row) => row['body']);
const keep = (id: string, body: string) =>
  database.sql`insert into entry_text (id, body) values (${Buffer.from(id, 'hex')}, ${body})`;

describe('texts that openings name', () => {
  it('are kept once, whoever is asked and whatever is answered', async () => {
    const desk = await openDesk(database.sql, await makeTenant(database.sql));
    const soon = () => desk.clock.monotonic() + 5_000;
    const call = async (digits: string) => {
      const callSid = newCallSid();
      const asked = await stepCall(desk, voice(callSid), soon());
      await stepCall(desk, voice(callSid, { ...nextStep(asked), digits }), soon());
    };
    await Promise.all(['1', '2', '1', '2', '1', '2'].map(call));
    const kept = await bodies();
    expect(kept.length).toBe(2);
    expect(kept.filter((body) => body.startsWith('{"mode":')).length).toBe(1);
    expect(kept.filter((body) => body.startsWith('[{"company":')).length).toBe(1);
    const [{ count }] = (await database.sql`select count(*)::int from entry`) as [
      { count: number },
    ];
    expect(count).toBe(12);
  });

  it('are found by their ids, and read once', async () => {
    const texts = createEntryTexts(database.sql);
    const [one, two] = ['{"a":1}', '["b"]'];
    await keep(textId(one!), one!);
    const ids = [textId(one!), textId(two!)];
    expect([...(await texts.find(ids))]).toEqual([[ids[0], one]]);
    await keep(textId(two!), two!);
    expect([...(await texts.find(ids))]).toEqual([
      [ids[0], one],
      [ids[1], two],
    ]);
    await database.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`truncate entry_text`;
    });
    expect((await texts.find(ids)).size).toBe(2);
  });

  it('are never left behind by who writes an entry alone', async () => {
    const ids = { id: randomUUID(), tenantId: randomUUID(), callId: randomUUID() };
    const about = { ...ids, partyId: randomUUID(), payloadSha256: null };
    const entry = { ...entryFor(about, 'grant'), texts: [{ id: textId('[1]'), text: '[1]' }] };
    await expect(addEntry(database.sql, entry)).rejects.toThrow();
    await expect(addEntries(database.sql, [entry])).rejects.toThrow(
      'names texts comes with a call',
    );
    expect(await database.sql`select 1 from entry where id = ${entry.id}`).toHaveLength(0);
  });

  it('one cannot lie under the id of another', async () => {
    await expect(keep(textId('[1]'), '[2]')).rejects.toThrow('entry_text_check');
  });

  it('none is left out, however many are kept and whoever asks at once', async () => {
    const texts = createEntryTexts(database.sql);
    const all = Array.from({ length: 1_200 }, (_, n) => `[${n}]`);
    await Promise.all(all.map((body) => keep(textId(body), body)));
    const often = textId('[0]');
    for (let n = 0; n < all.length; n += 6) {
      const some = all.slice(n, n + 6).map(textId);
      const found = await Promise.all(some.map((id) => texts.find([often, id])));
      expect(found.map((one, i) => [one.has(often), one.has(some[i]!)])).toEqual(
        some.map(() => [true, true]),
      );
    }
  });

  it.each([`update entry_text set body = 'x'`, 'delete from entry_text', 'truncate entry_text'])(
    '%s is refused',
    async (statement) => {
      await keep(textId('[1]'), '[1]');
      await expect(database.sql.unsafe(statement)).rejects.toThrow('append-only');
      expect(await bodies()).toEqual(['[1]']);
    },
  );
});
