import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEntry } from '../../../src/adapters/postgres/entries.ts';
import {
  entryFor,
  type RecordingWorld,
  recordingWorld,
  startedAt,
} from '../../app/recording-world.ts';

let world: RecordingWorld;
beforeAll(async () => {
  world = await recordingWorld();
});
afterAll(() => world.close());

const later = startedAt + 60_000;

async function tokenFor(callSid: string, callId: string, partyId: string, expiresAt = later) {
  const hash = createHash('sha256').update(randomBytes(16)).digest();
  const grant = { tenantId: world.tenantId, callId, partyId, callSid, streamName: 's1' };
  expect(await world.store.issueStreamToken(hash, grant, expiresAt)).toBe(true);
  return { hash, grant };
}

describe('a stream token', () => {
  it('is good for one socket of its leg', async () => {
    const { callSid, callId, partyId } = await world.call();
    const { hash, grant } = await tokenFor(callSid, callId, partyId);
    expect(await world.store.useStreamToken(hash, callSid, startedAt)).toEqual(grant);
    expect(await world.store.useStreamToken(hash, callSid, startedAt)).toBeNull();
  });

  it('lets one of twenty sockets in that come at once', async () => {
    const { callSid, callId, partyId } = await world.call();
    const { hash } = await tokenFor(callSid, callId, partyId);
    const uses = await Promise.all(
      Array.from({ length: 20 }, () => world.store.useStreamToken(hash, callSid, startedAt)),
    );
    expect(uses.filter((use) => use !== null)).toHaveLength(1);
  });

  it('is nothing to another leg, when expired, or unknown, and is not used up by the try', async () => {
    const { callSid, callId, partyId } = await world.call();
    const other = await world.call();
    const { hash, grant } = await tokenFor(callSid, callId, partyId);
    const { store } = world;
    expect(await store.useStreamToken(hash, other.callSid, startedAt)).toBeNull();
    expect(await store.useStreamToken(hash, callSid, later)).toBeNull();
    expect(await store.useStreamToken(randomBytes(32), callSid, startedAt)).toBeNull();
    expect(await store.useStreamToken(hash, callSid, later - 1)).toEqual(grant);
  });

  it('is not issued and not good while the gate is shut in the database', async () => {
    const { callSid, callId, partyId } = await world.call();
    const { hash, grant } = await tokenFor(callSid, callId, partyId);
    await world.sql`update leg set recording_open = false where call_sid = ${callSid}`;
    expect(await world.store.useStreamToken(hash, callSid, startedAt)).toBeNull();
    expect(await world.store.issueStreamToken(randomBytes(32), grant, later)).toBe(false);
    await world.sql`update leg set recording_open = true where call_sid = ${callSid}`;
    expect(await world.store.useStreamToken(hash, callSid, startedAt)).toEqual(grant);
  });
});

describe('the recording store', () => {
  const header = Buffer.from('age-encryption.org/v1\n');

  async function created() {
    const row = await world.newRow();
    const keyId = randomUUID();
    await world.store.create(row, header, keyId);
    return { row, keyId };
  }

  function sealedRow(row: Awaited<ReturnType<typeof created>>['row']) {
    return {
      ...row,
      state: 'sealed',
      durationMs: 1_000,
      lostMs: 20,
      gaps: [{ atMs: 20, ms: 40, reason: 'pause' }],
      payloadSha256: 'ab'.repeat(32),
      payloadBytes: 8_090,
    } as const;
  }

  it('gives back a row and its header as they were written', async () => {
    const { row, keyId } = await created();
    expect(await world.store.find(row.id)).toEqual(row);
    expect(await world.store.header(row.id)).toEqual({ header, keyId });
    expect(await world.store.ofCall(row.callId)).toEqual([row]);
    expect(await world.store.find(randomUUID())).toBeNull();
    expect(await world.store.header(randomUUID())).toBeNull();
  });

  it('writes row and header together or not at all', async () => {
    const row = await world.newRow();
    await expect(
      world.store.create({ ...row, callId: randomUUID() }, header, randomUUID()),
    ).rejects.toThrow();
    expect(await world.store.header(row.id)).toBeNull();
  });

  it('seals once: the first sealing and its entry stand', async () => {
    const { row } = await created();
    const sealed = sealedRow(row);
    await world.store.seal(sealed, entryFor(sealed, 'sealing'));
    await world.store.seal(
      { ...sealed, state: 'partial', lostMs: 200 },
      entryFor(sealed, 'sealing'),
    );
    expect(await world.store.find(row.id)).toEqual(sealed);
    expect(await world.entriesOf(row.id)).toEqual(['sealing']);
  });

  it('seals once when twenty seal at once', async () => {
    const { row } = await created();
    const sealed = sealedRow(row);
    await Promise.all(
      Array.from({ length: 20 }, () => world.store.seal(sealed, entryFor(sealed, 'sealing'))),
    );
    expect(await world.entriesOf(row.id)).toEqual(['sealing']);
  });

  it('does not change the state when the entry cannot be written', async () => {
    const { row } = await created();
    const sealed = sealedRow(row);
    const entry = entryFor(sealed, 'sealing');
    await addEntry(world.sql, entry); // an entry of that id is there already
    await expect(world.store.seal(sealed, entry)).rejects.toThrow();
    expect(await world.store.find(row.id)).toEqual(row);
  });

  it('seals what was in quarantine, and puts only live ones there', async () => {
    const { row } = await created();
    await world.store.quarantine(row.id);
    expect((await world.store.find(row.id))?.state).toBe('quarantined');
    expect((await world.store.unsealed()).map(({ id }) => id)).toContain(row.id);
    const sealed = sealedRow(row);
    await world.store.seal(sealed, entryFor(sealed, 'sealing'));
    await world.store.quarantine(row.id);
    expect((await world.store.find(row.id))?.state).toBe('sealed');
    expect((await world.store.unsealed()).map(({ id }) => id)).not.toContain(row.id);
  });

  it('erases header and state with one entry, and nothing seals it again', async () => {
    const { row } = await created();
    await world.store.erase(row.id, entryFor(row, 'erasure'));
    await world.store.erase(row.id, entryFor(row, 'erasure'));
    const sealed = sealedRow(row);
    await world.store.seal(sealed, entryFor(sealed, 'sealing'));
    expect(await world.store.header(row.id)).toBeNull();
    expect((await world.store.find(row.id))?.state).toBe('erased');
    expect(await world.entriesOf(row.id)).toEqual(['erasure']);
  });

  it('lists newest first, in pages without holes, also where times are equal', async () => {
    for (let n = 0; n < 7; n += 1) await created();
    const whole = await world.store.list({ before: null, limit: 1_000 });
    const pages: string[] = [];
    for (let before: string | null = null; ; ) {
      const page = await world.store.list({ before, limit: 3 });
      if (page.length === 0) break;
      pages.push(...page.map(({ id }) => id));
      before = page.at(-1)?.id ?? null;
    }
    expect(pages).toEqual(whole.map(({ id }) => id));
    expect(whole.length).toBeGreaterThan(7);
  });
});
