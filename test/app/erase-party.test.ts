import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseParty } from '../../src/app/erase-party.ts';
import type { EntryMaker } from '../../src/app/make-entry.ts';
import { ConsentryError } from '../../src/core/error.ts';
import { entryFor, type RecordingWorld, recordingWorld } from './recording-world.ts';

let world: RecordingWorld;
beforeAll(async () => {
  world = await recordingWorld();
});
afterAll(() => world.close());

/** Two recordings that were sealed in one call, of two parties. */
async function twoParties() {
  const first = await world.begin();
  const second = await world.begin();
  for (const { writer } of [first, second]) writer.end();
  await world.sql`update recording set call_id = ${first.row.callId} where id = ${second.row.id}`;
  return { callId: first.row.callId, rows: [first.row, second.row] as const };
}

const stateOf = async (id: string) => (await world.store.find(id))?.state;

function parts() {
  const access: EntryMaker['access'] = ({ kind, callId, partyId, recordingId }) => {
    const { tenantId } = world;
    return entryFor({ tenantId, callId, partyId, id: recordingId, payloadSha256: null }, kind);
  };
  return { ...world, entries: { access }, settled: async () => {} };
}

test('of one party, the recording of the other stays', async () => {
  const { callId, rows } = await twoParties();
  await eraseParty(parts(), callId, rows[0].partyId, 'withdrawal');
  expect(await Promise.all(rows.map(({ id }) => stateOf(id)))).toEqual(['erased', 'live']);
  expect(await world.store.header(rows[1].id)).not.toBeNull();
});

test('of everybody, none stays; again makes no second entry', async () => {
  const { callId, rows } = await twoParties();
  await eraseParty(parts(), callId, null, 'withdrawal');
  await eraseParty(parts(), callId, null, 'withdrawal');
  for (const { id } of rows) {
    expect(await stateOf(id)).toBe('erased');
    expect(await world.entriesOf(id)).toEqual(['erasure']);
  }
});

test('nothing is looked for before what is being sealed is a file like others', async () => {
  const { callId } = await twoParties();
  const order: string[] = [];
  const base = parts();
  const noting = {
    ...base,
    settled: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push('settled');
    },
    store: {
      ...base.store,
      ofCall: (of: string) => {
        order.push('looked');
        return base.store.ofCall(of);
      },
    },
  };
  await eraseParty(noting, callId, null, 'withdrawal');
  expect(order).toEqual(['settled', 'looked']);
});

test('bytes that are left are told, after everything else was tried; again finishes', async () => {
  const { callId, rows } = await twoParties();
  const base = parts();
  let isBroken = true;
  const failing = {
    ...base,
    spool: {
      ...base.spool,
      read: (id: string) => base.spool.read(id),
      remove: async (id: string) => {
        if (isBroken && id === rows[0].id) throw new ConsentryError('storage_failed');
        return base.spool.remove(id);
      },
    },
  };
  await expect(eraseParty(failing, callId, null, 'withdrawal')).rejects.toThrow(
    'storage_failed: 1 recordings were erased',
  );
  for (const { id } of rows) expect(await stateOf(id)).toBe('erased');
  isBroken = false;
  await eraseParty(failing, callId, null, 'withdrawal');
  for (const { id } of rows) expect(await world.entriesOf(id)).toEqual(['erasure']);
});
