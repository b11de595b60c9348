import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newIdentity } from '../../../src/adapters/age-header/headers.ts';
import { openFileKeys } from '../../../src/adapters/keys/file.ts';
import { createRecordingKeys } from '../../../src/adapters/postgres/recording-keys.ts';
import { type RecordingWorld, recordingWorld } from '../../app/recording-world.ts';

let world: RecordingWorld;
beforeAll(async () => {
  world = await recordingWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`delete from l1_key`;
});

const fileKey = Buffer.alloc(16, 1);

function keysAt(now: number) {
  const clock = { ...world.clock, now: () => now };
  const { sql, l0, random } = world;
  return createRecordingKeys({ sql, keys: l0, clock, random, newIdentity });
}

describe('recording keys', () => {
  it('are one per tenant and calendar year in UTC, made when first needed', async () => {
    const lastOf2026 = keysAt(Date.UTC(2026, 11, 31, 23, 59, 59, 999));
    const firstOf2027 = keysAt(Date.UTC(2027, 0, 1));
    const first = await lastOf2026.currentRecipient(world.tenantId);
    expect(await lastOf2026.currentRecipient(world.tenantId)).toEqual(first);
    expect(first.recipient).toMatch(/^age1[02-9ac-hj-np-z]{58}$/);
    expect((await firstOf2027.currentRecipient(world.tenantId)).keyId).not.toBe(first.keyId);
    const rows = await world.sql`select period from l1_key order by period`;
    expect(rows.map((row) => row['period'])).toEqual(['2026', '2027']);
  });

  it('are one when twenty need the first at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => world.keys.currentRecipient(world.tenantId)),
    );
    expect(new Set(all.map(({ keyId }) => keyId)).size).toBe(1);
  });

  it('open what was sealed to their recipient', async () => {
    const { keyId, recipient } = await world.keys.currentRecipient(world.tenantId);
    const header = await world.headers.make(fileKey, [recipient]);
    const identity = await world.keys.identity(keyId);
    expect(Buffer.from(await world.headers.open(header, [identity]))).toEqual(fileKey);
  });

  it('lie in the database wrapped', async () => {
    const { keyId } = await world.keys.currentRecipient(world.tenantId);
    const identity = await world.keys.identity(keyId);
    const [row] = await world.sql`select identity_wrapped, kek_id from l1_key where id = ${keyId}`;
    expect(row?.['identity_wrapped'].includes(Buffer.from(identity))).toBe(false);
    expect(row?.['kek_id']).toBe(world.l0.keyId());
  });

  it('once destroyed neither open nor take recordings, also in a year that goes on', async () => {
    const { keyId } = await world.keys.currentRecipient(world.tenantId);
    await world.sql`
      update l1_key set identity_wrapped = null, destroyed_at = now() where id = ${keyId}`;
    const gone = { code: 'key_missing' };
    await expect(world.keys.identity(keyId)).rejects.toMatchObject(gone);
    await expect(world.keys.currentRecipient(world.tenantId)).rejects.toMatchObject(gone);
    await expect(world.keys.identity(randomUUID())).rejects.toMatchObject(gone);
  });

  it('do not open under another L0 key or in another row, but recording goes on', async () => {
    const { keyId } = await world.keys.currentRecipient(world.tenantId);
    const other = await openFileKeys(join(world.folder, 'other.key'));
    const { sql, clock, random } = world;
    const keys = createRecordingKeys({ sql, keys: other, clock, random, newIdentity });
    await expect(keys.identity(keyId)).rejects.toMatchObject({ code: 'key_missing' });
    expect((await keys.currentRecipient(world.tenantId)).keyId).toBe(keyId);
    const moved = randomUUID();
    await sql`update l1_key set id = ${moved}`;
    await expect(world.keys.identity(moved)).rejects.toMatchObject({ code: 'key_missing' });
  });
});
