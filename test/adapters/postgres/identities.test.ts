/** New keys for recordings: each header is made again, and no sound is touched. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newIdentity } from '../../../src/adapters/age-header/headers.ts';
import { createIdentities } from '../../../src/adapters/postgres/identities.ts';
import { type RenewParts, renewRecordingKeys } from '../../../src/app/renew-recording-keys.ts';
import { type RecordingWorld, recordingWorld } from '../../app/recording-world.ts';
import { consentry } from '../../edges/cli/console.ts';

let world: RecordingWorld;
let parts: RenewParts;
/** When the command is given: a while after everything else. */
let now: number;
/** File keys by recording. */
let fileKeys: Map<string, Buffer>;

beforeAll(async () => {
  world = await recordingWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  const { sql, l0, keys, headers, random } = world;
  await sql`delete from headers.recording_header`;
  await sql`delete from l1_key`;
  fileKeys = new Map();
  now = Date.now();
  parts = {
    identities: createIdentities(sql, { random, newIdentity }),
    keys: l0,
    recordingKeys: keys,
    headers,
    clock: { now: () => now },
  };
});

async function recorded(count: number, to?: { keyId: string; recipient: string }): Promise<void> {
  const { keyId, recipient } = to ?? (await world.keys.currentRecipient(world.tenantId));
  for (let i = 0; i < count; i += 1) {
    const [id, fileKey] = [randomUUID(), randomBytes(16)];
    const header = Buffer.from(await world.headers.make(fileKey, [recipient]));
    fileKeys.set(id, fileKey);
    await world.sql`
      insert into headers.recording_header (recording_id, header, key_id)
      values (${id}, ${header}, ${keyId})`;
  }
}

const rows = () => world.sql`select * from headers.recording_header order by recording_id`;

/** As it is when somebody listens: the identity that the row names opens the header. */
async function allOpen(): Promise<boolean> {
  for (const { recording_id, header, key_id } of await rows()) {
    const identity = await world.keys.identity(key_id);
    const opened = await world.headers.open(header, [identity]);
    expect(Buffer.from(opened)).toEqual(fileKeys.get(recording_id));
  }
  return true;
}

const renew = (changed: Partial<RenewParts> = {}) =>
  renewRecordingKeys({ ...parts, ...changed }, () => {});

describe('new keys for recordings', () => {
  test('open every recording, and those of before open none', async () => {
    await recorded(230);
    const before = await world.keys.currentRecipient(world.tenantId);
    const earlier = await world.keys.identity(before.keyId);
    expect(await renew()).toEqual({ identities: 1, headers: 230, damaged: 0, destroyed: 0 });
    const after = await world.keys.currentRecipient(world.tenantId);
    expect(after.recipient).not.toBe(before.recipient);
    for (const { header, key_id } of await rows()) {
      expect(key_id).toBe(after.keyId);
      await expect(world.headers.open(header, [earlier])).rejects.toMatchObject({
        code: 'key_missing',
      });
    }
    expect(await allOpen()).toBe(true);
  });

  test('that were cut short open everything, and are finished without new ones', async () => {
    await recorded(120);
    let left = 70;
    const replace: RenewParts['identities']['replace'] = async (...args) => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      await parts.identities.replace(...args);
    };
    const dying = { ...parts.identities, replace };
    await expect(renew({ identities: dying })).rejects.toThrow('killed');
    expect(await allOpen()).toBe(true);
    expect(await renew()).toEqual({ identities: 0, headers: 50, damaged: 0, destroyed: 0 });
    expect(await allOpen()).toBe(true);
  });

  test('leave a header that opens with nothing, and are not held up by it', async () => {
    await recorded(3);
    await world.sql`
      update headers.recording_header set header = 'age-encryption.org/v1'
      where recording_id = ${[...fileKeys.keys()][1]!}`;
    expect(await renew()).toMatchObject({ identities: 1, headers: 2, damaged: 1 });
    expect(await renew()).toMatchObject({ identities: 1, headers: 2, damaged: 1 });
  });

  test('leave one that was erased or written meanwhile as it is', async () => {
    await recorded(2);
    const [first, second] = [...fileKeys.keys()].sort();
    const replace: RenewParts['identities']['replace'] = async (row, ...rest) => {
      const { sql } = world;
      if (row.id === first)
        await sql`delete from headers.recording_header where recording_id = ${first}`;
      else
        await sql`update headers.recording_header set header = 'x' where recording_id = ${second!}`;
      await parts.identities.replace(row, ...rest);
    };
    await renew({ identities: { ...parts.identities, replace } });
    expect((await rows()).map(({ header }) => header.toString())).toEqual(['x']);
  });

  test('destroy earlier ones a day later, and none that a late recording still needs', async () => {
    await recorded(1);
    const first = await world.keys.currentRecipient(world.tenantId);
    await renew();
    now += 12 * 3_600_000;
    const second = await world.keys.currentRecipient(world.tenantId);
    await recorded(1, first); // began before, and wrote its header after
    expect(await renew()).toMatchObject({ identities: 0, headers: 1, destroyed: 0 });
    expect(await renew()).toMatchObject({ identities: 1, headers: 2, destroyed: 0 });
    await recorded(1, second);
    now += 2 * 86_400_000;
    expect(await renew()).toMatchObject({ identities: 0, headers: 1, destroyed: 1 });
    await expect(world.keys.identity(first.keyId)).rejects.toMatchObject({ code: 'key_missing' });
    expect(await allOpen()).toBe(true);
    expect(await renew()).toMatchObject({ destroyed: 1 });
    expect(await allOpen()).toBe(true);
  });

  test('do not bring back a year whose key was destroyed', async () => {
    await world.keys.currentRecipient(world.tenantId);
    await world.sql`update l1_key set identity_wrapped = null, destroyed_at = now()`;
    expect(await renew()).toMatchObject({ identities: 0, headers: 0 });
    await expect(world.keys.currentRecipient(world.tenantId)).rejects.toMatchObject({
      code: 'key_missing',
    });
  });

  test('are made by `keys rotate --recordings`', async () => {
    await recorded(2);
    const run = (...argv: string[]) =>
      consentry({ stores: { renewal: parts } }, 'keys', 'rotate', ...argv);
    const { code, out } = await run('--recordings', '--json');
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { identities: 1, headers: 2, damaged: 0, destroyed: 0 },
    ]);
    expect((await run('--recordings')).out).toMatch(/^2 headers were made again, for 1 new keys; /);
    expect((await run('--recordings', '--prepare')).code).toBe(2);
    await world.sql`update headers.recording_header set header = 'x'`;
    expect((await run('--recordings')).code).toBe(1);
  });
});
